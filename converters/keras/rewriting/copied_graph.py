"""A graph copied op by op, with other ops in the place of some."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

CALLS: Final = ("PartitionedCall", "StatefulPartitionedCall")
"""Calls of a function that TensorFlow leaves in a frozen graph, like those of XLA."""


@dataclass(frozen=True)
class Replacement:
    """Other ops for one tensor.

    Attributes:
        sources: The tensors of the old graph that the new ops read.
        build: From their copies to the tensor that takes the old one's place.
    """

    sources: tuple[Any, ...]
    build: Callable[..., Any]


def copied(
    function: Any, replacements: Mapping[str, Replacement], *, inline: bool = False
) -> Any:
    """Return a concrete function with the ops of another one, some replaced.

    Args:
        function: A concrete function without variables.
        replacements: By the name of the tensor that is replaced.
        inline: Put the ops of called functions in the place of the calls.
    """
    import tensorflow as tf

    signature = [
        tf.TensorSpec(x.shape, x.dtype, name=x.op.name) for x in function.inputs
    ]

    def run(*tensors: Any) -> list[Any]:
        known = {
            old.name: new for old, new in zip(function.inputs, tensors, strict=True)
        }
        return copies(function.outputs, known, replacements, inline=inline)

    return tf.function(
        run, input_signature=signature, autograph=False
    ).get_concrete_function()


def copies(
    wanted: Sequence[Any],
    known: Mapping[str, Any],
    replacements: Mapping[str, Replacement],
    *,
    inline: bool = False,
) -> list[Any]:
    """Copy the ops that some tensors need into the default graph.

    Args:
        wanted: Tensors of the old graph.
        known: Tensors of the new graph, by their old names.
        replacements: By the name of the tensor that is replaced.
        inline: Put the ops of called functions in the place of the calls.
    """
    import tensorflow as tf

    needed = _needed(wanted, known, replacements)
    new = dict(known)
    for op in wanted[0].graph.get_operations():
        outputs = [x for x in op.outputs if x.name in needed]
        for old in outputs:
            if old.name in replacements:
                item = replacements[old.name]
                with tf.name_scope(f"{op.name}/"):
                    new[old.name] = item.build(*(new[x.name] for x in item.sources))
        if all(x.name in replacements for x in outputs):
            continue
        inputs = [new[x.name] for x in op.inputs]
        results = (
            _called(op, inputs)
            if inline and op.type in CALLS
            else tf.compat.v1.get_default_graph()
            .create_op(
                op.type,
                inputs,
                [x.dtype for x in op.outputs],
                name=op.name,
                attrs=dict(op.node_def.attr),
            )
            .outputs
        )
        for old, result in zip(op.outputs, results, strict=True):
            new.setdefault(old.name, result)
    return [new[x.name] for x in wanted]


def _needed(
    wanted: Sequence[Any],
    known: Mapping[str, Any],
    replacements: Mapping[str, Replacement],
) -> set[str]:
    """Return the names of the tensors to copy or to replace."""
    needed: set[str] = set()
    queue = list(wanted)
    while queue:
        tensor = queue.pop()
        if tensor.name not in needed and tensor.name not in known:
            needed.add(tensor.name)
            item = replacements.get(tensor.name)
            queue += tensor.op.inputs if item is None else item.sources
    return needed


def _called(op: Any, inputs: Sequence[Any]) -> list[Any]:
    """Return copies of the outputs of a called function."""
    from tensorflow.python.framework.function_def_to_graph import function_def_to_graph

    definition = op.graph._get_function(op.get_attr("f").name).definition
    inner = function_def_to_graph(definition, input_shapes=[x.shape for x in inputs])
    known = {old.name: new for old, new in zip(inner.inputs, inputs, strict=True)}
    return copies(inner.outputs, known, {}, inline=True)
