"""The parts of an expression, as a tree of frozen values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Number:
    """One constant."""

    value: float


@dataclass(frozen=True)
class NumberList:
    """A list of constants: one per channel, or several axes."""

    values: tuple[float, ...]


@dataclass(frozen=True)
class Input:
    """An input of the layer.

    Attributes:
        position: Which of several inputs; None means the only one.
    """

    position: int | None = None


@dataclass(frozen=True)
class Operation:
    """An operation between two values.

    Attributes:
        sign: One of ``+ - * / **``.
        left: What stands before the sign.
        right: What stands behind it.
    """

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Negative:
    """A value with its sign changed."""

    value: Node


@dataclass(frozen=True)
class Slice:
    """A part of one axis: start, stop and step, as in Python."""

    start: int | None = None
    stop: int | None = None
    step: int | None = None

    @property
    def is_whole(self) -> bool:
        """Return whether the axis is kept as it is."""
        return self.start in (None, 0) and self.stop is None and self.step in (None, 1)


@dataclass(frozen=True)
class Part:
    """A part of a tensor.

    Attributes:
        value: The tensor.
        items: Per axis a slice or a position; None once, for ``...``.
    """

    value: Node
    items: tuple[Slice | int | None, ...]


@dataclass(frozen=True)
class Call:
    """A function of the grammar with its arguments.

    Attributes:
        name: A name from ``FUNCTIONS``.
        tensors: Arguments that depend on x.
        numbers: The other arguments, in the order of the function's parameters.
    """

    name: str
    tensors: tuple[Node, ...]
    numbers: tuple[float | tuple[float, ...] | None, ...]


Node = Number | NumberList | Input | Operation | Negative | Part | Call


def children(node: Node) -> tuple[Node, ...]:
    """Return the values that a part of an expression is made of."""
    if isinstance(node, Operation):
        return node.left, node.right
    if isinstance(node, (Negative, Part)):
        return (node.value,)
    return node.tensors if isinstance(node, Call) else ()


def every_node(node: Node) -> Iterator[Node]:
    """Yield the node and all below it."""
    yield node
    for child in children(node):
        yield from every_node(child)
