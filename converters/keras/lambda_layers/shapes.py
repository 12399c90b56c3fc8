"""Shapes of a stored model's layers, worked out from what its file states.

Nothing is built: known layers are computed by their formulas, Keras 3 notes what each
layer was built for, and weights show how many channels came in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .graph import GraphLayer, LayerGraph, Shape, read_graph
from .layer_shapes import output_shape
from .stored_function import read_function

# Per layer the shapes of its weights, from the file.
Weights = Mapping[str, list[Shape]]
_MOST_DEPTH: Final = 20


def layer_shapes(
    graph: LayerGraph, weights: Weights, *, depth: int = 0
) -> dict[str, Shape | None]:
    """Return each layer's output shape, without the batch axis.

    Args:
        graph: A model.
        weights: The shapes of weights by the name of the layer.
        depth: How many models this one stands in.

    Returns:
        By name; None means unknown. A size that is open or unknown is None.
    """
    shapes: dict[str, Shape | None] = {}
    for _ in range(2):
        # Files list layers in an order that may differ from that of the computation.
        for layer in graph.layers.values():
            if shapes.get(layer.name) is None:
                shapes[layer.name] = _shape(graph, layer, shapes, weights, depth)
    return shapes


def _shape(
    graph: LayerGraph,
    layer: GraphLayer,
    shapes: Mapping[str, Shape | None],
    weights: Weights,
    depth: int,
) -> Shape | None:
    if layer.is_model:
        if depth > _MOST_DEPTH:
            return None
        inner = read_graph({"class_name": layer.kind, "config": layer.config})
        known = layer_shapes(inner, weights, depth=depth + 1)
        return known.get(inner.outputs[0]) if len(inner.outputs) == 1 else None
    if layer.kind == "InputLayer":
        return _stated(layer, "batch_shape", "batch_input_shape")
    inputs = input_shapes(layer, shapes)
    if layer.kind == "Lambda":
        stated = _plain(layer.config.get("output_shape"))
        if stated is None and len(inputs) == 1 and inputs[0] is not None:
            stated = inputs[0] if read_function(layer.config).keeps_shape() else None
        return stated or _taken(graph, layer, weights)
    if not inputs or inputs[0] is None:
        return None
    return output_shape(layer.kind, layer.config, [s for s in inputs if s is not None])


def input_shapes(
    layer: GraphLayer, shapes: Mapping[str, Shape | None]
) -> list[Shape | None]:
    """Return the shapes that a layer takes, as far as they are known."""
    known = [shapes.get(name) for name in layer.sources]
    if not known or known == [None]:
        stated = _built_for(layer) or _stated(layer, "batch_input_shape", "batch_shape")
        return [stated] if stated else known
    return known


def _stated(layer: GraphLayer, *names: str) -> Shape | None:
    for name in names:
        shape = _plain(layer.config.get(name))
        if shape:
            return shape[1:]
    return None


def _built_for(layer: GraphLayer) -> Shape | None:
    """Return what Keras 3 notes about a layer's input."""
    build = layer.entry.get("build_config")
    shape = _plain(build.get("input_shape")) if isinstance(build, dict) else None
    return shape[1:] if shape else None


def _taken(graph: LayerGraph, layer: GraphLayer, weights: Weights) -> Shape | None:
    """Return what the layers behind a Lambda take: that is what it gives."""
    for follower in graph.followers(layer.name):
        if follower.sources == (layer.name,):
            built = _built_for(follower)
            if built:
                return built
            channels = _channels(follower, weights.get(follower.name, []))
            if channels:
                return channels
    return None


def _channels(layer: GraphLayer, weights: list[Shape]) -> Shape | None:
    if not weights:
        return None
    first = weights[0]
    if layer.kind == "Dense" and len(first) == 2:
        return (first[0],)
    if layer.kind in ("Conv2D", "Convolution2D", "SeparableConv2D", "DepthwiseConv2D"):
        return (None, None, first[2]) if len(first) == 4 else None
    if layer.kind == "BatchNormalization" and len(first) == 1:
        return (None, None, first[0])
    return None


def _plain(shape: Any) -> Shape | None:
    if not isinstance(shape, list) or not shape:
        return None
    if not all(size is None or isinstance(size, int) for size in shape):
        return None
    return tuple(shape)
