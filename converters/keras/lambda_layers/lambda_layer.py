"""What a model's file says about its Lambda layers, without running their code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ..expressions import factor_and_shift, parse_expression
from ..stored_code import CodeParts, writer_of
from .graph import Config, GraphLayer, Shape, read_graph
from .shapes import Weights, input_shapes, layer_shapes
from .stored_function import StoredFunction, read_function

# Before these a Lambda still gets the picture as it came.
_NEUTRAL: Final = ("InputLayer", "Dropout", "GaussianNoise", "Resizing", "CenterCrop")
_MOST_DEPTH: Final = 20


@dataclass(frozen=True)
class LambdaLayer:
    """One Lambda layer of a stored model.

    Attributes:
        name: Of the layer.
        stored: What the file says about its function.
        inputs: The shapes that it takes, without the batch; None means unknown.
        output: The shape that it gives; None means unknown.
        is_first: It gets the picture as it came.
        is_last: No layer takes its output.
        follows_dense: The layer before it is Dense.
    """

    name: str
    stored: StoredFunction
    inputs: tuple[Shape | None, ...] = ()
    output: Shape | None = None
    is_first: bool = False
    is_last: bool = False
    follows_dense: bool = False

    @property
    def function(self) -> str:
        """Return the name of its function; empty where it has none."""
        return self.stored.name

    @property
    def code(self) -> CodeParts | None:
        """Return the parts of its code; None where the file has none to read."""
        return self.stored.code

    @property
    def writer(self) -> str:
        """Return which Python stored the code, in words; empty means unknown."""
        return "" if self.code is None else writer_of(self.code)

    @property
    def numbers(self) -> tuple[float, ...]:
        """Return the constants in the code, in order."""
        values = () if self.code is None else self.code.constants
        return tuple(
            float(value)
            for value in values
            if isinstance(value, (int, float)) and not isinstance(value, bool)
            if abs(value) < 1e12
        )

    @property
    def expression(self) -> str | None:
        """Return the code as an expression of the grammar; None where that fails."""
        return self.stored.expression(max(len(self.inputs), 1))

    @property
    def scales_pixels(self) -> bool:
        """Return whether the code reads as a scaling of pixels."""
        text = self.expression
        line = None if text is None else factor_and_shift(parse_expression(text))
        # A resize alone leaves the scale as it is.
        return line is not None and bool(np.any(line[0] != 1) or np.any(line[1]))


def find_lambda_layers(
    model: Config, weights: Weights | None = None
) -> list[LambdaLayer]:
    """Return the Lambda layers of a stored model, those of nested models included.

    Args:
        model: ``class_name`` and ``config``, as its file states them.
        weights: The shapes of weights by the name of the layer, where they are known.
    """
    layers = list(_layers(model, weights or {}, is_first=True, depth=0))
    names = {layer.name for layer in layers}
    # Inside wrappers such as TimeDistributed nothing is known of shapes.
    for config in _wrapped(model, 0):
        if str(config.get("name", "")) not in names:
            name = str(config.get("name", ""))
            layers.append(LambdaLayer(name, read_function(config)))
    return layers


def _layers(
    model: Config, weights: Weights, *, is_first: bool, depth: int
) -> Iterator[LambdaLayer]:
    if depth > _MOST_DEPTH:
        return
    graph = read_graph(model)
    shapes = layer_shapes(graph, weights)

    def gets_the_picture(layer: GraphLayer, steps: int = 0) -> bool:
        before = [graph.layers.get(name) for name in layer.sources]
        return is_first and all(
            item is not None
            and item.kind in _NEUTRAL
            and steps < _MOST_DEPTH
            and gets_the_picture(item, steps + 1)
            for item in before
        )

    for layer in graph.layers.values():
        if layer.is_model:
            inner = {"class_name": layer.kind, "config": layer.config}
            first = gets_the_picture(layer)
            yield from _layers(inner, weights, is_first=first, depth=depth + 1)
        elif layer.kind == "Lambda":
            before = [graph.layers.get(name) for name in layer.sources]
            yield LambdaLayer(
                name=layer.name,
                stored=read_function(layer.config),
                inputs=tuple(input_shapes(layer, shapes)),
                output=shapes.get(layer.name),
                is_first=gets_the_picture(layer),
                is_last=not graph.followers(layer.name),
                follows_dense=any(x is not None and x.kind == "Dense" for x in before),
            )


def _wrapped(value: Any, depth: int) -> Iterator[Config]:
    """Yield the configuration of every Lambda, wherever it stands."""
    if depth > 10 * _MOST_DEPTH:
        return
    if isinstance(value, dict):
        if value.get("class_name") == "Lambda" and isinstance(
            value.get("config"), dict
        ):
            yield value["config"]
        for item in value.values():
            yield from _wrapped(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _wrapped(item, depth + 1)
