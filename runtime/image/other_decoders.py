"""Pictures that OpenCV does not decode and another package at hand does: HEIC, GIF."""

from __future__ import annotations

import importlib.util
import os
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from ...errors import SourceError
from ...files import native_path

INSTALL: Final = "pip install pillow-heif"
# ISO/IEC 23008-12: HEVC-coded images and sequences, and the general brands, which an
# AVIF file may have behind its own.
_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
)
_HEAD: Final = 64


def decode_otherwise(path: str | os.PathLike[str]) -> npt.NDArray[np.uint8] | None:
    """Read a picture that OpenCV does not; None means that it is of no such format.

    The content decides, not the name: phones' HEIC files are often called ``.jpg``. A
    GIF gives its first frame, by FFmpeg. HEIC needs the package pillow-heif: OpenCV's
    FFmpeg gives one tile of a photo in tiles, as phones write them.

    Args:
        path: A file that exists.

    Returns:
        uint8, upright: (H, W), (H, W, 3) BGR or (H, W, 4) BGRA.

    Raises:
        SourceError: The file is damaged, or pillow-heif is not installed.
    """
    with open(path, "rb") as file:
        head = file.read(_HEAD)
    if is_heic(head):
        return _read_heic(path)
    return _first_frame(path) if head.startswith(b"GIF8") else None


def is_heic(head: bytes) -> bool:
    """Return whether a file begins as HEIC does.

    Args:
        head: Its first 64 bytes.
    """
    if head[4:8] != b"ftyp":
        return False
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12], *(head[i : i + 4] for i in range(16, end - 3, 4))}
    return b"avif" not in brands and not brands.isdisjoint(_BRANDS)


def _read_heic(path: str | os.PathLike[str]) -> npt.NDArray[np.uint8]:
    heif = _pillow_heif(path)
    try:
        with open(path, "rb") as file:
            picture = heif.open_heif(file, bgr_mode=True)
            return np.asarray(picture, np.uint8)
    # What it raises for damage is not only its documented four.
    except (ValueError, EOFError, SyntaxError, RuntimeError, OSError) as error:
        words = " ".join(str(error).split())
        raise SourceError(
            f"Cannot read {path} as an image: the HEIC file is damaged ({words})."
        ) from error


def _pillow_heif(path: str | os.PathLike[str]) -> Any:
    if importlib.util.find_spec("pillow_heif") is None:
        raise SourceError(
            f"Cannot read {path}: it is a HEIC file, which needs pillow-heif, and that "
            f"is not installed. Run: {INSTALL}, or save it as JPEG."
        )
    try:
        import pillow_heif
    except (ImportError, OSError) as error:
        raise SourceError(
            f"Cannot read {path}: it is a HEIC file, and pillow-heif cannot be "
            f"imported ({error}). Run: {INSTALL}, or save it as JPEG."
        ) from error
    return pillow_heif


def _first_frame(path: str | os.PathLike[str]) -> npt.NDArray[np.uint8] | None:
    """Return the first frame of a GIF by FFmpeg, for an OpenCV that reads no GIF."""
    with native_path(path) as name:
        if cv2.haveImageReader(name):
            return None  # OpenCV found it damaged
        capture = cv2.VideoCapture(name, cv2.CAP_FFMPEG)
        try:
            ok, image = capture.read()
        finally:
            capture.release()
    return np.asarray(image, np.uint8) if ok and image is not None else None
