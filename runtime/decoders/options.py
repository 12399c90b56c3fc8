"""What options a decoder has, and reading them from a card or from a caller.

A decoder class names a dataclass as ``Options``: its fields are the options, with their
types and defaults. Its ``__post_init__`` refuses what is out of range.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from numbers import Integral, Real
from typing import Any, Final

from ...errors import unknown_name

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
    raise ValueError(f"Option '{name}' of {owner} must be {expected}, got {value!r}.")


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
        raise ValueError(f"{name} must be an integer above 0, got {value!r}.")
