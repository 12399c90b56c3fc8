"""Durations as people write them in files, rules and options: ``3s``, ``1m30s``."""

from __future__ import annotations

import re
from typing import Final

from ..errors import shown

LONGEST_S: Final = 36500 * 86400.0
"""A hundred years: the longest duration, in seconds."""

_NUMBER: Final = r"(?:([0-9]{1,12}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})\s*"
# Compiled on first use: start-up counts.
_PARTS: Final = r"\s*".join(
    f"{_NUMBER}{unit})?" for unit in ("d", "h", "m(?:in)?", "s", "ms")
)
_UNITS_S: Final = (86400.0, 3600.0, 60.0, 1.0, 0.001)


def seconds(text: object) -> float:
    """Return the seconds of a duration such as ``500ms``, ``3s``, ``1m30s`` or ``2d``.

    A duration is one or more numbers with units, the longest unit first: ``d``, ``h``,
    ``m`` (or ``min``), ``s``, ``ms``. Spaces between them are free. The result is
    rounded to a microsecond.

    Args:
        text: The text as a file, a rule or an option holds it. A number without a unit
            is refused: nobody knows whether it means seconds or minutes.

    Returns:
        Seconds, from 0 to a hundred years.

    Raises:
        ValueError: The text is no duration, or longer than a hundred years.

    Example:
        >>> seconds("1m30s"), seconds("500ms"), seconds("1.5h")
        (90.0, 0.5, 5400.0)
    """
    words = str(text).strip()
    match = re.fullmatch(_PARTS, words) if words else None
    if match is None:
        raise ValueError(_refusal(words))
    parts = zip(match.groups("0"), _UNITS_S, strict=True)
    total = sum(float(number) * unit for number, unit in parts)
    if total > LONGEST_S:
        raise ValueError(
            f"{shown(words)} is longer than a hundred years. Write at most 36500d."
        )
    return round(total, 6)


def duration_text(value: float) -> str:
    """Return seconds as :func:`seconds` reads them, rounded to a microsecond.

    Args:
        value: Seconds, from 0 to a hundred years.

    Raises:
        ValueError: The value is negative, too long or not a number.

    Example:
        >>> [duration_text(value) for value in (0, 0.25, 3, 2.5, 90, 43200, 90061)]
        ['0s', '250ms', '3s', '2.5s', '1m30s', '12h', '1d1h1m1s']
    """
    if not 0 <= value <= LONGEST_S:
        raise ValueError(
            f"a duration must be from 0 s to a hundred years, got {value} s."
        )
    rest = round(value * 1e6)
    if rest < 1_000_000:
        return f"{_decimals(rest, 3)}ms" if rest else "0s"
    text = ""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        count, rest = divmod(rest, size * 1_000_000)
        text += f"{count}{unit}" if count else ""
    return text + (f"{_decimals(rest, 6)}s" if rest else "")


def _decimals(units: int, digits: int) -> str:
    """Return an integer divided by a power of ten, without zeros at its end."""
    whole, part = divmod(units, 10**digits)
    return f"{whole}.{part:0{digits}d}".rstrip("0").rstrip(".")


def _refusal(words: str) -> str:
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", words):
        return f"'{words}' has no unit. Write {words}s, {words}m, {words}h or {words}d."
    return (
        f"{shown(words)} is not a duration. Write numbers with units, the longest "
        "first, such as 500ms, 3s, 1m30s, 12h or 2d."
    )
