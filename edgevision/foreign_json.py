"""Read JSON that somebody else wrote: what the standard allows, and nothing beyond.

Python's reader takes more than RFC 8259: NaN and infinities, numbers of any length,
halves of characters, and nesting as deep as its stack. What is read here can be
written, shown and compared again.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from .errors import shown

_DEEPEST: Final = 64
_TOO_DEEP: Final = f"its lists and objects lie in more than {_DEEPEST} levels"
# A pattern per kind: a function for each number of a large file would cost seconds.
_LONG_INTEGER: Final = r"\d{18}"
_HALF: Final = r"\\u[dD][89a-fA-F]|[\ud800-\udfff]"


def read_json(text: str | bytes) -> Any:
    """Return what a JSON text holds.

    Args:
        text: The text; bytes are UTF-8, or UTF-16 and UTF-32 with their marks.

    Raises:
        ValueError: It is not JSON, holds a number that is not finite or needs more than
            64 bits, half of a character, or lists in lists of more than 64 levels.
    """
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text))
    integer = _integer if re.search(_LONG_INTEGER, text) else None
    try:
        data = json.loads(
            text, parse_int=integer, parse_float=_finite, parse_constant=_refuse
        )
    except RecursionError as error:
        raise ValueError(_TOO_DEEP) from error
    has_halves = re.search(_HALF, text) is not None
    if has_halves or text.count("[") + text.count("{") > _DEEPEST:
        _look_through(data, has_halves=has_halves)
    return data


def write_json(data: Any) -> str:
    """Return JSON types as a text, with a line for each value, that can be read back.

    Raises:
        ValueError: A number is not finite, or a text holds half of a character.
    """
    try:
        text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    except RecursionError as error:
        raise ValueError(_TOO_DEEP) from error
    _refuse_halves(text)
    return text + "\n"


def as_text(value: object) -> str:
    """Return a value that must be a text.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(value, str):
        raise TypeError(f"expected a text, got {shown(value)}")
    return value


def list_in(data: Mapping[str, Any], name: str) -> list[Any]:
    """Return the list that an object has under a name; empty where it has none.

    Raises:
        TypeError: What it has is no list.
    """
    value = data.get(name, [])
    if isinstance(value, (list, tuple)):
        return list(value)
    raise TypeError(f"{name} must be a list, got {type(value).__name__}")


def as_object(name: str, value: object) -> dict[str, Any]:
    """Return a value that must be an object.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(value, dict):
        raise TypeError(f"{name} must be an object, got {type(value).__name__}")
    return value


def _look_through(data: Any, *, has_halves: bool) -> None:
    level = [data]
    depth = 0
    while level:
        inner: list[Any] = []
        for item in level:
            if isinstance(item, (dict, list)) and depth == _DEEPEST:
                raise ValueError(_TOO_DEEP)
            if isinstance(item, dict):
                inner += item.values()
                if has_halves:
                    inner += item
            elif isinstance(item, list):
                inner += item
            elif has_halves and isinstance(item, str):
                _refuse_halves(item)
        level = inner
        depth += 1


def _refuse_halves(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        half = f"\\u{ord(text[error.start]):04x}"
        raise ValueError(
            f"a text in it holds {half}, which is half of a character"
        ) from error


def _refuse(name: str) -> None:
    raise ValueError(f"it holds {name}, which JSON does not have")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("it holds a number above 1.8e308")
    return number


def _integer(text: str) -> int:
    if len(text) > 20:
        raise ValueError(f"it holds an integer of {len(text)} digits")
    number = int(text)
    if not -(2**63) <= number < 2**63:
        raise ValueError(f"it holds {text}, which needs more than 64 bits")
    return number
