"""Damaged pictures: how many a set may lose, and the sentence that says so.

Training and calibration ask here, so that a folder that serves one serves the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ...errors import EdgeVisionError

MOST: Final = 0.05
"""The share that may be damaged: such a loss changes less than another draw would.

More is no accident but an interrupted copy or another format, and what is left need
not be like the whole.
"""

_SHOWN: Final = 3


def left_out(
    damaged: Sequence[str],
    total: int,
    *,
    emptied: str | None = None,
    what: str = "pictures",
    error: type[EdgeVisionError],
) -> str | None:
    """Return the warning about damaged pictures, or None when there are none.

    One may be damaged however few there are.

    Args:
        damaged: Per damaged picture the sentence that names it.
        total: Pictures of the set, damaged ones among them.
        emptied: The class that has no other pictures, if there is one.
        what: What the pictures are called, in the plural.
        error: Raised when too much is damaged.

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
            f"No picture of the class '{emptied}' can be read, so that the class would "
            f"be lost. {named} Replace them, or remove the class."
        )
    if count > max(1, MOST * total):
        raise error(
            f"{count} of {total} {what} cannot be read, more than {MOST:.0%}: so many "
            f"are no accident. {named} Copy the set again, or remove them."
        )
    return (
        f"{count} of {total} {what} cannot be read and are left out: {named} Replace "
        "or remove them."
    )
