"""Files of pictures: what is too large is refused before it takes memory."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import zlib

import cv2
import numpy as np
import pytest
from edgevision.runtime.image import (
    decode_file,
    picture_bytes,
    read_image,
    read_with_alpha,
)
from edgevision.runtime.image.headers import MAX_PIXELS, parse_pixels
from edgevision.runtime.image.jpeg import DamagedPictureError, decode_jpeg

from edgevision.errors import EdgeVisionError, SourceError

PICTURE = np.random.default_rng(8).integers(0, 256, (40, 60, 3), np.uint8)


def chunk(kind, content):
    crc = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + crc


def flat_png(width, height):
    """Return a PNG of one colour, whole and right."""
    pack = zlib.compressobj(9)
    rows = bytes(1 + 3 * width) * 100
    body = b"".join(pack.compress(rows) for _ in range(height // 100)) + pack.flush()
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size)
        + chunk(b"IDAT", body)
        + chunk(b"IEND", b"")
    )


def put(data, position, format_, *values):
    return (
        data[:position]
        + struct.pack(format_, *values)
        + data[position + struct.calcsize(format_) :]
    )


def encoded(ending, image=PICTURE):
    if not cv2.haveImageWriter("a" + ending):
        return None
    return cv2.imencode(ending, image)[1].tobytes()


def bombs():
    """Return files of each format that say 30,000 x 30,000 pixels."""
    side = 30_000
    jpeg, webp, jp2 = encoded(".jpg"), encoded(".webp"), encoded(".jp2")
    tags = ((256, side), (257, side), (258, 8), (277, 3), (273, 8), (279, 100))
    rows = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    frame = max(jpeg.find(b"\xff\xc0"), jpeg.find(b"\xff\xc2"))
    files = {
        "a.png": put(flat_png(2000, 2000), 16, ">II", side, side),
        "a.jpg": put(jpeg, frame + 5, ">HH", side, side),
        "a.bmp": put(encoded(".bmp"), 18, "<ii", side, -side),
        "a.tif": b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + rows + bytes(4),
        "a.gif": b"GIF89a" + struct.pack("<HH", side, side) + bytes(200),
        "a.webp": webp[:12] + b"VP8X\x0a\0\0\0\0\0\0\0" + b"\xff\x3f\0" * 2 + webp[12:],
        "a.ppm": b"P6\n# large\n30000 30000\n255\n" + bytes(100),
        "a.pgm": b"P5 30000\n30000 255\n" + bytes(100),
        "a.pbm": b"P4 32000 32000\n" + bytes(100),
        "a.hdr": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 30000 +X 30000\n",
        "a.ras": struct.pack(">8I", 0x59A66A95, side, side, 24, 0, 1, 0, 0),
    }
    if jp2 is not None:
        place = jp2.find(b"\xff\x4f\xff\x51") + 8
        files["a.jp2"] = put(jp2, place, ">II", side, side)
    box = b"\0\0\0\x14ispe" + struct.pack(">III", 0, side, side)
    for size, name in ((8, b"ipco"), (8, b"iprp"), (12, b"meta")):
        inner = bytes(size - 8) + box
        box = struct.pack(">I", len(inner) + 8) + name + inner
    files["a.avif"] = b"\0\0\0\x14ftypavif\0\0\0\0mif1" + box
    files["a.heic"] = b"\0\0\0\x14ftypheic\0\0\0\0mif1" + box
    return files


def with_texts(count, kind=b"zTXt", head=b"k\0\0"):
    """Return a right PNG of few pixels with texts that unpack to 8 MB each."""
    whole = encoded(".png")
    text = chunk(kind, head + zlib.compress(bytes(b"a" * 7_900_000), 9))
    return whole[:33] + text * count + whole[33:]


def test_texts_of_a_png_do_not_reach_the_decoder(tmp_path):
    path = tmp_path / "a.png"
    for data in (with_texts(3), with_texts(2, b"iTXt", b"k\0\1\0\0\0")):
        path.write_bytes(data)
        assert np.array_equal(read_image(path), PICTURE)
        assert picture_bytes(path) == encoded(".png")
    # Damaged lengths are the decoder's affair.
    path.write_bytes(put(encoded(".png"), 33, ">I", 2**32 - 1))
    with pytest.raises(SourceError, match="it is damaged"):
        read_image(path)


def test_a_jpeg_of_a_hundred_thousand_scans_is_refused(tmp_path):
    """A scan of 42 bytes goes over all of 25 million pixels."""
    image = np.full((5000, 5000, 3), 128, np.uint8)
    data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])[1].tobytes()
    scan = data[data.rfind(b"\xff\xda") : -2]
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    assert read_image(path).shape == image.shape
    many = data[:-2] + scan * 90_000 + b"\xff\xd9"
    path.write_bytes(many)
    with pytest.raises(SourceError, match="it has 90010 scans of 5000x5000 pixels"):
        read_image(path)
    with pytest.raises(DamagedPictureError, match="it has 90010 scans of 5000x5000"):
        decode_jpeg(many)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel holds the limit")
def test_a_small_file_takes_no_memory_before_its_sentence(tmp_path):
    """The child may take 100 MB more than it has once OpenCV is loaded."""
    for name, data in bombs().items():
        (tmp_path / name).write_bytes(data)
    # Right in its header, and 4 GB long; and a header that never ends.
    sparse = {"sparse.jpg": encoded(".jpg"), "endless.jpg": b"\xff\xd8\xff\xe0\0\x10"}
    for name, head in sparse.items():
        (tmp_path / name).write_bytes(head)
        os.truncate(tmp_path / name, 4 << 30)
    code = (
        "import resource, sys\n"
        "from edgevision.errors import SourceError\n"
        "from edgevision.runtime.image import read_image, read_with_alpha\n"
        "read_image(sys.argv[1])\n"
        "size = int(open('/proc/self/statm').read().split()[0]) * 4096 + (100 << 20)\n"
        "resource.setrlimit(resource.RLIMIT_AS, (size, size))\n"
        "for path in sys.argv[2:]:\n"
        "    for read in (read_image, read_with_alpha):\n"
        "        try: read(path)\n"
        "        except SourceError as error: print(error)\n"
        "        else: print('read')\n"
    )
    (tmp_path / "texts.png").write_bytes(with_texts(100))
    good = tmp_path / "good.png"
    good.write_bytes(encoded(".png"))
    names = sorted(set(tmp_path.iterdir()) - {good})
    child = subprocess.run(
        [sys.executable, "-c", code, str(good), *map(str, names)],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = child.stdout.splitlines()
    assert len(lines) == 2 * len(names)
    for name, line in zip(np.repeat(names, 2), lines, strict=True):
        expected = {
            "sparse.jpg": "has 4.3 GB, far more than 60x40 pixels need|that are free",
            "endless.jpg": "it is damaged, or of a format",
            "texts.png": "read",
        }.get(name.name, r"it has \d+x\d+ pixels: it takes .* of memory")
        assert re.search(expected, line), line


def test_the_sentence_says_what_to_pass_and_that_works(tmp_path, monkeypatch):
    path = tmp_path / "flat.png"
    path.write_bytes(flat_png(6000, 6000))
    with pytest.raises(SourceError, match="6000x6000 .* Pass --max-pixels 36M, or set"):
        read_image(path)
    monkeypatch.setenv(MAX_PIXELS, "36M")
    assert read_image(path).shape == (6000, 6000, 3)
    monkeypatch.setenv(MAX_PIXELS, "35.9M")
    with pytest.raises(SourceError, match="at most 35900000 are allowed"):
        read_image(path)
    monkeypatch.setenv(MAX_PIXELS, "many")
    with pytest.raises(EdgeVisionError, match="EDGEVISION_MAX_PIXELS: a number of"):
        read_image(path)


def test_more_than_opencv_decodes_has_no_way_out(tmp_path, monkeypatch):
    path = tmp_path / "a.pgm"
    for width, height in ((2**20 + 1, 1), (32_769, 32_768)):
        path.write_bytes(b"P5\n%d %d\n255\n" % (width, height) + bytes(99))
        monkeypatch.setenv(MAX_PIXELS, "100G")
        with pytest.raises(SourceError, match=r"more than OpenCV decodes \(2\*\*30\)"):
            read_image(path)
        monkeypatch.delenv(MAX_PIXELS)
        # OpenCV says so too.
        with pytest.raises(cv2.error, match="CV_IO_MAX_IMAGE"):
            cv2.imread(str(path))


def test_free_memory_limits_whatever_the_user_allows(tmp_path, monkeypatch):
    path = tmp_path / "flat.png"
    path.write_bytes(flat_png(4000, 4000))
    assert read_image(path).shape == (4000, 4000, 3)
    monkeypatch.setenv(MAX_PIXELS, "900M")
    module = "edgevision.runtime.memory.file_limit.available_bytes"
    monkeypatch.setattr(module, lambda: 150_000_000)
    with pytest.raises(SourceError, match="more than half of the 150.0 MB that are"):
        read_image(path)


@pytest.mark.parametrize(
    ("text", "pixels"),
    [("36000000", 36_000_000), (" 250m ", 250_000_000), ("1.5G", 1_500_000_000)],
)
def test_numbers_of_pixels(text, pixels):
    assert parse_pixels(text) == pixels


@pytest.mark.parametrize("text", ["", "0", "-1", "1T", "0.0000001", "9" * 5000, "1e9"])
def test_what_is_no_number_of_pixels(text):
    with pytest.raises(ValueError, match="a number of pixels was expected, such as"):
        parse_pixels(text)


@pytest.mark.parametrize("ending", [".png", ".jpg", ".bmp", ".webp", ".tif", ".ppm"])
def test_bytes_are_decoded_as_opencv_decodes_the_file(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    cv2.imwrite(str(path), PICTURE)
    assert np.array_equal(read_image(path), cv2.imread(str(path)))
    raw = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(decode_file(path, cv2.IMREAD_UNCHANGED), raw)


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_alpha_of_eight_and_sixteen_bits_is_the_same(tmp_path, depth):
    values = np.dstack([PICTURE, PICTURE[:, :, 1]])
    deep = values.astype(depth) * (257 if depth is np.uint16 else 1)
    cv2.imwrite(str(tmp_path / "a.png"), deep)
    assert np.array_equal(read_with_alpha(tmp_path / "a.png"), values)
