"""Formats of picture files: which suffixes are pictures, and what OpenCV decodes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ...files import native_path

FORMATS: Final = {
    ".avif": "AVIF",
    ".bmp": "BMP",
    ".dib": "BMP",
    ".gif": "GIF",
    ".hdr": "Radiance HDR",
    ".heic": "HEIC",
    ".heif": "HEIC",
    ".jfif": "JPEG",
    ".jp2": "JPEG 2000",
    ".jpe": "JPEG",
    ".jpeg": "JPEG",
    ".jpg": "JPEG",
    ".pbm": "PBM",
    ".pgm": "PGM",
    ".png": "PNG",
    ".pnm": "PNM",
    ".ppm": "PPM",
    ".ras": "Sun raster",
    ".sr": "Sun raster",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".webp": "WebP",
}
"""Suffix -> format. A file of these is a picture, whatever this OpenCV decodes: one
that it cannot decode is named when it is read, and not skipped in silence."""

PICTURE_SUFFIXES: Final = frozenset(FORMATS)

FILM_SUFFIXES: Final = frozenset({".gif"})
"""Pictures in a folder that are a video, with all their frames, when one is named."""

STILL_SUFFIXES: Final = PICTURE_SUFFIXES - FILM_SUFFIXES

WRITABLE_SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
"""Formats that pictures are written in."""

SUFFIX_HINT: Final = "jpg, png, bmp, webp, tif, gif ..."
"""What an error says of the suffixes: the usual ones."""

NO_DECODER: Final = frozenset(
    {".arw", ".cr2", ".cr3", ".dng", ".exr", ".jxl", ".nef", ".psd", ".raf", ".svg"}
)
"""Pictures that no OpenCV reads, and that a folder is said to hold."""


def is_picture(path: Path) -> bool:
    """Return whether a file's name is that of a picture, by its suffix."""
    return path.suffix.lower() in PICTURE_SUFFIXES


def why_not_decoded(path: Path) -> str:
    """Return why OpenCV gave no picture for a file: its format, or damage.

    Args:
        path: A file that exists and that ``cv2.imread`` did not read.
    """
    import cv2

    name = FORMATS.get(path.suffix.lower())
    if name is not None and _begins(path):
        with native_path(path) as readable:
            known = cv2.haveImageReader(readable)
        if not known:
            return (
                f"this OpenCV ({cv2.__version__}) has no decoder for {name}. Save it "
                "as JPEG or PNG."
            )
    return "it is damaged, or of a format that OpenCV does not know."


def _begins(path: Path) -> bool:
    """Return whether a file begins as the formats do that an OpenCV may lack."""
    try:
        with path.open("rb") as stream:
            head = stream.read(12)
    except OSError:
        return False
    return (
        head[4:8] == b"ftyp"
        or head[:4] in (b"GIF8", b"RIFF", b"II*\0", b"MM\0*")
        or head[4:8] == b"jP  "
        or head[:2] == b"#?"
    )
