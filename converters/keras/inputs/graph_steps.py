"""What a graph does to its picture first: resize it, and normalize it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..layers import OwnNormalization, as_normalization
from .frozen_graph import FrozenGraph, data_inputs, node_of
from .pixel_type import skip

_RESIZES: Final = (
    "ResizeArea",
    "ResizeBicubic",
    "ResizeBilinear",
    "ResizeNearestNeighbor",
)
_NEUTRAL: Final = (
    *_RESIZES,
    "Cast",
    "ExpandDims",
    "Identity",
    "Reshape",
    "Squeeze",
    "StopGradient",
    "StridedSlice",
)
# What only asks for a tensor's shape does not use its values.
_SHAPES: Final = ("Shape", "ShapeN", "Size", "Rank")


def own_size(graph: FrozenGraph) -> tuple[int, int] | None:
    """Return height and width to which a graph first resizes its picture, or None."""
    node = _first_resize(graph)
    if node is None:
        return None
    size = _constant(graph, data_inputs(node)[1])
    if size is None or size.size != 2 or size.min() < 1:
        return None
    return int(size.flat[0]), int(size.flat[1])


def skip_resize(graph: FrozenGraph) -> None:
    """Leave out the first resize, for pictures that have its size already."""
    node = _first_resize(graph)
    if node is not None:
        skip(node)


def normalization_in_graph(graph: FrozenGraph) -> OwnNormalization | None:
    """Return the arithmetic with constants that a graph begins with, or None."""
    factor: Any = 1.0
    shift: Any = 0.0
    names: list[str] = []
    for node, value in _steps(graph):
        if value is None:
            continue
        if node.op == "Mul":
            factor, shift = factor * value, shift * value
        elif node.op in ("RealDiv", "Div"):
            factor, shift = factor / value, shift / value
        elif node.op == "Sub":
            shift = shift - value
        else:
            shift = shift + value
        names.append(node.name.rpartition("/")[2])
    return as_normalization(factor, shift, names) if names else None


def _first_resize(graph: FrozenGraph) -> Any:
    return next((node for node, _ in _steps(graph) if node.op in _RESIZES), None)


def _steps(graph: FrozenGraph) -> list[tuple[Any, npt.NDArray[Any] | None]]:
    """Return the first operators on the picture, each with its constant or None."""
    row: list[tuple[Any, npt.NDArray[Any] | None]] = []
    current = graph.input
    while True:
        readers = [x for x in graph.consumers(current) if x.op not in _SHAPES]
        if len(readers) != 1:
            return row
        (node,) = readers
        reads = data_inputs(node)
        if node.op == "StridedSlice" and not _keeps_order(graph, reads):
            return row
        if node.op in _NEUTRAL and node_of(reads[0]) == current:
            row.append((node, None))
        elif node.op in ("Add", "AddV2", "Mul", "Sub", "RealDiv", "Div"):
            is_first = node_of(reads[0]) == current
            if not is_first and node.op in ("Sub", "RealDiv", "Div"):
                return row
            value = _constant(graph, reads[1 if is_first else 0])
            # One value, or one per channel: anything else is a part of the network.
            if value is None or not (
                value.size == 1 or (value.size == 3 and value.shape[-1] == 3)
            ):
                return row
            row.append((node, value.astype(np.float64).reshape(-1)))
        else:
            return row
        current = node.name


def _keeps_order(graph: FrozenGraph, reads: list[str]) -> bool:
    """Return whether a slice takes everything in its order, unlike RGB to BGR."""
    strides = _constant(graph, reads[3])
    return strides is not None and bool(np.all(strides == 1))


def _constant(graph: FrozenGraph, tensor: str) -> npt.NDArray[Any] | None:
    """Return the value of a constant, also behind operators that hand it on."""
    import tensorflow as tf

    nodes = graph.nodes
    node = nodes.get(node_of(tensor))
    while node is not None and node.op == "Identity":
        node = nodes.get(node_of(data_inputs(node)[0]))
    if node is None or node.op != "Const":
        return None
    value: npt.NDArray[Any] = tf.make_ndarray(node.attr["value"].tensor)
    return value
