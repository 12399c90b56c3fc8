"""A dataclass out of a table of a file, by its type hints.

A field is read by its hint: ``str``, ``bool``, ``int``, ``float``, ``Literal``, a
``tuple``, a ``dict`` of names, another dataclass, or a kind of ``kinds.py``. All faults
of the table are gathered, each with the path of its key.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeVar, Union

from ...errors import shown
from ...registry import load
from .faults import (
    FaultList,
    TableError,
    TableFault,
    TablePath,
    as_path,
    nearest,
    place_text,
    unknown_key,
)
from .kinds import TableOf, ValueKind

T = TypeVar("T")
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}")
_BARE: Final = {bool: "true|false", int: "-?[0-9]+", float: r"-?[0-9]+(\.[0-9]+)?"}
_PLAIN: Final = {str: "a text in quotes", bool: "true or false", int: "a whole number"}


def read_table(kind: type[T], table: object, where: str | TablePath = "") -> T:
    """Return a dataclass with the values of a table.

    Args:
        kind: A frozen dataclass; a field without a default is required.
        table: What a TOML or JSON reader returned.
        where: The path of the table, for the sentences, as ``camera.yard``.

    Raises:
        TableError: Keys are unknown, missing or wrong; it holds all of them.
    """
    path = as_path(where)
    if not isinstance(table, Mapping):
        name = place_text(path, is_of_table=True)
        raise TableError(
            TableFault(path, f"is {shown(table)}, expected a table: {name}")
        )
    faults = FaultList()
    hints = hints_of(kind)
    for key in table:
        if key not in hints:
            faults.add((*path, key), unknown_key(str(key), hints))
    values: dict[str, Any] = {}
    for field in dataclasses.fields(typing.cast(Any, kind)):
        if field.name in table:
            try:
                values[field.name] = read_value(
                    hints[field.name], table[field.name], (*path, field.name)
                )
            except TableError as error:
                faults.take(error)
        elif is_required(field):
            faults.add(path, missing_key(field), is_of_table=True)
    faults.refuse()
    try:
        return kind(**values)
    except TableError:
        raise
    except ValueError as error:
        raise TableError(TableFault(path, str(error), is_of_table=True)) from error


def read_value(hint: Any, value: Any, path: TablePath) -> Any:
    """Return one value by its type hint.

    Raises:
        TableError: It does not fit.
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _by_kind(arguments, value, path)
    if origin in (Union, types.UnionType):
        return read_value(without_none(hint), value, path)
    if origin is Literal:
        if value not in arguments:
            raise _fault(path, f"is {shown(value)}. {nearest(str(value), arguments)}")
        return value
    if origin is tuple:
        return _items(arguments, value, path)
    if origin is dict:
        return _named(arguments[1], value, path)
    if hint is Any:
        return value
    if dataclasses.is_dataclass(hint):
        return read_table(typing.cast(type[Any], hint), value, path)
    if hint is float and type(value) in (int, float):
        try:
            return float(value)
        except OverflowError:
            raise _fault(path, f"is {shown(value)}, expected a number.") from None
    if type(value) is not hint:
        expected = _PLAIN.get(hint, "a number")
        raise _fault(
            path, f"is {shown(value)}, expected {expected}.{_cure(hint, value)}"
        )
    return value


def hints_of(kind: type[Any]) -> dict[str, Any]:
    """Return the hint of each field of a dataclass, by its name in a file."""
    hints = typing.get_type_hints(kind, include_extras=True)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def is_required(field: dataclasses.Field[Any]) -> bool:
    """Return whether a field has no default."""
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing


def missing_key(field: dataclasses.Field[Any]) -> str:
    """Return the sentence for a key that is not there."""
    example = field.metadata.get("example", "")
    key = "" if example.startswith("[") else f"{field.name} = "
    cure = f" Write {key}{example}" if example else ""
    return f"has no '{field.name}', which it needs.{cure}"


def without_none(hint: Any) -> Any:
    """Return what ``X | None`` holds in a file, where nothing stands for None."""
    rest = [each for each in typing.get_args(hint) if each is not type(None)]
    return rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007 - at run time


def _by_kind(arguments: tuple[Any, ...], value: Any, path: TablePath) -> Any:
    kind = next((each for each in arguments if isinstance(each, ValueKind)), None)
    if kind is None:
        return read_value(arguments[0], value, path)
    if isinstance(kind, TableOf):
        return _of_room(kind, value, path)
    try:
        return kind.read(value)
    except ValueError as error:
        raise _fault(path, str(error)) from error


def _of_room(kind: TableOf, value: Any, path: TablePath) -> Any:
    """Let a room read its own table; its errors get a path where they have none."""
    where = ".".join(map(str, path))
    try:
        return load(kind.target).from_table(value, where)
    except TableError:
        raise
    except ValueError as error:
        raise TableError(_with_path(str(error), path, value)) from error


def _with_path(sentence: str, path: TablePath, value: object) -> TableFault:
    """Return a fault for a sentence that may begin with the path of its key."""
    where = ".".join(map(str, path))
    rest = sentence.removeprefix(where)
    while rest != sentence and isinstance(value, Mapping):
        match = re.match(r"\.([A-Za-z0-9_-]+)", rest)
        if match is None or match[1] not in value:
            break
        path, value, rest = (*path, match[1]), value[match[1]], rest[match.end() :]
    return TableFault(path, rest.lstrip(": "), is_of_table=isinstance(value, Mapping))


def _items(arguments: tuple[Any, ...], value: Any, path: TablePath) -> tuple[Any, ...]:
    if not isinstance(value, list):
        cure = f" Write [{shown(value)}]." if isinstance(value, (str, int)) else ""
        if isinstance(value, Mapping):
            cure = f" Write [[{'.'.join(map(str, path))}]] instead of one bracket."
        raise _fault(path, f"is {shown(value)}, expected a list in brackets.{cure}")
    is_any_length = len(arguments) == 2 and arguments[1] is Ellipsis
    if not is_any_length and len(value) != len(arguments):
        raise _fault(
            path, f"has {len(value)} items, expected {len(arguments)}: {shown(value)}."
        )
    faults, items = FaultList(), []
    for index, item in enumerate(value):
        hint = arguments[0] if is_any_length else arguments[index]
        try:
            items.append(read_value(hint, item, (*path, index)))
        except TableError as error:
            faults.take(error)
    faults.refuse()
    return tuple(items)


def _named(hint: Any, value: Any, path: TablePath) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        name = f"{'.'.join(str(part) for part in path)}.NAME"
        raise _fault(path, f"is {shown(value)}, expected tables with names: [{name}].")
    faults, items = FaultList(), {}
    for name, item in value.items():
        here = (*path, name)
        if not _NAME.fullmatch(name):
            faults.add(
                here,
                f"the name {shown(name)} cannot be used: expected letters, digits, "
                "'-' and '_', at most 64, the first no '-'.",
                is_of_table=True,
            )
            continue
        try:
            items[name] = read_value(hint, item, here)
        except TableError as error:
            faults.take(error)
    faults.refuse()
    return items


def _cure(hint: Any, value: Any) -> str:
    """Return what to write instead of a value of a wrong type, where that is plain."""
    if isinstance(value, list) and len(value) == 1 and type(value[0]) is hint:
        return f" Write {shown(value[0])} without brackets."
    if hint is str and type(value) in (int, float):
        return f' Write "{value}".'
    if type(value) is str and re.fullmatch(_BARE.get(hint, ""), value):
        return f" Write {value} without quotes." if value else ""
    return ""


def _fault(path: TablePath, sentence: str) -> TableError:
    return TableError(TableFault(path, sentence))
