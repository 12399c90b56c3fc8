"""A model as one TensorFlow graph with constant weights, which can be edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..source_model import SourceModel


@dataclass(frozen=True)
class FrozenGraph:
    """A graph with one input and named outputs.

    Attributes:
        definition: A ``tf.compat.v1.GraphDef``; editing it edits this graph.
        input: Name of the placeholder node.
        outputs: Names of the output tensors, such as ``"Identity:0"``.
    """

    definition: Any
    input: str
    outputs: tuple[str, ...]

    @property
    def nodes(self) -> Mapping[str, Any]:
        """Return the nodes by name, as the definition has them now."""
        return {node.name: node for node in self.definition.node}

    def consumers(self, name: str) -> list[Any]:
        """Return the nodes that read the first output of a node."""
        return [
            node
            for node in self.definition.node
            if name in map(node_of, data_inputs(node))
        ]

    def pruned(self) -> FrozenGraph:
        """Return a graph of the nodes alone that the outputs need, and the input."""
        import tensorflow as tf

        targets = [node_of(name) for name in (*self.outputs, self.input)]
        kept = tf.compat.v1.graph_util.extract_sub_graph(self.definition, targets)
        return FrozenGraph(kept, self.input, self.outputs)

    def call(self, tensors: list[Any]) -> list[Any]:
        """Return the outputs for one input; only inside a ``tf.function``."""
        import tensorflow as tf

        outputs: list[Any] = tf.graph_util.import_graph_def(
            self.definition,
            input_map={f"{self.input}:0": tensors[0]},
            return_elements=list(self.outputs),
            name="",
        )
        return outputs


def freeze_graph(model: SourceModel) -> FrozenGraph:
    """Trace a model with one input and turn its variables into constants.

    Control flow stays as functions, so that a loop over encoded pictures can be read.
    """
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import (
        convert_variables_to_constants_v2,
    )

    (item,) = model.inputs
    shape = () if item.is_scalar else (item.batch, *item.shape)
    traced = tf.function(
        lambda tensor: model.call([tensor]),
        input_signature=[tf.TensorSpec(shape, item.dtype, name="picture")],
        autograph=False,
    )
    frozen = convert_variables_to_constants_v2(
        traced.get_concrete_function(), lower_control_flow=False
    )
    definition = frozen.graph.as_graph_def()
    for node in definition.node:
        # Order and checks of a graph that has no side effects.
        reads = data_inputs(node)
        del node.input[:]
        node.input.extend(reads)
    return FrozenGraph(
        definition,
        frozen.inputs[0].op.name,
        tuple(tensor.name for tensor in frozen.outputs),
    )


def data_inputs(node: Any) -> list[str]:
    """Return the tensors that a node reads, without the control inputs."""
    return [name for name in node.input if not name.startswith("^")]


def node_of(tensor: str) -> str:
    """Return the node's name in ``name:0`` or ``^name``."""
    return tensor.lstrip("^").split(":", 1)[0]
