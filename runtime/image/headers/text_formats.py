"""Sizes that are written in decimals: the portable maps of Netpbm, Radiance HDR."""

from __future__ import annotations

import re
from typing import Final

from .picture_header import At, PictureHeader

_TEXT: Final = 65536
_RADIANCE_SIZE: Final = re.compile(rb"[-+]Y\s+(\d{1,10})\s+[-+]X\s+(\d{1,10})")
_PAM_FIELD: Final = re.compile(rb"^(WIDTH|HEIGHT|DEPTH|MAXVAL)\s+(\d{1,10})", re.M)


def portable_map(at: At) -> PictureHeader | None:
    """Read PBM, PGM, PPM, PAM or PFM; # begins a comment."""
    head = re.sub(rb"#[^\n]*", b" ", at(0, _TEXT))
    kind = head[1:2]
    if kind == b"7":
        fields = {name: int(value) for name, value in _PAM_FIELD.findall(head)}
        depth = fields.get(b"DEPTH", 4) * (1 + (fields.get(b"MAXVAL", 65535) > 255))
        return PictureHeader(
            fields.get(b"WIDTH", 0), fields.get(b"HEIGHT", 0), max(6, 2 * depth)
        )
    words = head[2:].split(None, 3)
    numbers = [int(word[:10]) for word in words[:3] if word[:10].isdigit()]
    if len(numbers) < 2:
        return None
    channels = 3 if kind in b"36" else 1
    wide = kind not in b"14" and (len(numbers) < 3 or numbers[2] > 255)
    per_pixel = 24 if kind in b"Ff" else max(6, 2 * channels * (2 if wide else 1))
    return PictureHeader(numbers[0], numbers[1], per_pixel)


def radiance(at: At) -> PictureHeader | None:
    """Read Radiance HDR: the size is a line behind others of any text.

    Another line may look like it, so that the largest one counts.
    """
    sizes = [(int(y), int(x)) for y, x in _RADIANCE_SIZE.findall(at(0, _TEXT))]
    if not sizes:
        return None
    height, width = max(sizes, key=lambda size: size[0] * size[1])
    return PictureHeader(width, height, 24)
