"""Sizes by the header are those that OpenCV decodes, and none takes memory for it."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib

import cv2
import numpy as np
import pytest
from edgevision.runtime.image.headers import READERS, in_bytes, in_file, read_header
from edgevision.runtime.image.picture_formats import FORMATS
from hypothesis import given, settings
from hypothesis import strategies as st

RNG = np.random.default_rng(5)
GRAY = RNG.integers(0, 256, (41, 67), np.uint8)
COLOR = RNG.integers(0, 256, (41, 67, 3), np.uint8)
KINDS = {
    "gray": GRAY,
    "color": COLOR,
    "alpha": np.dstack([COLOR, GRAY]),
    "gray16": GRAY.astype(np.uint16) * 257,
    "color16": COLOR.astype(np.uint16) * 257,
    "float": COLOR.astype(np.float32) / 255,
}
ENDINGS = sorted({*FORMATS, ".pam", ".pfm"} - {".heic", ".heif"})


def encoded(ending, image, settings=()):
    try:
        done, data = cv2.imencode(ending, image, list(settings))
    except cv2.error:
        return None
    return data.tobytes() if done else None


def written():
    for ending in ENDINGS:
        for kind, image in KINDS.items():
            data = encoded(ending, image) if cv2.haveImageWriter("a" + ending) else None
            # OpenCV writes some PAM files that it does not read.
            if data is not None and (ending != ".pam" or kind == "color"):
                yield pytest.param(data, id=f"{ending} {kind}")
    progressive = encoded(".jpg", COLOR, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])
    yield pytest.param(progressive, id="progressive")
    lossy = encoded(".webp", COLOR, [cv2.IMWRITE_WEBP_QUALITY, 50])
    yield pytest.param(lossy, id="lossy webp")


WRITTEN = list(written())


@pytest.mark.parametrize("data", WRITTEN)
def test_the_size_is_that_which_opencv_decodes(data, tmp_path):
    header = read_header(in_bytes(data))
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert (header.height, header.width) == image.shape[:2]
    # Two copies of the result are alive at once.
    assert header.bytes >= 2 * image.nbytes
    path = tmp_path / "file"
    path.write_bytes(data)
    with path.open("rb") as stream:
        assert read_header(in_file(stream.fileno())) == header


def test_every_format_of_picture_files_has_a_reader():
    names = " ".join(READERS)
    assert all(name in names for name in FORMATS.values())


@pytest.mark.parametrize("data", WRITTEN)
def test_a_cut_header_does_not_raise(data):
    for length in range(0, 60, 3):
        header = read_header(in_bytes(data[:length]))
        assert header is None or header.pixels <= max(67 * 41, 10**6)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(sorted(FORMATS)), st.integers(0, 40))
def test_no_bytes_behind_a_signature_raise(tail, ending, keep):
    data = encoded(ending, COLOR) if cv2.haveImageWriter("a" + ending) else None
    header = read_header(in_bytes((data or b"\0\0\0\x0cftypheic")[:keep] + tail))
    assert header is None or (header.width > 0 and header.bytes > 0)


def chunk(kind, content):
    crc = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + crc


def tiff(**fields):
    tags = {
        "width": 256,
        "height": 257,
        "bits": 258,
        "samples": 277,
        "compression": 259,
    }
    tags.update(tile_width=322, tile_height=323)
    rows = b"".join(
        struct.pack("<HHII", tags[name], 4, 1, value) for name, value in fields.items()
    )
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(fields)) + rows + bytes(4)


def test_a_tile_larger_than_its_picture_counts():
    small = read_header(in_bytes(tiff(width=10, height=10)))
    tiled = tiff(width=10, height=10, tile_width=20_000, tile_height=20_000)
    assert read_header(in_bytes(tiled)).bytes > small.bytes + 4 * 20_000**2


def test_logarithms_of_16_bits_become_numbers_of_32():
    plain = {"width": 10, "height": 10, "bits": 16, "samples": 3}
    assert read_header(in_bytes(tiff(**plain))).pixel_bytes == 12
    packed = read_header(in_bytes(tiff(**plain, compression=34676)))
    assert packed.pixel_bytes == 24


def test_a_big_tiff_has_its_numbers_in_eight_bytes():
    rows = struct.pack("<HHQQ", 256, 16, 1, 70_000) + struct.pack("<HHQQ", 257, 4, 1, 9)
    data = b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 2) + rows + bytes(8)
    header = read_header(in_bytes(data))
    assert (header.width, header.height) == (70_000, 9)


def test_the_codestream_of_jpeg_2000_counts_and_not_the_box():
    data = encoded(".jp2", COLOR)
    if data is None:
        pytest.skip("this OpenCV writes no JPEG 2000")
    place = data.find(b"\xff\x4f\xff\x51") + 8
    large = data[:place] + struct.pack(">II", 50_000, 40_000) + data[place + 8 :]
    assert read_header(in_bytes(large)).pixels == 50_000 * 40_000


def test_a_line_that_looks_like_a_size_does_not_hide_the_real_one():
    head = b"#?RADIANCE\n# -Y 1 +X 1\nFORMAT=32-bit_rle_rgbe\n\n-Y 30000 +X 40000\n"
    assert read_header(in_bytes(head)).pixels == 30_000 * 40_000


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel holds the limit")
def test_decoding_takes_no_more_than_the_header_says(tmp_path):
    """The kernel refuses what is above; each format is decoded once without it."""
    image = cv2.resize(COLOR, (1100, 1100))
    several = {"color": image, "alpha": np.dstack([image, image[:, :, 0]])}
    deep = {**several, "color16": image.astype(np.uint16) * 257}
    wide = {"float": image.astype(np.float32) / 255}
    fast = [cv2.IMWRITE_AVIF_SPEED, 10]
    for ending, pictures in {
        **dict.fromkeys((".bmp", ".gif", ".jpg", ".webp", ".avif"), several),
        **dict.fromkeys((".png", ".tif", ".jp2", ".ppm"), deep),
        **dict.fromkeys((".hdr", ".pfm"), wide),
    }.items():
        for kind, picture in pictures.items():
            if cv2.haveImageWriter("a" + ending):
                data = encoded(ending, picture, fast if ending == ".avif" else ())
                if data is not None:
                    (tmp_path / f"{kind}{ending}").write_bytes(data)
    jpeg = encoded(".jpg", image, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1, 7, 0x111111])
    (tmp_path / "progressive.jpg").write_bytes(jpeg)
    code = (
        "import cv2, gc, os, resource, sys, numpy as np\n"
        "from edgevision.runtime.image.headers import in_bytes, read_header\n"
        "def size(): return int(open('/proc/self/statm').read().split()[0]) * 4096\n"
        "for path in sys.argv[1:]:\n"
        "    data = np.fromfile(path, np.uint8)\n"
        "    header = read_header(in_bytes(data.tobytes()))\n"
        "    for flag in (cv2.IMREAD_COLOR, cv2.IMREAD_UNCHANGED):\n"
        "        cv2.imdecode(data, flag); gc.collect()\n"
        "        limit = size() + header.bytes + (2 << 20)\n"
        "        resource.setrlimit(resource.RLIMIT_AS, (limit, -1))\n"
        "        try: cv2.imdecode(data, flag)\n"
        "        except (cv2.error, MemoryError) as e: print(path, flag, e)\n"
        "        resource.setrlimit(resource.RLIMIT_AS, (-1, -1))\n"
    )
    child = subprocess.run(
        [sys.executable, "-c", code, *sorted(map(str, tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "0"},
    )
    assert not child.stdout
