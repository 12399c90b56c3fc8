"""The values of tensors that depend on constants alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .copied_graph import copies


class Constants:
    """The values of tensors that depend on constants alone."""

    def __init__(self, graph: Any) -> None:
        """Read no value yet.

        Args:
            graph: The graph of the tensors.
        """
        self._values: dict[str, npt.NDArray[Any]] = {}
        self._fixed = _fixed_ops(graph)

    def is_fixed(self, tensor: Any) -> bool:
        """Return whether a tensor depends on constants alone."""
        return tensor.op.name in self._fixed

    def value(self, tensor: Any) -> npt.NDArray[Any] | None:
        """Return a tensor's value; None where it depends on the model's input."""
        if not self.is_fixed(tensor):
            return None
        if tensor.name not in self._values:
            self._values[tensor.name] = _computed(tensor)
        return self._values[tensor.name]


def _fixed_ops(graph: Any) -> set[str]:
    fixed: set[str] = set()
    for op in graph.get_operations():
        if op.type == "Const" or (
            op.inputs
            and not op.op_def.is_stateful
            and all(x.op.name in fixed for x in op.inputs)
        ):
            fixed.add(op.name)
    return fixed


def _computed(tensor: Any) -> npt.NDArray[Any]:
    import tensorflow as tf

    if tensor.op.type == "Const":
        return np.asarray(tf.make_ndarray(tensor.op.get_attr("value")))
    # A small graph with what the tensor needs: a session copies its whole graph.
    with tf.Graph().as_default() as graph:
        (copy,) = copies([tensor], {}, {})
        with tf.compat.v1.Session(graph=graph) as session:
            return np.asarray(session.run(copy))
