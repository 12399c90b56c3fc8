"""What the first bytes of a picture file say of its size, whatever its name is.

OpenCV chooses its decoder by the content too. Every format that it decodes stands in
:data:`READERS`; a file of none of them is no picture.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ....registry import load

At = Callable[[int, int], bytes]
"""Returns so many bytes at a position of a file, or fewer at its end."""

READERS: Final = {
    "PNG": "edgevision.runtime.image.headers.plain_formats:png",
    "JPEG": "edgevision.runtime.image.headers.jpeg_frame:jpeg",
    "BMP": "edgevision.runtime.image.headers.plain_formats:bmp",
    "GIF": "edgevision.runtime.image.headers.plain_formats:gif",
    "WebP": "edgevision.runtime.image.headers.plain_formats:webp",
    "TIFF": "edgevision.runtime.image.headers.tiff_directory:tiff",
    "JPEG 2000": "edgevision.runtime.image.headers.boxed_formats:jpeg_2000",
    "AVIF or HEIC": "edgevision.runtime.image.headers.boxed_formats:heif",
    "Sun raster": "edgevision.runtime.image.headers.plain_formats:sun_raster",
    "PBM, PGM, PNM, PPM": "edgevision.runtime.image.headers.text_formats:portable_map",
    "Radiance HDR": "edgevision.runtime.image.headers.text_formats:radiance",
}
"""Name of a format -> its reader; each takes an :data:`At`."""


@dataclass(frozen=True)
class PictureHeader:
    """The size of a picture, and what it takes to decode it.

    Attributes:
        width: Columns of pixels, before any turn that the file asks for.
        height: Rows of pixels.
        pixel_bytes: Bytes of memory that decoding takes for each pixel. They were
            measured with OpenCV 4.11 and 5.0 (highest resident memory), and rounded up:
            two copies of the result, and what the decoder of the format has beside.
        more_bytes: Bytes of memory that do not depend on the pixels.
    """

    width: int
    height: int
    pixel_bytes: float
    more_bytes: int = 0

    @property
    def pixels(self) -> int:
        """Return the number of pixels."""
        return self.width * self.height

    @property
    def bytes(self) -> int:
        """Return how many bytes of memory decoding takes, at its highest."""
        return int(self.pixels * self.pixel_bytes) + self.more_bytes


def read_header(at: At) -> PictureHeader | None:
    """Return the header of a picture file; None means that it is damaged, or none.

    Args:
        at: Reads the file.
    """
    kind = _kind(at(0, 12))
    if kind is None:
        return None
    header: PictureHeader | None = load(READERS[kind])(at)
    return None if header is None or min(header.width, header.height) < 1 else header


def in_bytes(data: bytes | memoryview) -> At:
    """Return a reader of a file that is in memory."""
    return lambda position, count: bytes(data[position : position + count])


def in_file(handle: int) -> At:
    """Return a reader of a file that is open, by its descriptor."""

    def read(position: int, count: int) -> bytes:
        try:
            return os.pread(handle, count, position)
        except (OSError, OverflowError):
            return b""  # what a damaged file points at

    return read


def _kind(head: bytes) -> str | None:
    """Return the format of a file by its first 12 bytes."""
    for start, kind in (
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff", "JPEG"),
        (b"BM", "BMP"),
        (b"GIF8", "GIF"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
        (b"II+\0", "TIFF"),
        (b"MM\0+", "TIFF"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"\xff\x4f\xff\x51", "JPEG 2000"),
        (b"\x59\xa6\x6a\x95", "Sun raster"),
        (b"#?RADIANCE", "Radiance HDR"),
        (b"#?RGBE", "Radiance HDR"),
    ):
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:8] == b"ftyp":
        return "AVIF or HEIC"
    if head[:1] == b"P" and head[1:2] in b"1234567Ff" and head[2:3].isspace():
        return "PBM, PGM, PNM, PPM"
    return None
