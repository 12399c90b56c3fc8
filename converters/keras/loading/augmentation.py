"""Augmentation that is still active in a SavedModel: the same input, other outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from ....errors import ConversionError
from ..source_model import SourceModel

_RANDOM: Final = ("Random", "Stateful", "Multinomial", "RngRead")
_OPEN_SIZE: Final = 64
# A picture is flipped or not: after so many calls, chance has shown itself.
_CALLS: Final = 24

Call = Callable[[list[Any]], list[Any]]


def refuse_augmentation(source: SourceModel, function: Any, path: Path) -> None:
    """Refuse a SavedModel whose answers depend on chance.

    Random operations alone prove nothing: a graph may hold them for training only.

    Args:
        source: The signature as a model.
        function: The signature.
        path: For the sentence.

    Raises:
        ConversionError: Two calls with the same input differ; the sentence says how to
            export the model.
    """
    kinds = sorted(set(_random_operations(function.graph)))
    if not kinds:
        return
    if any(item.dtype in ("string", "resource", "variant") for item in source.inputs):
        return
    values = _values(source)
    difference = _difference(source.call, values)
    if not difference:
        return
    raise ConversionError(
        f"The SavedModel {path} answers the same input differently each time (by up to "
        f"{difference:.3g}): augmentation layers such as RandomFlip are active in it "
        f"(it draws random numbers: {kinds[0]}), because model.export() leaves them "
        "so. Export the model with training=False, as docs/guides/convert.md shows; or "
        "save it with model.save('net.keras') and convert that, with --custom FILE.py "
        "if it has custom layers."
    )


def _random_operations(graph: Any) -> Iterator[str]:
    definition = graph.as_graph_def()
    functions = [f.node_def for f in definition.library.function]
    for nodes in (definition.node, *functions):
        for node in nodes:
            if (
                any(part in node.op for part in _RANDOM)
                and "Partitioned" not in node.op
            ):
                yield node.op


def _values(source: SourceModel) -> list[Any]:
    """Return one value per input, with sizes in the place of open ones."""
    import tensorflow as tf

    generator = np.random.default_rng(0)
    values = []
    for item in source.inputs:
        shape = [size or _OPEN_SIZE for size in item.shape]
        if not item.is_scalar:
            shape.insert(0, item.batch or 1)
        drawn = generator.uniform(0, 255, shape)
        values.append(tf.cast(tf.constant(drawn), item.dtype))
    return values


def _difference(call: Call, values: list[Any]) -> float:
    """Return by how much the outputs of a few calls with one input differ."""
    import tensorflow as tf

    try:
        first = [np.asarray(x, np.float64) for x in call(values)]
        for _ in range(_CALLS):
            again = [np.asarray(x, np.float64) for x in call(values)]
            pairs = zip(first, again, strict=True)
            difference = max(float(np.max(np.abs(a - b), initial=0)) for a, b in pairs)
            if difference:
                return difference
    except (ValueError, TypeError, tf.errors.OpError):
        # Shapes that no value fits: what the loader cannot try, it cannot judge.
        return 0.0
    return 0.0
