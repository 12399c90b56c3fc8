"""How much memory the content of one file may take, by arithmetic before it is read.

A file of a few megabytes can hold a picture or an array of many gigabytes: that is how
compression works, and how a board is brought down. Two rules, in bytes:

* by the file's own size: 200 MB for a file of up to 4 MB, and 100 bytes more for each
  further byte. A photo takes 10 to 90 bytes of memory for each byte of its file; a
  file of one colour takes thousands.
* by the board: never more than half of the memory that is free now.
"""

from __future__ import annotations

from typing import Final

from ...devices.memory import available_bytes

FLOOR: Final = 200 * 10**6
"""What every file may take, on any board that has it."""
_SMALL: Final = 4 * 10**6
_GROWTH: Final = 100
_SHARE: Final = 2
# Below this, free memory is not asked for: reading the system's files takes time.
_LITTLE: Final = 64 * 10**6


def allowed_bytes(file_bytes: int) -> int:
    """Return the bytes of memory that a file's content may take, by its size."""
    return FLOOR + _GROWTH * max(0, file_bytes - _SMALL)


def refusal(need: int, file_bytes: int | None) -> str | None:
    """Return why a file's content is too large for memory, or None when it is not.

    Args:
        need: Bytes of memory that it takes.
        file_bytes: Size of the file; None means that only the board's memory decides.

    Returns:
        The part of a sentence after "Cannot read FILE: ", without its full stop.
    """
    if file_bytes is not None and need > allowed_bytes(file_bytes):
        return (
            f"it takes {size_text(need)} of memory, and a file of "
            f"{size_text(file_bytes)} may take {size_text(allowed_bytes(file_bytes))}"
        )
    if need > _LITTLE:
        free = available_bytes()
        if need > free // _SHARE:
            return (
                f"it takes {size_text(need)} of memory, more than half of the "
                f"{size_text(free)} that are free"
            )
    return None


def size_text(count: int) -> str:
    """Return a number of bytes as people read it.

    Example:
        >>> size_text(5_400_000_000), size_text(2_624_363), size_text(812)
        ('5.4 GB', '2.6 MB', '812 bytes')
    """
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} bytes"
