"""From text to an expression, without ever evaluating the text.

Python's own parser reads the text into a syntax tree, and only the few kinds of nodes
below are taken from it. Length, depth and numbers have bounds, so that hostile text
costs no more than a look at it.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from dataclasses import dataclass
from typing import Any, Final

from .arguments import bind
from .functions import FUNCTIONS
from .tree import (
    Call,
    Input,
    Negative,
    Node,
    Number,
    NumberList,
    Operation,
    Part,
    Slice,
    every_node,
)

MAX_LENGTH: Final = 400
MAX_DEPTH: Final = 30
MAX_NUMBER: Final = 1e9
MAX_ITEMS: Final = 64
_ALPHABET: Final = re.compile(r"[A-Za-z0-9_ .,:+\-*/()\[\]=^]*")
_SIGNS: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}

GRAMMAR: Final = (
    "An expression is arithmetic in x: numbers, (1, 2, 3) for one number per channel, "
    "+ - * / **, parts such as x[:, 60:140] and x[..., ::-1], x[0] and x[1] where the "
    "layer has several inputs, and the functions "
    f"{', '.join(sorted(FUNCTIONS))}. Examples: 'x / 127.5 - 1', 'l2_normalize(x)', "
    "'resize(x, 66, 200) / 255'."
)


@dataclass(frozen=True)
class Expression:
    """Arithmetic in x, read and checked.

    Attributes:
        text: As it was written.
        tree: What it says.
    """

    text: str
    tree: Node

    @property
    def input_count(self) -> int:
        """Return how many inputs it reads at least."""
        places = [n.position for n in every_node(self.tree) if isinstance(n, Input)]
        return 1 + max(place or 0 for place in places)


class _ReadError(Exception):
    """What is wrong with a text, as the middle of a sentence."""


def parse_expression(text: str) -> Expression:
    """Read an expression in x.

    Args:
        text: Such as ``x / 127.5 - 1`` or ``l2_normalize(x)``.

    Raises:
        ValueError: The text is no such expression; the sentence says what is wrong
            with it and shows the grammar.

    Example:
        >>> parse_expression("x / 127.5 - 1").input_count
        1
    """
    try:
        tree = _read(text)
    except _ReadError as error:
        shown = text if len(text) <= 80 else f"{text[:77]}..."
        raise ValueError(
            f"The expression {shown!r} cannot be read: {error}. {GRAMMAR}"
        ) from error
    return Expression(text.strip(), tree)


def _read(text: str) -> Node:
    if len(text) > MAX_LENGTH:
        raise _ReadError(
            f"it has {len(text)} characters, and at most {MAX_LENGTH} are read"
        )
    strange = text[_ALPHABET.match(text).end() :][:1]  # type: ignore[union-attr]
    if strange:
        raise _ReadError(f"the character {strange!r} is not allowed")
    if not text.strip():
        raise _ReadError("it is empty")
    if "^" in text:
        raise _ReadError("a power is written ** and not ^")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        detail = error.msg if isinstance(error, SyntaxError) else "too deeply nested"
        raise _ReadError(f"Python's grammar says {detail!r}") from error
    tree = _node(body, 0)
    if not any(isinstance(node, Input) for node in every_node(tree)):
        raise _ReadError("it does not use x")
    if isinstance(tree, (Number, NumberList)):
        raise _ReadError("it is a constant")
    places = [n.position for n in every_node(tree) if isinstance(n, Input)]
    if None in places and len(set(places)) > 1:
        raise _ReadError("it uses x both as one input and as several (x[0])")
    return tree


def _node(node: ast.expr, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise _ReadError(f"it is nested more than {MAX_DEPTH} deep")
    if isinstance(node, ast.Constant):
        return Number(_number(node.value))
    if isinstance(node, ast.Name):
        if node.id == "x":
            return Input()
        raise _ReadError(f"the name {node.id!r} is unknown")
    if isinstance(node, (ast.Tuple, ast.List)):
        return NumberList(_constants(node, depth))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        return _signed(node, depth)
    if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
        left, right = _node(node.left, depth + 1), _node(node.right, depth + 1)
        return _operation(_SIGNS[type(node.op)], left, right)
    if isinstance(node, ast.Subscript):
        return _part(node, depth)
    if isinstance(node, ast.Call):
        return _call(node, depth)
    raise _ReadError(f"{_words(node)} is not part of the grammar")


def _words(node: ast.AST) -> str:
    if isinstance(node, ast.BinOp):
        node = node.op
    if isinstance(node, ast.Attribute):
        return f"the dot in '.{node.attr}'"
    return f"'{type(node).__name__}'"


def _number(value: Any) -> float:
    if isinstance(value, bool):
        return float(value)
    if not isinstance(value, (int, float)):
        raise _ReadError(f"{value!r} is no number")
    try:
        number = float(value)
    except OverflowError as error:
        raise _ReadError("a number is too large") from error
    return _within_bounds(number)


def _within_bounds(number: float) -> float:
    if not math.isfinite(number) or abs(number) > MAX_NUMBER:
        raise _ReadError(f"a number is beyond {MAX_NUMBER:.0e}")
    return number


def _constants(node: ast.Tuple | ast.List, depth: int) -> tuple[float, ...]:
    if not 1 <= len(node.elts) <= MAX_ITEMS:
        raise _ReadError(f"a list has 1 to {MAX_ITEMS} numbers")
    values = []
    for element in node.elts:
        value = _node(element, depth + 1)
        if not isinstance(value, Number):
            raise _ReadError("a list holds only numbers")
        values.append(value.value)
    return tuple(values)


def _signed(node: ast.UnaryOp, depth: int) -> Node:
    value = _node(node.operand, depth + 1)
    if isinstance(node.op, ast.UAdd):
        return value
    if isinstance(value, Number):
        return Number(-value.value)
    if isinstance(value, NumberList):
        return NumberList(tuple(-one for one in value.values))
    return Negative(value)


def _operation(sign: str, left: Node, right: Node) -> Node:
    if sign == "**" and not (isinstance(right, Number) and abs(right.value) <= 8):
        raise _ReadError("the power after ** must be one number between -8 and 8")
    if isinstance(left, Number) and isinstance(right, Number):
        return Number(_computed(sign, left.value, right.value))
    zero = isinstance(right, Number) and not right.value
    zero = zero or (isinstance(right, NumberList) and not all(right.values))
    if sign == "/" and zero:
        raise _ReadError("it divides by 0")
    return Operation(sign, left, right)


def _computed(sign: str, left: float, right: float) -> float:
    """Return the value of two constants; both are within bounds."""
    try:
        if sign == "+":
            value = left + right
        elif sign == "-":
            value = left - right
        elif sign == "*":
            value = left * right
        elif sign == "/":
            value = left / right
        else:
            # A negative number to a broken power would be a complex number.
            value = math.pow(left, right)
    except ZeroDivisionError as error:
        raise _ReadError("it divides by 0") from error
    except (OverflowError, ValueError) as error:
        raise _ReadError(
            f"{left:g} {sign} {right:g} is no number within bounds"
        ) from error
    return _within_bounds(value)


def _part(node: ast.Subscript, depth: int) -> Node:
    value = _node(node.value, depth + 1)
    if isinstance(value, (Number, NumberList)):
        raise _ReadError("only x and values computed from it have parts")
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if not 1 <= len(items) <= 8:
        raise _ReadError("a part names 1 to 8 axes")
    parts = tuple(_item(item, depth) for item in items)
    if len(parts) == 1 and isinstance(parts[0], int) and value == Input():
        if not 0 <= parts[0] < MAX_ITEMS:
            raise _ReadError(f"x[{parts[0]}] is no input of the layer")
        return Input(parts[0])
    if parts.count(None) > 1:
        raise _ReadError("... is allowed once in a part")
    first = parts[0]
    if isinstance(first, int) or (isinstance(first, Slice) and not first.is_whole):
        raise _ReadError("the first axis is the batch, which stays whole: x[:, ...]")
    return Part(value, parts)


def _item(node: ast.expr, depth: int) -> Slice | int | None:
    if isinstance(node, ast.Constant) and node.value is Ellipsis:
        return None
    if isinstance(node, ast.Slice):
        ends = (node.lower, node.upper, node.step)
        start, stop, step = (None if e is None else _whole(e, depth) for e in ends)
        if step == 0:
            raise _ReadError("a step of a part cannot be 0")
        return Slice(start, stop, step)
    return _whole(node, depth)


def _whole(node: ast.expr, depth: int) -> int:
    value = _node(node, depth + 1)
    if not isinstance(value, Number) or not value.value.is_integer():
        raise _ReadError("a part is written with whole numbers, such as x[:, 60:140]")
    if abs(value.value) > 100_000:
        raise _ReadError("a position in a part is beyond 100000")
    return int(value.value)


def _call(node: ast.Call, depth: int) -> Node:
    if not isinstance(node.func, ast.Name):
        raise _ReadError("a function is called by its bare name, such as resize(...)")
    name = node.func.id
    if name not in FUNCTIONS:
        raise _ReadError(f"the function {name!r} is unknown")
    if len(node.args) + len(node.keywords) > MAX_ITEMS:
        raise _ReadError(f"a function has at most {MAX_ITEMS} arguments")
    values = [_node(argument, depth + 1) for argument in node.args]
    named: dict[str, Node] = {}
    for keyword in node.keywords:
        if keyword.arg is None or keyword.arg in named:
            raise _ReadError(f"the arguments of {name} are not clear")
        named[keyword.arg] = _node(keyword.value, depth + 1)
    try:
        tensors, numbers = bind(name, values, named)
    except ValueError as error:
        raise _ReadError(str(error)) from error
    return Call(name, tensors, numbers)
