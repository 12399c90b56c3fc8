"""Which of many things are near each other, without a look at every two of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

NEAR: Final = 2.0  # sizes of the smaller one

Spot = tuple[float, float, float, int, bool, bool]
"""x, y, size, a number, whether it is seen, and whether at an unexpected place."""


def neighbours(spots: list[Spot]) -> Iterator[tuple[int, int]]:
    """Yield the numbers of two that are near each other, or one of them is unexpected.

    One of the two is seen. The smaller number is first; a pair may come twice. Sorted
    by x, most are compared with few others.

    Args:
        spots: Different numbers; sorted in place.
    """
    spots.sort()
    for position, (x, y, size, number, is_seen, is_odd) in enumerate(spots):
        reach = NEAR * size
        reach *= reach
        for other in spots if is_odd else spots[position + 1 :]:
            apart = (other[0] - x) * (other[0] - x)
            if not is_odd and apart >= reach:
                break  # whatever follows is farther
            if not (is_seen or other[4]) or other[3] == number:
                continue
            apart += (other[1] - y) * (other[1] - y)
            least = NEAR * min(size, other[2])
            if is_odd or other[5] or apart < least * least:
                yield min(number, other[3]), max(number, other[3])
