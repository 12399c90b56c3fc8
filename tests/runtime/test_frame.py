"""Picture files as cameras, downloads and strangers leave them."""

from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np
import pytest
from edgevision.runtime.frame import as_bgr, is_cut_off
from edgevision.runtime.image import open_picture, read_image

from edgevision.errors import SourceError

PICTURE = np.random.default_rng(3).integers(0, 256, (40, 60, 3), np.uint8)


def saved(folder, name, image=PICTURE):
    path = folder / name
    assert cv2.imwrite(str(path), image)
    return path


def test_a_cut_jpeg_is_a_sentence_and_not_gray(tmp_path, shared):
    data = saved(tmp_path, "whole.jpg").read_bytes()
    path = tmp_path / "cut.jpg"
    for size in range(3, len(data) - 2, 97):
        path.write_bytes(data[:size])
        with pytest.raises(SourceError, match="ends half-way. Copy|it is damaged"):
            read_image(path)
    # Bytes behind the end, as phones append them, are no damage.
    path.write_bytes(data + b"\0" * 100 + b"trailer")
    assert read_image(path).shape == (40, 60, 3)
    for photo in sorted((shared / "imagenet").glob("*.JPEG"))[:10]:
        assert read_image(photo).ndim == 3


def test_the_content_counts_and_not_the_name(tmp_path):
    path = saved(tmp_path, "a.png")
    wrong = path.rename(tmp_path / "b.jpg")
    assert np.array_equal(read_image(wrong), PICTURE)


@pytest.mark.parametrize(
    "image",
    [
        PICTURE[:1, :1],
        PICTURE.astype(np.uint16) * 257,
        np.dstack([PICTURE, PICTURE[:, :, 0]]),
        PICTURE[:, :, 0],
    ],
    ids=["one pixel", "16 bits", "alpha", "gray"],
)
def test_unusual_pictures_become_plain_ones(tmp_path, image):
    found = read_image(saved(tmp_path, "a.png", image))
    assert found.shape == (*image.shape[:2], 3)
    assert found.dtype == np.uint8
    if image.ndim == 3:
        assert np.array_equal(found, PICTURE[: image.shape[0], : image.shape[1]])


def test_pictures_are_turned_upright(tmp_path):
    data = saved(tmp_path, "a.jpg").read_bytes()
    # An EXIF block that says: turn right to see it upright.
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    block = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    path = tmp_path / "turned.jpg"
    path.write_bytes(data[:2] + block + data[2:])
    assert read_image(path).shape == (60, 40, 3)


def test_what_claims_to_be_gigantic_is_a_sentence(tmp_path):
    def chunk(kind, content):
        crc = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + crc

    size = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    path = tmp_path / "bomb.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size)
        + chunk(b"IDAT", zlib.compress(bytes(100)))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(SourceError, match="Cannot read .* as an image"):
        read_image(path)


@pytest.mark.parametrize("data", [b"", b"hello", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_a_sentence(tmp_path, data):
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    with pytest.raises(SourceError, match="Cannot read .* as an image"):
        read_image(path)
    with pytest.raises(SourceError, match="no such file"):
        read_image(tmp_path / "no.jpg")


def test_arrays_are_checked_and_not_copied_needlessly():
    assert as_bgr(PICTURE) is PICTURE
    assert np.array_equal(as_bgr(PICTURE, color="rgb"), PICTURE[:, :, ::-1])
    with pytest.raises(ValueError, match="must be uint8 with pixels 0..255"):
        as_bgr(PICTURE / 255)
    with pytest.raises(ValueError, match="must have shape"):
        as_bgr(PICTURE[0, 0])


class Pil:
    """What this package knows of an image of PIL; the real one is not installed."""

    def __init__(self, pixels, mode="RGB"):
        self.mode, self._pixels = mode, pixels
        self.__array_interface__ = pixels.__array_interface__

    def convert(self, mode):
        assert mode == "RGB"
        gray = self._pixels.ndim == 2
        return Pil(np.repeat(self._pixels[..., None], 3, 2) if gray else self._pixels)


def test_pictures_of_every_kind_become_arrays(tmp_path):
    rgb = PICTURE[..., ::-1].copy()
    path = saved(tmp_path, "a.png")
    for picture, color in (
        (PICTURE, "bgr"), (rgb, "rgb"), (path, "rgb"), (str(path), "bgr"),
        (Pil(rgb), "bgr"), (Pil(rgb, "YCbCr"), "rgb"),
    ):  # fmt: skip
        array, order = open_picture(picture, color)
        as_is = array if order == "bgr" else array[..., ::-1]
        assert np.array_equal(as_is, PICTURE)
    gray, _ = open_picture(Pil(PICTURE[:, :, 0].copy(), "P"))
    assert np.array_equal(gray, PICTURE[:, :, [0, 0, 0]])


def test_an_image_of_pil_with_more_than_8_bits_is_refused_and_not_cut():
    with pytest.raises(ValueError, match="must be uint8 with pixels 0..255, got int32"):
        open_picture(Pil(PICTURE[:, :, 0].astype(np.int32), "I"))


def test_only_a_jpeg_without_its_end_counts_as_cut_off(rng):
    noise = rng.integers(0, 256, (40, 40, 3), np.uint8)
    for flags in (
        [],
        [cv2.IMWRITE_JPEG_PROGRESSIVE, 1],
        [cv2.IMWRITE_JPEG_RST_INTERVAL, 1],
    ):
        whole = cv2.imencode(".jpg", noise, flags)[1].tobytes()
        # A camera's preview has an end marker of its own, before the picture's.
        preview = b"\xff\xe1" + (len(whole) + 2).to_bytes(2, "big") + whole
        framed = whole[:2] + preview + whole[2:]
        for data in (whole, whole + b"a phone's film", framed):
            assert not is_cut_off(data)
        for data in (whole[:-2], whole[: len(whole) // 2], framed[:-2]):
            assert is_cut_off(data)
    assert not is_cut_off(cv2.imencode(".png", noise)[1].tobytes()[:50])
    assert not is_cut_off(b"")


def test_a_format_without_a_decoder_is_named_and_damage_is_not(tmp_path, monkeypatch):
    path = tmp_path / "a.jp2"
    path.write_bytes(b"no picture at all")
    with pytest.raises(SourceError, match="it is damaged, or of a format"):
        read_image(path)
    if not cv2.haveImageWriter("a.gif"):  # OpenCV 4 neither writes nor reads GIF
        path = tmp_path / "a.gif"
        path.write_bytes(b"GIF89a" + bytes(30))
        with pytest.raises(SourceError, match=r"has no decoder for GIF"):
            read_image(path)
        return
    path = saved(tmp_path, "a.gif")
    data = path.read_bytes()
    assert read_image(path).shape == PICTURE.shape
    path.write_bytes(data[:20])
    with pytest.raises(SourceError, match="it is damaged, or of a format"):
        read_image(path)
    # As with an OpenCV that was built without GIF.
    monkeypatch.setattr(cv2, "haveImageReader", lambda name: False)
    with pytest.raises(SourceError, match=r"this OpenCV \(.*\) has no decoder for GIF"):
        read_image(path)
