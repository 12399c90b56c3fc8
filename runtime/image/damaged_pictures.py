"""Damaged pictures: how many a set may lose, and the sentence that says so.

Training, calibration and enrollment ask here, so that a folder that serves one serves
the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ...errors import EdgeVisionError

MOST: Final = 0.05
"""The largest share that may be damaged.

More than that is usually an interrupted copy or an unknown format, and the pictures
that remain may not be like the whole set.
"""

_SHOWN: Final = 3


def damage_warning(
    damaged: Sequence[str],
    total: int,
    *,
    emptied: str | None = None,
    what: str = "pictures",
    group: str = "class",
    error: type[EdgeVisionError],
) -> str | None:
    """Return the warning about damaged pictures, or None when there are none.

    One picture may be damaged even in the smallest set.

    Args:
        damaged: One sentence for each damaged picture, with its name.
        total: Pictures of the set, damaged ones among them.
        emptied: A class of which no picture can be read; None means there is none.
        what: What the pictures are called, in the plural.
        group: What a class is called, in the singular.
        error: The error to raise when too much is damaged.

    Raises:
        EdgeVisionError: More than :data:`MOST` is damaged, or all of a class.
    """
    if not damaged:
        return None
    count = len(damaged)
    shown = " ".join(damaged[:_SHOWN])
    named = shown + (f" And {count - _SHOWN} more." if count > _SHOWN else "")
    if count == total:
        raise error(f"None of the {total} {what} can be read. {named}")
    if emptied is not None:
        raise error(
            f"No picture of the {group} '{emptied}' can be read, so that the {group} "
            f"would be lost. {named} Replace them, or remove the {group}."
        )
    if count > max(1, MOST * total):
        raise error(
            f"{count} of {total} {what} cannot be read, more than {MOST:.0%}, the most "
            f"that a set may lose. {named} Copy the set again, or remove them."
        )
    return (
        f"{count} of {total} {what} cannot be read and are left out: {named} Replace "
        "or remove them."
    )
