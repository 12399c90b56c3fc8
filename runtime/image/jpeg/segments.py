"""The segments of a JPEG's header, one after the other (ITU-T T.81, annex B)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

SCAN: Final = 0xDA
"""The segment before compressed pixels."""
FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""SOF0..SOF15 without the codes among them that are no frame (DHT, JPG, DAC)."""
_LONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the code of each segment, and where its content begins and ends.

    The last one is that of the first scan. Where no segment begins, or one does not end
    within the file, the header is broken, and none follows.

    Args:
        data: The file, from its start marker on.
    """
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        kind = data[position + 1]
        if kind == 0xFF or kind in _LONE:
            position += 1 if kind == 0xFF else 2
            continue
        begin = position + 4
        end = position + 2 + int.from_bytes(data[position + 2 : begin], "big")
        if not begin <= end <= len(data):
            return
        yield kind, begin, end
        if kind == SCAN:
            return
        position = end
