"""Rewrite a frozen function before TensorFlow's converter gets it."""

from __future__ import annotations

import functools
from typing import Any, Final

from .copied_graph import CALLS, Replacement, copied
from .grouped_convolution import depthwise_convolutions
from .integer_activation import activations
from .integer_normalization import normalized
from .normalization import normalizations
from .whole_pooling import whole_poolings

_AFFECTED: Final = {
    "Elu",
    "FusedBatchNorm",
    "FusedBatchNormV2",
    "FusedBatchNormV3",
    "Maximum",
    "Minimum",
    "Neg",
    "Rsqrt",
    "Selu",
    "Softplus",
    "Sqrt",
    "Square",
}


def rewrite(function: Any, *, integer: bool = False) -> Any:
    """Return a function that computes the same with ops that convert better.

    Calls of functions that stay in a frozen graph are replaced by the functions' ops:
    Keras compiles grouped convolutions with XLA, and the shapes behind such a call are
    unknown. For integers, normalizations and some activations get other ops.

    Args:
        function: A frozen concrete function; it is returned itself where nothing is
            rewritten.
        integer: Whether an integer recipe follows.
    """
    ops = function.graph.get_operations()
    if _has_branches(ops):
        return function
    if any(op.type in CALLS for op in ops):
        function = copied(function, {}, inline=True)
        ops = function.graph.get_operations()
    replacements = dict(depthwise_convolutions(function.graph))
    if integer:
        replacements |= dict(whole_poolings(function.graph))
    if integer and any(op.type in _AFFECTED for op in ops):
        replacements |= dict(activations(function.graph))
        for item in normalizations(function.graph):
            replacements[item.result.name] = Replacement(
                (item.source,), functools.partial(normalized, item)
            )
    return copied(function, replacements) if replacements else function


def _has_branches(ops: list[Any]) -> bool:
    """Return whether ops other than calls run functions: loops and branches do."""
    return any(
        value.HasField("func") and op.type not in CALLS
        for op in ops
        for value in op.node_def.attr.values()
    )
