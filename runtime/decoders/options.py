"""What options a decoder has, and reading them from a card or from a caller.

A decoder class names a dataclass as ``Options``: its fields are the options, with their
types and defaults. Its ``__post_init__`` refuses what is out of range.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from numbers import Integral, Real
from typing import Any, Final

from ...card import LARGEST
from ...errors import shown, unknown_name

Texts = str | Sequence[str]
"""Several texts: a list, or one text with commas."""
Numbers = float | str | Sequence[float]
"""One number for all, several, or a text with commas."""

# Options of other types are checked by the decoder itself.
_KINDS: Final[dict[str, tuple[type, str]]] = {
    "bool": (bool, "true or false"),
    "int": (Integral, "a whole number"),
    "float": (Real, "a number"),
    "str": (str, "a text"),
    "None": (type(None), "null"),
}


def read_options(declared: type, values: Mapping[str, Any], owner: str) -> Any:
    """Return a decoder's options from values by name.

    Args:
        declared: The dataclass that declares them.
        values: Value by name; an option that is not among them has its default.
        owner: What has the options, for the sentences ("decoder 'yolo'").

    Raises:
        ValueError: A name is unknown, or a value is of another type or out of range.
    """
    types = {field.name: field.type for field in fields(declared) if field.init}
    for name, value in values.items():
        if name not in types:
            raise ValueError(unknown_name(f"option of {owner}", name, types))
        _check_type(name, value, types[name], owner)
    return declared(**values)


def _check_type(name: str, value: object, declared: Any, owner: str) -> None:
    """Refuse a value of another type where the declared one is plain.

    Raises:
        ValueError: The value is none of the types.
    """
    # A module that postpones annotations, as all of EdgeVision's do, has them as texts.
    text = declared.__name__ if isinstance(declared, type) else str(declared)
    names = text.split(" | ")
    if not all(item in _KINDS for item in names):
        return
    for item in names:
        # True is an integer in Python, but a mistake where a number is expected.
        if isinstance(value, _KINDS[item][0]) and (
            item == "bool" or not isinstance(value, bool)
        ):
            return
    expected = " or ".join(_KINDS[item][1] for item in names)
    raise ValueError(
        f"Option '{name}' of {owner} must be {expected}, got {shown(value)}."
    )


def check_share(name: str, value: float) -> None:
    """Refuse a number that is not in 0..1.

    Raises:
        ValueError: It is not.
    """
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{name} must be in 0..1, got {value}.")


def check_count(name: str, value: Any) -> None:
    """Refuse what is not an integer above 0.

    Raises:
        ValueError: It is not.
    """
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole or value < 1:
        raise ValueError(f"{name} must be an integer above 0, got {shown(value)}.")


def texts_of(option: str, value: Any) -> tuple[str, ...] | None:
    """Return one text per number; None means that nothing was said.

    Raises:
        ValueError: It is neither a text nor a list of texts.
    """
    if value is None:
        return None
    # "--option names=5" is read as JSON, so that a number may be meant as a text.
    if type(value) in (int, float):
        value = str(value)
    entries = value.split(",") if isinstance(value, str) else value
    if not isinstance(entries, (list, tuple)) or not all(
        isinstance(entry, str) for entry in entries
    ):
        raise ValueError(
            f"{option} must be texts, such as angle,throttle, got {shown(value)}."
        )
    return tuple(entry.strip() for entry in entries)


def numbers_of(option: str, value: Any) -> tuple[float, ...]:
    """Return one number for all, or one per number.

    Raises:
        ValueError: It is not made of finite numbers.
    """
    entries = value.split(",") if isinstance(value, str) else value
    if not isinstance(entries, (list, tuple)):
        entries = (entries,)
    numbers = tuple(number_of(entry) for entry in entries)
    if not numbers or not all(map(math.isfinite, numbers)):
        raise ValueError(f"{option} must be a number or numbers, got {shown(value)}.")
    if max(map(abs, numbers)) > LARGEST:
        raise ValueError(f"{option} must be {LARGEST:.0e} at most, got {shown(value)}.")
    return numbers


def number_of(entry: Any) -> float:
    """Return a number or the number that a text states; NaN for anything else."""
    if isinstance(entry, bool) or not isinstance(entry, (Real, str)):
        return math.nan
    try:
        return float(entry)
    except ValueError:
        return math.nan
