"""Rewrite a frozen function before TensorFlow's converter gets it."""

from __future__ import annotations

from typing import Any

from .copied_graph import CALLS, copied


def rewrite(function: Any) -> Any:
    """Return a function that computes the same with ops that convert better.

    Calls of functions that stay in a frozen graph are replaced by the functions' ops:
    Keras compiles grouped convolutions with XLA, and the shapes behind such a call are
    unknown.

    Args:
        function: A frozen concrete function; it is returned itself where nothing is
            rewritten.
    """
    ops = function.graph.get_operations()
    if _has_branches(ops) or not any(op.type in CALLS for op in ops):
        return function
    return copied(function, {}, inline=True)


def _has_branches(ops: list[Any]) -> bool:
    """Return whether ops other than calls run functions: loops and branches do."""
    return any(
        value.HasField("func") and op.type not in CALLS
        for op in ops
        for value in op.node_def.attr.values()
    )
