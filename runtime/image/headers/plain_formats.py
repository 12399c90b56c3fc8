"""Sizes that stand at a fixed place: PNG, BMP, GIF, WebP, Sun raster."""

from __future__ import annotations

import struct

from .picture_header import At, PictureHeader

_CHANNELS = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}


def png(at: At) -> PictureHeader | None:
    """Read a PNG's IHDR, which comes first (W3C PNG, 11.2.2)."""
    head = at(0, 26)
    if len(head) < 26 or head[12:16] != b"IHDR":
        return None
    width, height, bits, colors = struct.unpack(">IIBB", head[16:26])
    samples = _CHANNELS.get(colors, 4) * (2 if bits == 16 else 1)
    return PictureHeader(width, height, max(6, 2 * samples))


def bmp(at: At) -> PictureHeader | None:
    """Read a BMP's information header; a negative height means top first."""
    head = at(14, 12)
    if len(head) < 12:
        return None
    if struct.unpack("<I", head[:4])[0] == 12:
        width, height = struct.unpack("<HH", head[4:8])
    else:
        width, height = struct.unpack("<ii", head[4:12])
    return PictureHeader(abs(width), abs(height), 8)


def gif(at: At) -> PictureHeader | None:
    """Read a GIF's logical screen, on which all frames are painted."""
    head = at(6, 4)
    if len(head) < 4:
        return None
    width, height = struct.unpack("<HH", head)
    return PictureHeader(width, height, 14)


def webp(at: At) -> PictureHeader | None:
    """Read the first chunk of a WebP (RFC 9649, 2.5 to 2.7)."""
    head = at(12, 18)
    kind = head[:4]
    if len(head) < 18:
        return None
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", head[14:18])
        return PictureHeader(width & 0x3FFF, height & 0x3FFF, 10)
    if kind == b"VP8L":
        bits = int.from_bytes(head[9:13], "little")
        return PictureHeader(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF), 10)
    if kind == b"VP8X":
        width = 1 + int.from_bytes(head[12:15], "little")
        height = 1 + int.from_bytes(head[15:18], "little")
        return PictureHeader(width, height, 12)
    return None


def sun_raster(at: At) -> PictureHeader | None:
    """Read the header of a Sun raster file: width and height follow its number."""
    head = at(4, 8)
    if len(head) < 8:
        return None
    width, height = struct.unpack(">II", head)
    return PictureHeader(width, height, 8)
