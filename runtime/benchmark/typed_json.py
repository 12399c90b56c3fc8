"""Dataclasses to plain JSON types and back, with the kinds checked on the way.

A field is written under its own name. A field of ``None`` with the metadata ``ABSENT``
is not written at all; any other None is ``null``.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from ...errors import shown

ABSENT: Final = {"absent": True}
"""Metadata of a field that is not written when it is None."""

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """Return a value as plain JSON types: dict, list, str, number, bool or None."""
    if is_dataclass(value):
        return {
            field.name: to_json(item)
            for field in fields(value)
            if (item := getattr(value, field.name)) is not None
            or not field.metadata.get("absent")
        }
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    return value


def from_json(kind: type[T], data: Any, where: str) -> T:
    """Return a dataclass from what :func:`to_json` wrote; unknown keys are skipped.

    Args:
        kind: The dataclass.
        data: What JSON gave.
        where: What the data is, for the error's sentence.

    Raises:
        ValueError: A key is absent, or a value is of another kind.
    """
    if not isinstance(data, Mapping):
        raise ValueError(f"{where} is not an object")
    hints = get_type_hints(kind)
    values = {}
    for field in fields(kind):  # type: ignore[arg-type]
        if field.name in data:
            place = f"{where}.{field.name}"
            values[field.name] = _value(hints[field.name], data[field.name], place)
        elif field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"{where} has no {shown(field.name)}")
    return kind(**values)


def _value(kind: Any, data: Any, where: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return data
    if origin in (Union, types.UnionType):
        if data is None and type(None) in arguments:
            return None
        (kind,) = (one for one in arguments if one is not type(None))
        return _value(kind, data, where)
    if origin is tuple:
        if not isinstance(data, list):
            raise ValueError(f"{where} is not a list")
        kinds = arguments[:1] * len(data) if arguments[-1] is ... else arguments
        if len(kinds) != len(data):
            raise ValueError(f"{where} has {len(data)} values, not {len(kinds)}")
        return tuple(
            _value(one, item, f"{where}[{number}]")
            for number, (one, item) in enumerate(zip(kinds, data, strict=True))
        )
    if origin is not None:  # a mapping from names
        if not isinstance(data, Mapping):
            raise ValueError(f"{where} is not an object")
        return {
            key: _value(arguments[1], item, f"{where}.{key}")
            for key, item in data.items()
        }
    if is_dataclass(kind):
        return from_json(kind, data, where)  # type: ignore[arg-type]
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if not isinstance(data, kind) or (isinstance(data, bool) and kind is not bool):
        raise ValueError(f"{where} is {shown(data)}, not {kind.__name__}")
    return data
