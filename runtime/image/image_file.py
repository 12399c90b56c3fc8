"""Image files with their transparency: reading, fitting to a size, writing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from ...errors import SinkError, shown
from ...files import write_bytes
from ..frame import Image
from .picture_formats import WRITABLE_SUFFIXES
from .picture_reader import decode_file, read_image

_WITH_ALPHA: Final = frozenset({".png", ".webp", ".tif", ".tiff"})
_JPEG_QUALITY: Final = 95
# The upright picture, its twin turned, and their difference.
_COPIES: Final = 3 + 4 + 3

FITS: Final = ("stretch", "contain", "cover")


def read_with_alpha(path: str | Path) -> Image:
    """Read an image file upright, with its transparency where it has some.

    Returns:
        uint8 (H, W, 4) BGRA for a file with an alpha channel, else (H, W, 3) BGR.

    Raises:
        SourceError: As for :func:`~edgevision.runtime.image.read_image`.
    """
    image = read_image(path)
    # Only this flag of OpenCV returns alpha, and it ignores the EXIF orientation.
    plain = decode_file(path, cv2.IMREAD_UNCHANGED, copies=_COPIES)
    if plain is None or plain.ndim != 3 or plain.shape[2] != 4:
        return image
    return _turned_like(image, _eight_bits(plain))


def read_mask(path: str | Path) -> Image:
    """Read a mask, uint8 (H, W): its alpha channel if it has one, else its gray.

    Raises:
        SourceError: As for :func:`~edgevision.runtime.image.read_image`.
    """
    image = read_with_alpha(path)
    if image.shape[2] == 4 and image[:, :, 3].min() < 255:
        return np.ascontiguousarray(image[:, :, 3])
    return np.asarray(cv2.cvtColor(image[:, :, :3], cv2.COLOR_BGR2GRAY), np.uint8)


def fit_to(image: Image, size: tuple[int, int], how: str) -> Image:
    """Bring a picture to a size.

    Args:
        image: uint8 (H, W, C) or (H, W).
        size: Width and height.
        how: ``stretch``; ``contain`` (all of it, the rest transparent: a fourth channel
            is added, and a mask is 0 there); ``cover`` (no gap, what sticks out is cut
            off in equal parts).

    Raises:
        ValueError: ``how`` is none of them.
    """
    if how not in FITS:
        raise ValueError(f"how must be one of {', '.join(FITS)}, got {shown(how)}.")
    height, width = image.shape[:2]
    if (width, height) == size:
        return image
    if how == "stretch":
        return _resized(image, size)
    choose = min if how == "contain" else max
    ratio = choose(size[0] / width, size[1] / height)
    inner = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    scaled = _resized(image, inner)
    left, top = (abs(a - b) // 2 for a, b in zip(size, inner, strict=True))
    if how == "cover":
        return scaled[top : top + size[1], left : left + size[0]]
    if scaled.ndim == 3 and scaled.shape[2] == 3:
        scaled = np.asarray(cv2.cvtColor(scaled, cv2.COLOR_BGR2BGRA), np.uint8)
    out = np.zeros((size[1], size[0], *scaled.shape[2:]), np.uint8)
    out[top : top + inner[1], left : left + inner[0]] = scaled
    return out


def check_output(path: str | Path, *, alpha: bool = False) -> None:
    """Refuse a name that no picture can be written to.

    Args:
        path: The output.
        alpha: Whether the picture has a fourth channel.

    Raises:
        ValueError: The ending is unknown, or the format has no transparency.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in WRITABLE_SUFFIXES:
        raise ValueError(
            f"'{path}' must end in one of {', '.join(WRITABLE_SUFFIXES)}, which "
            "chooses the format."
        )
    if alpha and suffix not in _WITH_ALPHA:
        raise ValueError(
            f"A file like '{path}' cannot hold the picture's transparency. Use a name "
            "that ends in .png."
        )


def write_image(path: str | Path, image: Image, *, force: bool = False) -> None:
    """Write a picture whole or not at all; the name's ending chooses the format.

    Args:
        path: The output.
        image: uint8 (H, W), (H, W, 3) BGR or (H, W, 4) BGRA.
        force: Replace a file that exists.

    Raises:
        OutputExistsError: The file exists and ``force`` is not given.
        SinkError: The picture cannot be encoded or written.
        EdgeVisionError: Its folder does not exist, or its name is too long.
        ValueError: As for :func:`check_output`.
    """
    check_output(path, alpha=image.ndim == 3 and image.shape[2] == 4)
    suffix = Path(path).suffix.lower()
    jpeg = suffix in (".jpg", ".jpeg")
    settings = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY] if jpeg else []
    if suffix == ".webp":
        settings = [cv2.IMWRITE_WEBP_QUALITY, 101]  # above 100 is lossless
    try:
        done, data = cv2.imencode(suffix, np.ascontiguousarray(image), settings)
    except cv2.error as error:
        raise SinkError(f"Cannot encode {path}: {error.err}.") from error
    if not done:
        raise SinkError(f"Cannot encode a picture as {suffix}. Use .png.")
    try:
        write_bytes(path, np.asarray(data, np.uint8).tobytes(), force=force)
    except OSError as error:
        raise SinkError(
            f"Cannot write {path}: {error.strerror}. Choose another output."
        ) from error


def _resized(image: Image, size: tuple[int, int]) -> Image:
    shrinks = size[0] < image.shape[1] or size[1] < image.shape[0]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    if image.ndim == 3 and image.shape[2] == 4:
        # The colour of transparent pixels must not mix into visible ones.
        weight = image[:, :, 3:].astype(np.float32)
        packed = np.concatenate([image[:, :, :3] * weight, weight], axis=2)
        small = np.asarray(cv2.resize(packed, size, interpolation=how), np.float32)
        small[:, :, :3] /= np.where(small[:, :, 3:] > 0, small[:, :, 3:], 1)
        return np.asarray(np.rint(small).clip(0, 255), np.uint8)
    return np.asarray(cv2.resize(image, size, interpolation=how), np.uint8)


def _eight_bits(image: npt.NDArray[Any]) -> Image:
    if image.dtype == np.uint8:
        return np.asarray(image, np.uint8)
    top = np.iinfo(image.dtype).max if image.dtype.kind == "u" else 1.0
    if image.dtype.kind == "f":
        np.nan_to_num(image, copy=False)
        np.clip(image, 0, 1, out=image)
    # It rounds and cuts as rint and clip do, without copies of eight bytes.
    return np.asarray(cv2.convertScaleAbs(image, alpha=255 / top), np.uint8)


def _turned_like(upright: Image, plain: Image) -> Image:
    """Return the upright picture with the alpha of its unturned twin.

    Of the eight ways to turn and mirror the twin, the one whose colours are those of
    the upright picture is the file's orientation.
    """
    for turns in range(4):
        for mirrored in (False, True):
            twin = np.rot90(plain[:, ::-1] if mirrored else plain, turns)
            if twin.shape[:2] != upright.shape[:2]:
                continue
            gap = cv2.absdiff(np.ascontiguousarray(twin[:, :, :3]), upright)
            if gap.max(initial=0) <= 1:
                return np.dstack([upright, twin[:, :, 3]])
    # Colours that differ are those of another depth or colour space.
    if plain.shape[:2] == upright.shape[:2]:
        return np.dstack([upright, plain[:, :, 3]])
    return upright
