"""The first directory of a TIFF: size, samples, and the size of its tiles."""

from __future__ import annotations

from typing import Final

from .picture_header import At, PictureHeader

_WIDTH, _HEIGHT, _BITS, _SAMPLES = 256, 257, 258, 277
_STRIP_ROWS, _TILE_WIDTH, _TILE_HEIGHT = 278, 322, 323
_COMPRESSION: Final = 259
_LOGARITHMS: Final = (34676, 34677)  # SGI LogLuv, which is decoded to float32
_SIZES: Final = {3: 2, 4: 4, 16: 8}  # SHORT, LONG, LONG8
_MOST_TAGS: Final = 4096


def tiff(at: At) -> PictureHeader | None:
    """Read the first directory, which may lie anywhere (TIFF 6.0, section 2)."""
    head = at(0, 16)
    if len(head) < 16:
        return None
    order = "little" if head[:2] == b"II" else "big"
    big = head[2:4] in (b"+\0", b"\0+")

    def number(data: bytes) -> int:
        return int.from_bytes(data, "little" if order == "little" else "big")

    place = number(head[8:16]) if big else number(head[4:8])
    wide, step, inline = (8, 20, 8) if big else (2, 12, 4)
    count = min(number(at(place, wide)), _MOST_TAGS)
    table = at(place + wide, count * step)
    fields: dict[int, int] = {}
    for start in range(0, len(table) - step + 1, step):
        entry = table[start : start + step]
        size = _SIZES.get(number(entry[2:4]))
        if size is None:
            continue
        length = number(entry[4 : step - inline])
        values = entry[step - inline :]
        if length * size > inline:
            values = at(number(values), size)  # all samples have the same bits
        fields.setdefault(number(entry[:2]), number(values[:size]))
    width, height = fields.get(_WIDTH, 0), fields.get(_HEIGHT, 0)
    depth = (fields.get(_BITS, 8) + 7) // 8
    if fields.get(_COMPRESSION) in _LOGARITHMS:
        depth = 4
    samples = max(1, fields.get(_SAMPLES, 1)) * max(1, depth)
    # libtiff keeps one tile or strip, which may be larger than the picture.
    tile = fields.get(_TILE_WIDTH, width) * fields.get(
        _TILE_HEIGHT, min(height, fields.get(_STRIP_ROWS, height))
    )
    return PictureHeader(width, height, max(6, 2 * samples), 2 * tile * max(4, samples))
