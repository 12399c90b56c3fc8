"""Means and mean squares in a graph, in the many ways in which they are written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from .constants import Constants

SAME: Final = ("Identity", "StopGradient", "PreventGradient")
"""Ops that give their input another name."""

_QUOTIENTS: Final = ("DivNoNan", "RealDiv", "Mul")
_ADD: Final = ("Add", "AddV2")


@dataclass(frozen=True)
class Reduction:
    """The mean or the sum of a tensor.

    Attributes:
        source: The tensor.
        axes: In order, not negative.
        is_sum: Whether it is the sum.
    """

    source: Any
    axes: tuple[int, ...]
    is_sum: bool

    @property
    def count(self) -> int:
        """Return how many values make one of the result."""
        return int(np.prod([self.source.shape[i] for i in self.axes]))


@dataclass(frozen=True)
class MeanSquare:
    """The mean of squares: of a tensor, or of a tensor minus its mean.

    Attributes:
        source: The tensor.
        axes: In order, not negative.
        centered: Whether the mean is subtracted before.
        epsilon: Added to the mean square.
        least: The mean square is not below it.
        factor: The value is as many times as large as the mean square.
    """

    source: Any
    axes: tuple[int, ...]
    centered: bool
    epsilon: float
    least: float
    factor: float


class MeanReader:
    """What the tensors of a graph are the means of."""

    def __init__(self, graph: Any, constants: Constants) -> None:
        """Look at no op yet.

        Args:
            graph: The graph.
            constants: Of the same graph.
        """
        self._graph = graph
        self._constants = constants

    def means_of(self, tensor: Any, axes: tuple[int, ...]) -> list[str]:
        """Return the names of all tensors that are the mean of a tensor."""
        return self._means.get((tensor.name, axes), [])

    def mean_square(self, tensor: Any) -> MeanSquare | None:
        """Return what a tensor is the mean square of, or a multiple of it."""
        tensor = behind(tensor)
        epsilon = least = 0.0
        if tensor.op.type in (*_ADD, "Maximum"):
            inputs = tuple(tensor.op.inputs)
            for one, two in (inputs, inputs[::-1]):
                value = self._constants.value(two)
                if value is None or value.size != 1:
                    continue
                if tensor.op.type == "Maximum":
                    least = float(value.item())
                else:
                    epsilon = float(value.item())
                tensor = behind(one)
                break
        if tensor.op.type == "Sub":
            reduction, centered = self._difference_of_squares(tensor.op), True
        else:
            reduction, centered = self._reduced_squares(tensor.op)
        if reduction is None or not reduction.source.shape.is_fully_defined():
            return None
        factor = float(reduction.count) if reduction.is_sum else 1.0
        return MeanSquare(
            source=reduction.source,
            axes=reduction.axes,
            centered=centered,
            epsilon=epsilon / factor,
            least=least / factor,
            factor=factor,
        )

    @cached_property
    def _means(self) -> dict[tuple[str, tuple[int, ...]], list[str]]:
        means: dict[tuple[str, tuple[int, ...]], list[str]] = {}
        for op in self._graph.get_operations():
            reduction = self._reduction(op)
            if reduction is not None and not reduction.is_sum:
                source = self._without_ones(reduction.source)
                key = (source.name, reduction.axes)
                means.setdefault(key, []).append(op.outputs[0].name)
        return means

    def _reduced_squares(self, op: Any) -> tuple[Reduction | None, bool]:
        """Return the reduction of x whose squares an op reduces, and if centered."""
        reduction = self._reduction(op)
        if reduction is None:
            return None, False
        pair = _square(self._without_ones(reduction.source))
        if pair is None:
            return None, False
        whole, subtracted = pair
        source = whole
        if subtracted is None and whole.op.type == "Sub":
            source, subtracted = (behind(x) for x in whole.op.inputs)
        if subtracted is not None and subtracted.name in self.means_of(
            source, reduction.axes
        ):
            return Reduction(source, reduction.axes, reduction.is_sum), True
        if pair[1] is not None:
            # Squares of a difference that is not the one from the mean.
            return None, False
        return Reduction(whole, reduction.axes, reduction.is_sum), False

    def _difference_of_squares(self, op: Any) -> Reduction | None:
        """Return what the mean of squares minus the squared mean is the variance of."""
        first = self._reduction(behind(op.inputs[0]).op)
        second = _square(behind(op.inputs[1]))
        if first is None or first.is_sum or second is None or second[1] is not None:
            return None
        pair = _square(first.source)
        if pair is None or pair[1] is not None:
            return None
        if second[0].name not in self.means_of(pair[0], first.axes):
            return None
        return Reduction(pair[0], first.axes, is_sum=False)

    def _reduction(self, op: Any) -> Reduction | None:
        """Return what an op takes the mean or sum of, with the axes kept."""
        if op.type in _QUOTIENTS:
            return self._quotient(op)
        if op.type not in ("Mean", "Sum") or not op.get_attr("keep_dims"):
            return None
        axes = self._constants.value(op.inputs[1])
        rank = op.inputs[0].shape.rank
        if axes is None or rank is None:
            return None
        positive = tuple(sorted({int(axis) % rank for axis in np.ravel(axes)}))
        return Reduction(behind(op.inputs[0]), positive, op.type == "Sum")

    def _quotient(self, op: Any) -> Reduction | None:
        """Return what ``sum / count`` or ``sum * (1 / count)`` is the mean of."""
        if behind(op.inputs[0]).op.type != "Sum":
            return None
        reduction = self._reduction(behind(op.inputs[0]).op)
        divisor = self._constants.value(op.inputs[1])
        if reduction is None or divisor is None:
            return None
        if not reduction.source.shape.is_fully_defined():
            return None
        expected = 1 / reduction.count if op.type == "Mul" else reduction.count
        if not np.allclose(divisor, expected, rtol=1e-5, atol=0):
            return None
        return Reduction(reduction.source, reduction.axes, is_sum=False)

    def _without_ones(self, tensor: Any) -> Any:
        """Return the other factor where one is constant ones (weights of Keras 2)."""
        tensor = behind(tensor)
        if tensor.op.type == "Mul":
            inputs = tuple(tensor.op.inputs)
            for one, two in (inputs, inputs[::-1]):
                value = self._constants.value(two)
                if value is not None and bool(np.all(value == 1)):
                    return behind(one)
        return tensor


def behind(tensor: Any) -> Any:
    """Return the tensor that a tensor is only another name of."""
    while tensor.op.type in SAME:
        tensor = tensor.op.inputs[0]
    return tensor


def _square(tensor: Any) -> tuple[Any, Any] | None:
    """Return what a tensor is the square of, and what is subtracted before."""
    op = tensor.op
    if op.type == "SquaredDifference":
        return behind(op.inputs[0]), behind(op.inputs[1])
    if op.type == "Square" or (
        op.type == "Mul" and op.inputs[0].name == op.inputs[1].name
    ):
        return behind(op.inputs[0]), None
    return None
