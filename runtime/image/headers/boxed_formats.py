"""Sizes inside boxes: JPEG 2000, and AVIF and HEIC (ISO base media files)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from .picture_header import At, PictureHeader

_CODESTREAM: Final = b"\xff\x4f\xff\x51"
_MOST_BOXES: Final = 4096
# Boxes on the way to the size, and the bytes before the boxes inside.
_CONTAINERS: Final = {b"meta": 4, b"iprp": 0, b"ipco": 0, b"moov": 0, b"trak": 0}


def jpeg_2000(at: At) -> PictureHeader | None:
    """Read the SIZ of the codestream, not the box that repeats it (T.800, A.5.1)."""
    start = 0
    if at(0, 4) != _CODESTREAM:
        boxes = _boxes(at, 0, 2**63)
        start = next((begin for kind, begin, _ in boxes if kind == b"jp2c"), -1)
    head = at(start, 42) if start >= 0 else b""
    if len(head) < 42 or head[:4] != _CODESTREAM:
        return None
    right, bottom, left, top = struct.unpack(">IIII", head[8:24])
    components = struct.unpack(">H", head[40:42])[0]
    # Numbers of 32 bits for each component, and two copies of the result.
    per_pixel = 4 * components + 4 * min(components, 4) + 6
    return PictureHeader(right - left, bottom - top, per_pixel)


def heif(at: At) -> PictureHeader | None:
    """Read the largest size that a property or a track states (ISO/IEC 23008-12).

    The picture, its alpha and its thumbnails have one each; a photo in tiles has its
    own and that of a tile.
    """
    sizes: list[tuple[int, int]] = []
    waiting = [(0, 2**63)]
    looked_at = 0
    while waiting:
        for kind, begin, end in _boxes(at, *waiting.pop()):
            looked_at += 1
            if looked_at > _MOST_BOXES:
                return None
            if kind in _CONTAINERS:
                waiting.append((begin + _CONTAINERS[kind], end))
            elif kind == b"ispe":
                body = at(begin + 4, 8)
                if len(body) == 8:
                    sizes.append(struct.unpack(">II", body))
    if not sizes:
        return None
    return PictureHeader(*max(sizes, key=lambda size: size[0] * size[1]), 40)


def _boxes(at: At, position: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, begin and end of the content of boxes that follow each other."""
    for _ in range(_MOST_BOXES):
        head = at(position, 16)
        if len(head) < 8 or position >= end:
            return
        size, kind, skip = int.from_bytes(head[:4], "big"), head[4:8], 8
        if size == 1:
            size, skip = int.from_bytes(head[8:16], "big"), 16
        elif size == 0:  # to the end of the file
            size = end - position
        if size < skip:
            return
        yield kind, position + skip, min(position + size, end)
        position += size
