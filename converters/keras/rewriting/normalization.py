"""Normalizations in a graph: LayerNormalization, GroupNormalization, L2 and others.

They are recognised by what they compute and not by how a layer writes it, so that
those of Keras 2 and 3, of SavedModels and of people's own code are the same.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .affine import Affine
from .constants import Constants
from .squares import SAME, MeanReader, MeanSquare

_ADD: Final = ("Add", "AddV2")
_LARGE: Final = 1e6


@dataclass(frozen=True)
class GraphNormalization:
    """``gamma * (x - mean) / deviation + beta``.

    Attributes:
        source: The tensor x.
        result: The tensor that holds the normalized values.
        axes: Axes of x that mean and deviation are taken over, not negative.
        epsilon: Added to the mean square, whose root is the deviation.
        least: The mean square is not below it.
        centered: Whether squares are those of x minus its mean.
        shifted: Whether the mean is subtracted in the result.
        gamma: Broadcasts to the shape of x.
        beta: Broadcasts to the shape of x.
    """

    source: Any
    result: Any
    axes: tuple[int, ...]
    epsilon: float
    least: float
    centered: bool
    shifted: bool
    gamma: npt.NDArray[np.float32]
    beta: npt.NDArray[np.float32]


def normalizations(graph: Any) -> Iterator[GraphNormalization]:
    """Yield the normalizations of a graph without variables."""
    reader = _Reader(graph)
    for op in graph.get_operations():
        if op.type in ("Rsqrt", "Sqrt"):
            yield from reader.from_root(op)
        elif op.type.startswith("FusedBatchNorm") and op.get_attr("is_training"):
            item = reader.from_batch(op)
            if item is not None:
                yield item


class _Reader:
    """What the ops of a graph compute."""

    def __init__(self, graph: Any) -> None:
        self._graph = graph
        self._constants = Constants(graph)
        self._means = MeanReader(graph, self._constants)
        self._order = {op.name: i for i, op in enumerate(graph.get_operations())}

    def from_root(self, op: Any) -> Iterator[GraphNormalization]:
        """Yield the normalizations whose deviation an op computes."""
        if self._constants.is_fixed(op.outputs[0]):
            return
        square = self._means.mean_square(op.inputs[0])
        if square is None:
            return
        root = op.outputs[0]
        forms = {
            name: Affine.of("mean")
            for name in self._means.means_of(square.source, square.axes)
            if square.centered
        }
        forms[square.source.name] = Affine.of("x")
        if op.type == "Rsqrt":
            forms[root.name] = Affine.of("one", factor=True)
        for follower in self._after([*forms, root.name], forms):
            form = self._form(follower, forms, root)
            if form is not None:
                forms[follower.outputs[0].name] = form
        for result in _last(forms, square.source):
            yield self._normalization(square, root, result, forms[result.name])

    def _normalization(
        self, square: MeanSquare, root: Any, result: Any, form: Affine
    ) -> GraphNormalization:
        scale = 1 / np.sqrt(square.factor)
        limits = [
            self._limit(op)
            for op in root.consumers()
            if op.type == "Minimum" and root.op.type == "Rsqrt"
        ]
        least = max([square.least, *(square.factor**-1 / x**2 for x in limits if x)])
        return GraphNormalization(
            source=square.source,
            result=result,
            axes=square.axes,
            epsilon=square.epsilon,
            least=least,
            centered=square.centered,
            shifted=bool(np.any(form.coefficient("mean", factor=True))),
            gamma=(scale * form.coefficient("x", factor=True)).astype(np.float32),
            beta=form.coefficient("one", factor=False).astype(np.float32),
        )

    def from_batch(self, op: Any) -> GraphNormalization | None:
        """Return what a batch normalization in training form computes.

        Keras 2 writes LayerNormalization so: what it normalizes are the "channels".
        """
        source = op.inputs[0]
        scale, offset = (self._constants.value(x) for x in op.inputs[1:3])
        if scale is None or offset is None or not source.shape.is_fully_defined():
            return None
        if any(x.consumers() for x in op.outputs[1:]):
            return None
        rank = source.shape.rank
        channel = 1 if op.get_attr("data_format").startswith(b"NC") else rank - 1
        shape = [-1 if i == channel else 1 for i in range(rank)]
        return GraphNormalization(
            source=source,
            result=op.outputs[0],
            axes=tuple(i for i in range(rank) if i != channel),
            epsilon=float(op.get_attr("epsilon")),
            least=0.0,
            centered=True,
            shifted=True,
            gamma=scale.reshape(shape),
            beta=offset.reshape(shape),
        )

    def _after(self, names: list[str], forms: Mapping[str, Affine]) -> Iterator[Any]:
        """Yield the ops behind some tensors in the graph's order.

        Args:
            names: The tensors.
            forms: Ops behind other tensors follow when these are in it.
        """
        start = [self._graph.get_tensor_by_name(name) for name in names]
        queue = [self._order[op.name] for x in start for op in x.consumers()]
        heapq.heapify(queue)
        ops = self._graph.get_operations()
        last = -1
        while queue:
            number = heapq.heappop(queue)
            if number == last:
                continue
            last, op = number, ops[number]
            yield op
            if op.outputs and op.outputs[0].name in forms:
                for follower in op.outputs[0].consumers():
                    heapq.heappush(queue, self._order[follower.name])

    def _form(self, op: Any, forms: Mapping[str, Affine], root: Any) -> Affine | None:
        """Return what an op computes, where that is a sum of what is known."""
        if not op.outputs or op.outputs[0].name in forms:
            return None
        if op.type in SAME:
            return forms.get(op.inputs[0].name)
        if op.type == "Neg":
            form = forms.get(op.inputs[0].name)
            return None if form is None else Affine({}).plus(form, -1)
        if op.type == "Minimum" and op.inputs[0].name == root.name:
            # Keras 3 limits the inverse where others limit the sum of squares.
            return forms.get(root.name) if self._limit(op) else None
        if op.type == "RealDiv" and op.inputs[1].name == root.name:
            form = self._known(op.inputs[0], forms)
            if form is None or root.op.type != "Sqrt":
                return None
            return form.times(Affine.of("one", factor=True))
        if op.type not in (*_ADD, "Sub", "Mul"):
            return None
        one, two = (self._known(x, forms) for x in op.inputs)
        if one is None or two is None:
            return None
        if op.type == "Mul":
            return one.times(two)
        return one.plus(two, -1 if op.type == "Sub" else 1)

    def _limit(self, op: Any) -> float | None:
        """Return the large number that an op keeps an inverse below."""
        value = self._constants.value(op.inputs[1])
        if value is None or value.size != 1 or value.item() < _LARGE:
            return None
        return float(value.item())

    def _known(self, tensor: Any, forms: Mapping[str, Affine]) -> Affine | None:
        if tensor.name in forms:
            return forms[tensor.name]
        value = self._constants.value(tensor)
        return None if value is None else Affine.constant(value)


def _last(forms: Mapping[str, Affine], source: Any) -> list[Any]:
    """Return the normalized tensors that others than normalized ones use."""
    tensors = [
        source.graph.get_tensor_by_name(name)
        for name, form in forms.items()
        if _is_normalized(form)
    ]
    normalized = {x.name: x for x in tensors if x.shape == source.shape}
    return [
        x
        for x in normalized.values()
        if not x.consumers()
        or any(op.outputs[0].name not in normalized for op in x.consumers())
    ]


def _is_normalized(form: Affine) -> bool:
    """Return whether a sum is ``gamma * factor * (x - mean) + beta``."""
    if not set(form.terms) <= {("x", True), ("mean", True), ("one", False)}:
        return False
    gamma = form.coefficient("x", factor=True)
    mean = form.coefficient("mean", factor=True)
    return bool(np.any(gamma)) and (
        not np.any(mean) or bool(np.allclose(mean, -gamma, rtol=1e-6, atol=0))
    )
