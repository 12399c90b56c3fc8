"""Read a stored function as an expression of the grammar, without running it.

The instructions are followed with texts instead of tensors. What comes out is a
proposal that a person confirms: it is never computed with unasked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..expressions import parse_expression
from .byte_code import instructions
from .calls import Term, call, text_of
from .marshal_bytes import CodeParts

_MOST_ITEMS: Final = 64
_RANK: Final = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 4}


@dataclass(frozen=True)
class _Name:
    """A module, or a function in one, by its dotted path."""

    path: str


class _UnreadableError(Exception):
    """The function does something else than arithmetic."""


def read_expression(
    code: CodeParts, arguments: Mapping[str, Any], *, input_count: int = 1
) -> str | None:
    """Return what a stored function computes, in the words of the grammar.

    Args:
        code: The function.
        arguments: Values of its arguments after the first, by name.
        input_count: How many inputs the layer has; several are one list in Python.

    Returns:
        None means that it cannot be read so.
    """
    try:
        value = _followed(code, arguments, input_count)
        text = text_of(value)
        parse_expression(text)
    except (_UnreadableError, ValueError, IndexError, TypeError, OverflowError):
        return None
    return text


def _followed(code: CodeParts, arguments: Mapping[str, Any], input_count: int) -> Any:
    first = code.variables[0]
    known: dict[str, Any] = {**arguments, first: Term("x", is_list=input_count > 1)}
    stack: list[Any] = []
    named: tuple[str, ...] = ()
    for name, number in instructions(code):
        if name == "NOTHING":
            continue
        if name == "CONSTANT":
            stack.append(code.constants[number])
        elif name in ("VARIABLE", "CELL"):
            names = code.variables if name == "VARIABLE" else code.cells
            stack.append(_looked_up(known, names[number]))
        elif name == "STORE":
            known[code.variables[number]] = stack.pop()
        elif name == "POP":
            stack.pop()
        elif name == "GLOBAL":
            stack.append(known.get(code.names[number], _Name(code.names[number])))
        elif name == "ATTRIBUTE":
            stack.append(_attribute(stack.pop(), code.names[number]))
        elif name == "IMPORT":
            del stack[-2:]
            stack.append(_Name(code.names[number]))
        elif name == "FROM":
            stack.append(_attribute(stack[-1], code.names[number]))
        elif name == "LIST":
            stack.append(tuple(_popped(stack, number)))
        elif name == "EXTEND":
            more = stack.pop()
            stack.append((*stack.pop(), *more))
            if len(stack[-1]) > _MOST_ITEMS:
                raise _UnreadableError
        elif name == "SLICE":
            stack.append(slice(*_popped(stack, number)))
        elif name == "SUBSCRIPT":
            place = stack.pop()
            stack.append(_part(stack.pop(), place))
        elif name == "UNPACK":
            value = stack.pop()
            stack.extend(_part(value, i) for i in reversed(range(number)))
        elif name == "NEGATIVE":
            stack.append(_negative(stack.pop()))
        elif name in _RANK:
            right = stack.pop()
            stack.append(_operation(name, stack.pop(), right))
        elif name == "NAMED":
            named = code.constants[number]
        elif name in ("CALL", "CALL_NAMED"):
            if name == "CALL_NAMED":
                named = stack.pop()
            # Python 2 and 3.5 count arguments with a name in the second byte.
            values = _popped(stack, number & 0xFF)
            count = len(values) - len(named)
            function = stack.pop()
            if number > 0xFF or not isinstance(function, _Name):
                raise _UnreadableError
            pairs = dict(zip(named, values[count:], strict=True))
            stack.append(call(function.path, values[:count], pairs))
            named = ()
        elif name == "RETURN":
            return stack.pop()
        else:
            raise _UnreadableError
    raise _UnreadableError


def _popped(stack: list[Any], count: int) -> list[Any]:
    values = stack[len(stack) - count :]
    if len(values) != count:
        raise _UnreadableError
    del stack[len(stack) - count :]
    return values


def _looked_up(known: Mapping[str, Any], name: str) -> Any:
    if name not in known:
        raise _UnreadableError
    return known[name]


def _attribute(value: Any, name: str) -> _Name:
    if not isinstance(value, _Name):
        raise _UnreadableError
    return _Name(f"{value.path}.{name}")


def _operation(sign: str, left: Any, right: Any) -> Term:
    rank = _RANK[sign]
    before, behind = text_of(left), text_of(right)
    if _rank(left) < rank + (sign == "**"):
        before = f"({before})"
    if _rank(right) < rank + 1:
        behind = f"({behind})"
    space = "" if sign == "**" else " "
    return Term(f"{before}{space}{sign}{space}{behind}", rank)


def _rank(value: Any) -> int:
    if isinstance(value, Term):
        return value.rank
    return 5 if not isinstance(value, (int, float)) or value >= 0 else 3


def _negative(value: Any) -> Term:
    text = text_of(value)
    return Term(f"-{text}" if _rank(value) > 3 else f"-({text})", 3)


def _part(value: Any, place: Any) -> Term:
    if not isinstance(value, Term):
        raise _UnreadableError
    if value.is_list:
        if not isinstance(place, int):
            raise _UnreadableError
        return Term(f"{value.text}[{place:d}]")
    places = place if isinstance(place, tuple) else (place,)
    text = text_of(value)
    if value.rank < 5:
        text = f"({text})"
    return Term(f"{text}[{', '.join(map(_place, places))}]")


def _place(place: Any) -> str:
    if place is Ellipsis:
        return "..."
    if isinstance(place, slice):
        ends = ["" if end is None else f"{end:d}" for end in (place.start, place.stop)]
        text = ":".join(ends)
        return text if place.step is None else f"{text}:{place.step:d}"
    return f"{place:d}"
