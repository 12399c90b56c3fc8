"""Pictures with transparency come and go as they are."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.runtime.image.image_file import (
    check_output,
    fit_to,
    read_mask,
    read_with_alpha,
    write_image,
)

from edgevision.errors import EdgeVisionError, OutputExistsError, SourceError


def _exif(orientation: int) -> bytes:
    return struct.pack("<2sHIHHHIII", b"II", 42, 8, 1, 0x0112, 3, 1, orientation, 0)


def png_with_exif(image: np.ndarray, orientation: int) -> bytes:
    """Return a PNG file whose eXIf chunk holds an orientation."""
    data = cv2.imencode(".png", image)[1].tobytes()
    body = b"eXIf" + _exif(orientation)
    chunk = struct.pack(">I", len(body) - 4) + body
    chunk += struct.pack(">I", zlib.crc32(body))
    return data[:33] + chunk + data[33:]  # after IHDR


@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
@pytest.mark.parametrize("channels", [3, 4])
def test_what_is_written_is_read_again(tmp_path: Path, rng, suffix, channels) -> None:
    image = rng.integers(0, 256, (7, 9, channels), dtype=np.uint8)
    image[0, 0] = 255
    path = tmp_path / f"x{suffix}"
    write_image(path, image)
    found = read_with_alpha(path)
    assert found.shape == image.shape
    if channels == 4:
        np.testing.assert_array_equal(found[..., 3], image[..., 3])
    seen = image[..., -1] > 0 if channels == 4 else np.ones((7, 9), bool)
    np.testing.assert_array_equal(found[seen], image[seen])
    with pytest.raises(OutputExistsError, match="--force"):
        write_image(path, image)
    write_image(path, image, force=True)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_alpha_turns_with_its_colours(tmp_path: Path, rng, orientation) -> None:
    image = rng.integers(0, 256, (6, 8, 4), dtype=np.uint8)
    image[..., 3] = image[..., 0]  # alpha says where a pixel came from
    path = tmp_path / "turned.png"
    path.write_bytes(png_with_exif(image, orientation))
    found = read_with_alpha(path)
    np.testing.assert_array_equal(found[..., 3], found[..., 0])


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:
    image = np.zeros((3, 4, 4), np.uint16)
    image[..., 1], image[..., 3] = 65535, np.arange(12).reshape(3, 4) * 5461
    path = tmp_path / "deep.png"
    cv2.imwrite(str(path), image)
    found = read_with_alpha(path)
    assert found.dtype == np.uint8
    assert found[0, 0].tolist() == [0, 255, 0, 0]
    np.testing.assert_allclose(found[..., 3], image[..., 3] / 257, atol=1)


def test_a_mask_is_alpha_or_gray(tmp_path: Path) -> None:
    image = np.full((2, 3, 4), 255, np.uint8)
    write_image(tmp_path / "white.png", image)
    assert read_mask(tmp_path / "white.png").tolist() == [[255] * 3] * 2
    image[0, :, 3] = 7
    write_image(tmp_path / "alpha.png", image)
    assert read_mask(tmp_path / "alpha.png").tolist() == [[7] * 3, [255] * 3]
    write_image(tmp_path / "gray.png", np.full((2, 3), 9, np.uint8))
    assert read_mask(tmp_path / "gray.png").tolist() == [[9] * 3] * 2


def test_contain_keeps_all_and_cover_leaves_no_gap() -> None:
    image = np.full((10, 20, 3), 200, np.uint8)
    inside = fit_to(image, (8, 8), "contain")
    assert inside.shape == (8, 8, 4)
    assert inside[2:6].min() == 200
    assert not inside[:2].any()
    assert not inside[6:].any()
    whole = fit_to(image, (8, 8), "cover")
    assert whole.shape == (8, 8, 3)
    assert whole.min() == 200
    assert fit_to(image, (5, 4), "stretch").shape == (4, 5, 3)
    assert fit_to(image, (20, 10), "contain") is image
    assert not fit_to(image[..., 0], (8, 8), "contain")[0].any()
    with pytest.raises(ValueError, match="how must be one of stretch"):
        fit_to(image, (8, 8), "crop")


def test_transparent_colours_do_not_bleed() -> None:
    image = np.zeros((4, 4, 4), np.uint8)
    image[:2] = [0, 0, 255, 255]  # red seen, green hidden
    image[2:] = [0, 255, 0, 0]
    small = fit_to(image, (2, 1), "stretch")
    assert small[0, 0, :3].tolist() == [0, 0, 255]
    assert small[0, 0, 3] in (127, 128)


def test_names_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must end in one of"):
        check_output("picture.gif2")
    with pytest.raises(ValueError, match=r"cannot hold the picture's transparency"):
        check_output("picture.jpg", alpha=True)
    with pytest.raises(EdgeVisionError, match="there is no folder"):
        write_image(tmp_path / "absent" / "x.png", np.zeros((2, 2, 3), np.uint8))
    with pytest.raises(SourceError, match="no such file"):
        read_with_alpha(tmp_path / "absent.png")
