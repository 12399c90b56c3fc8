"""Average pooling over the whole picture, as a mean.

An integer AVERAGE_POOL_2D keeps the scale of its input, which the averages use only a
part of. A MEAN has a scale of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .copied_graph import Replacement


def whole_poolings(graph: Any) -> Iterator[tuple[str, Replacement]]:
    """Yield other ops for tensors of a graph, by the tensors' names."""
    for op in graph.get_operations():
        if op.type == "AvgPool" and _is_whole(op):
            yield op.outputs[0].name, Replacement((op.inputs[0],), _mean)


def _is_whole(op: Any) -> bool:
    """Return whether the only window is the whole picture."""
    shape = op.inputs[0].shape
    return bool(
        shape.is_fully_defined()
        and op.get_attr("data_format") == b"NHWC"
        and op.get_attr("padding") == b"VALID"
        and list(op.get_attr("ksize")) == [1, *shape[1:3], 1]
    )


def _mean(picture: Any) -> Any:
    import tensorflow as tf

    return tf.reduce_mean(picture, axis=[1, 2], keepdims=True)
