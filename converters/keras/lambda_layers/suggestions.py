"""Likely expressions for a Lambda layer, from its shapes and what its code mentions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ..expressions import FUNCTIONS, REQUIRED
from .graph import Shape
from .lambda_layer import LambdaLayer

_MOST: Final = 4
_SCALINGS: Final = ("x / 255", "x / 127.5 - 1", "x / 255 - 0.5")


@dataclass(frozen=True)
class Suggestion:
    """An expression that may be what a Lambda layer computes.

    Attributes:
        expression: In the words of the grammar.
        reason: Why it is likely, as a part of a sentence.
    """

    expression: str
    reason: str


def suggestions(layer: LambdaLayer) -> list[Suggestion]:
    """Return likely expressions for a layer, the best first; at most four."""
    best: dict[str, Suggestion] = {}
    for suggestion in _all(layer):
        best.setdefault(suggestion.expression, suggestion)
    return list(best.values())[:_MOST]


def _all(layer: LambdaLayer) -> Iterator[Suggestion]:
    read = layer.expression
    if read is not None:
        # Nothing else is as good as what the code itself says.
        yield Suggestion(read, f"its code, stored by {layer.writer}, computes this")
        return
    yield from _by_words(layer)
    yield from _by_shapes(layer)


def _by_words(layer: LambdaLayer) -> Iterator[Suggestion]:
    text = " ".join((*layer.stored.words, layer.name)).lower()
    source, target = _one(layer.inputs), layer.output
    function = FUNCTIONS.get(layer.function)
    if (
        layer.code is None
        and function is not None
        and function.tensors == 1
        and all(parameter.default != REQUIRED for parameter in function.parameters)
    ):
        yield Suggestion(f"{layer.function}(x)", "the file names this function")
    if "l2_norm" in text:
        yield Suggestion("l2_normalize(x)", "its code names l2_normalize")
    if "grayscale" in text or "gray" in text:
        yield Suggestion("gray(x)", "its code names a conversion to gray")
    if "depth_to_space" in text or "pixelshuffle" in text or "subpixel" in text:
        yield Suggestion("depth_to_space(x, 2)", "its code names depth_to_space")
    if "space_to_depth" in text:
        yield Suggestion("space_to_depth(x, 2)", "its code names space_to_depth")
    sized = target is not None and len(target) == 3 and None not in target[:2]
    if "resize" in text and sized and target is not None:
        kind = "resize_v1" if "resize_images" in text else "resize"
        words = f"{kind}(x, {target[0]}, {target[1]})"
        yield Suggestion(words, "its code names a resize")
    if len(layer.inputs) == 2 and ("abs" in layer.stored.words or "dist" in text):
        yield Suggestion("abs(x[0] - x[1])", "its code names a distance")
    if "preprocess" in text and source is not None and len(source) == 3:
        yield Suggestion("x / 127.5 - 1", "the preprocess_input of most networks")
        yield Suggestion(
            "bgr(x) - (103.939, 116.779, 123.68)",
            "the preprocess_input of VGG and ResNet",
        )


def _by_shapes(layer: LambdaLayer) -> Iterator[Suggestion]:
    source, target = _one(layer.inputs), layer.output
    if len(layer.inputs) > 1:
        if len(set(layer.inputs)) == 1:
            reason = "it takes inputs of one shape"
            yield Suggestion("abs(x[0] - x[1])", reason)
            yield Suggestion("x[0] + x[1]", reason)
        return
    if (
        layer.is_first
        and (source is None or len(source) == 3)
        and _may_be(source, target)
    ):
        reason = "it is the first layer and keeps the shape"
        if target is None or None in target[:2]:
            reason = "it is the first layer and may keep the shape"
        for text in sorted(_SCALINGS, key=lambda text: not _fits(text, layer.numbers)):
            yield Suggestion(text, reason)
    if source is not None and target is None and layer.is_last and len(source) == 1:
        yield Suggestion("l2_normalize(x)", "it is the last layer, behind a vector")
        yield Suggestion("softmax(x)", "it is the last layer, behind a vector")
    if source is None or target is None:
        return
    if source == target:
        if len(source) == 1 and not layer.is_first:
            after = "a Dense layer" if layer.follows_dense else "a vector"
            yield Suggestion("l2_normalize(x)", f"it keeps the shape of {after}")
        yield Suggestion("x", "it keeps the shape")
    if len(source) == 3 and len(target) == 3:
        yield from _pictures(source, target)
    elif len(source) == 3 and target == (source[2],):
        yield Suggestion("mean(x, (1, 2))", "it leaves one number per channel")
        yield Suggestion("max(x, (1, 2))", "it leaves one number per channel")
    elif len(target) == 1 and None not in source and target[0] == _product(source):
        yield Suggestion("flatten(x)", "it leaves all values in a row")
    elif None not in (*target, *source) and _product(source) == _product(target):
        sizes = ", ".join(map(str, target))
        yield Suggestion(f"reshape(x, {sizes})", "it keeps the number of values")


def _pictures(source: Shape, target: Shape) -> Iterator[Suggestion]:
    if source[:2] == target[:2]:
        if (source[2], target[2]) == (3, 1):
            yield Suggestion("gray(x)", "it makes one channel from three")
        if (source[2], target[2]) == (1, 3):
            yield Suggestion("rgb(x)", "it makes three channels from one")
        return
    height, width, channels = (size or 0 for size in source)
    rows, columns, depth = (size or 0 for size in target)
    if not all((height, width, channels, rows, columns, depth)):
        return
    if channels == depth:
        reason = "it changes the size of pictures"
        yield Suggestion(f"resize(x, {rows}, {columns})", reason)
        if rows <= height and columns <= width:
            tall, wide = height - rows, width - columns
            edges = f"{tall // 2}, {tall - tall // 2}, {wide // 2}, {wide - wide // 2}"
            yield Suggestion(f"crop(x, {edges})", "or it cuts edges off: adjust them")
    for block in (2, 3, 4):
        grown = (block * height, block * width, channels)
        if grown == (rows, columns, block**2 * depth):
            words = f"depth_to_space(x, {block})"
            yield Suggestion(words, "it turns channels into pixels")
        shrunk = (block * rows, block * columns, depth)
        if shrunk == (height, width, block**2 * channels):
            words = f"space_to_depth(x, {block})"
            yield Suggestion(words, "it turns pixels into channels")


def _one(shapes: tuple[Shape | None, ...]) -> Shape | None:
    return shapes[0] if len(shapes) == 1 else None


def _product(shape: Shape) -> int:
    return math.prod(size or 0 for size in shape)


def _may_be(source: Shape | None, target: Shape | None) -> bool:
    """Return whether two shapes may be the same, as far as they are known."""
    if source is None or target is None:
        return True
    return len(source) == len(target) and all(
        a == b or None in (a, b) for a, b in zip(source, target, strict=True)
    )


def _fits(text: str, numbers: tuple[float, ...]) -> bool:
    """Return whether the code holds the constants of a scaling, and no others."""
    constants = {
        "x / 255": {255.0},
        "x / 127.5 - 1": {127.5, 1.0},
        "x / 255 - 0.5": {255.0, 0.5},
    }
    return set(numbers) == constants[text]
