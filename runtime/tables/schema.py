"""A JSON schema out of a dataclass, for editors."""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from typing import Annotated, Any, Final, Literal, Union

from ...registry import load
from .kinds import TableOf, ValueKind
from .reading import hints_of, is_required, without_none

_PLAIN: Final = {str: "string", bool: "boolean", int: "integer", float: "number"}


def schema_of(kind: type[Any]) -> dict[str, Any]:
    """Return the JSON schema of the table that becomes a dataclass.

    Descriptions are the lines of the dataclass's docstring.

    Args:
        kind: What :func:`.read_table` takes.
    """
    texts = attribute_texts(kind)
    properties: dict[str, Any] = {}
    required = []
    hints = hints_of(kind)
    for field in dataclasses.fields(kind):
        schema = _of_hint(hints[field.name])
        if texts.get(field.name):
            schema = {"description": texts[field.name], **schema}
        properties[field.name] = schema
        if is_required(field):
            required.append(field.name)
    title = (kind.__doc__ or "").strip().splitlines()
    return {
        **({"description": title[0]} if title else {}),
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def attribute_texts(kind: type[Any]) -> dict[str, str]:
    """Return what a dataclass's docstring says of each field, on one line.

    Fields of a base class are described there.
    """
    texts: dict[str, str] = {}
    for each in reversed(kind.__mro__):
        texts |= _attribute_texts(each.__doc__ or "")
    return texts


def _attribute_texts(docstring: str) -> dict[str, str]:
    _, mark, block = docstring.partition("Attributes:\n")
    texts: dict[str, list[str]] = {}
    name, margin = "", 0
    for line in block.splitlines() if mark else ():
        match = re.match(r"( +)(\w+): (.*)", line)
        indent = len(line) - len(line.lstrip())
        if match and (not margin or indent == margin):
            margin, name = len(match[1]), match[2]
            texts[name] = [match[3]]
        elif line.strip() and indent > margin and name:
            texts[name].append(line.strip())
        elif line.strip() and indent < margin:
            break
    return {name: " ".join(lines) for name, lines in texts.items()}


def _of_hint(hint: Any) -> dict[str, Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        kind = next((each for each in arguments if isinstance(each, ValueKind)), None)
        if isinstance(kind, TableOf):
            return schema_of(load(kind.target))
        return kind.schema() if kind is not None else _of_hint(arguments[0])
    if origin in (Union, types.UnionType):
        return _of_hint(without_none(hint))
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is tuple:
        if arguments[-1] is Ellipsis:
            return {"type": "array", "items": _of_hint(arguments[0])}
        sizes = {"minItems": len(arguments), "maxItems": len(arguments)}
        return {"type": "array", "items": _of_hint(arguments[0]), **sizes}
    if origin is dict:
        return {"type": "object", "additionalProperties": _of_hint(arguments[1])}
    if dataclasses.is_dataclass(hint):
        return schema_of(typing.cast(type[Any], hint))
    return {"type": _PLAIN[hint]} if hint in _PLAIN else {}
