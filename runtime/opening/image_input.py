"""The image input of a model, and its inputs beside the picture."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ...card import ExtraInput
from ...errors import UnsupportedModelError
from ..tensors import TensorSpec
from ..tflite import ModelFile

_LEAST_SIDE: Final = 8  # pixels of the smallest picture that is proposed
MASKED: Final = 4
"""Channels of a picture and the mask of the frame before, as nets for video take it."""


@dataclass(frozen=True)
class ImageInput:
    """The input that takes the picture.

    Attributes:
        spec: The tensor.
        height: Rows in pixels.
        width: Columns in pixels.
        channels: 1 or 3; 3 too where the tensor has a fourth for a mask.
    """

    spec: TensorSpec
    height: int
    width: int
    channels: int


def find_image_input(
    model: ModelFile,
    color: str | None = None,
    *,
    extras: Collection[str | int] = (),
    size: tuple[int, int] | None = None,
) -> ImageInput | None:
    """Return the input that takes a picture; None means there is not exactly one.

    Args:
        model: The file.
        color: ``gray`` prefers one channel where the layout leaves a choice.
        extras: Names or positions of the inputs that take something else.
        size: Width and height that somebody states; they, or the color gray, make a
            picture of an input without an axis of channels.
    """
    images = []
    others = 0
    for i, spec in enumerate(model.inputs):
        if i in extras or spec.name in extras:
            others += 1
            continue
        image = _image(spec, color, size)
        if image is not None:
            images.append(image)
    return images[0] if len(images) == 1 == len(model.inputs) - others else None


def input_picture(spec: TensorSpec) -> ImageInput | None:
    """Return an input as one that takes a picture; None means that it takes none."""
    return _image(spec, None, None)


def _image(
    spec: TensorSpec, color: str | None, size: tuple[int, int] | None
) -> ImageInput | None:
    shape = spec.shape
    if not shape or shape[0] != 1:
        return None
    if len(shape) == 4:
        if shape[3] in (1, 3):
            return ImageInput(spec, shape[1], shape[2], shape[3])
        if shape[3] == MASKED and min(shape[1:3]) > MASKED:
            return ImageInput(spec, shape[1], shape[2], 3)
        # A single row is no picture: 1x1x1x100 is a vector.
        if shape[1] in (1, 3) and min(shape[2:]) > 1:
            return ImageInput(spec, shape[2], shape[3], shape[1])
        return None
    if len(shape) == 3 and (color == "gray" or size == shape[:0:-1]):
        return ImageInput(spec, shape[1], shape[2], 1)
    if len(shape) == 2 and size is not None:
        channels, rest = divmod(shape[1], size[0] * size[1])
        if not rest and channels in (1, 3):
            return ImageInput(spec, size[1], size[0], channels)
    return None


def extra_inputs(model: ModelFile, values: Mapping[str, Any]) -> tuple[ExtraInput, ...]:
    """Return the inputs that the caller fills with numbers.

    Raises:
        ValueError: The model has no input of that name.
    """
    positions = {spec.name: i for i, spec in enumerate(model.inputs)}
    unknown = next((name for name in values if name not in positions), None)
    if unknown is not None:
        raise ValueError(
            f"{model.name} has no input {unknown!r}; it has "
            f"{', '.join(map(repr, positions))}."
        )
    if values and len(values) == len(positions):
        raise ValueError(
            f"{model.name} needs an input for the picture, and numbers were passed for "
            f"all of its inputs ({', '.join(map(repr, positions))}). Leave out the one "
            "that takes the picture."
        )
    return tuple(
        ExtraInput(name, positions[name], -math.inf, math.inf) for name in values
    )


def refuse_without_pictures(model: ModelFile) -> None:
    """Refuse a file of which no input can be a picture, whatever a caller says.

    Raises:
        UnsupportedModelError: It is one: every input is a number or a column of them.
    """
    if model.card is not None:
        return
    shapes = [tensor.shape_signature or tensor.shape for tensor in model.input_tensors]
    if not any(
        len(shape) in (3, 4, 5) or (len(shape) == 2 and shape[0] in (-1, 1))
        for shape in shapes
    ):
        raise UnsupportedModelError(no_image_input(model))


def no_image_input(model: ModelFile) -> str:
    """Return the sentence for a model whose inputs are no picture."""
    shapes = ", ".join(
        f"{spec.name or 'unnamed'!r} {'x'.join(map(str, spec.shape)) or 'scalar'} "
        f"{tensor.type_name.lower()}"
        for spec, tensor in zip(model.inputs, model.input_tensors, strict=True)
    )
    cure = "Run it from Python with arrays."
    flat = [spec.shape for spec in model.inputs if len(spec.shape) in (2, 3)]
    if len(flat) == 1 and len(model.inputs) == 1 and flat[0][0] == 1:
        cure = _cure(flat[0])
    return (
        f"{model.name} has no image input; it has {shapes or 'no inputs'}, and one of "
        f"1 x height x width x 3 (or 1) was expected. {cure}"
    )


def _cure(shape: tuple[int, ...]) -> str:
    """Return how an input without an axis of channels is made a picture.

    Lists of joints, words and measurements have few or odd numbers: only what has the
    sides of a picture is proposed as one.
    """
    if len(shape) == 3 and min(shape[1:]) >= _LEAST_SIDE:
        return (
            f"If these are gray pictures of {shape[2]}x{shape[1]} pixels, pass --color "
            "gray; otherwise run it from Python with arrays."
        )
    for channels in (1, 3):
        side = math.isqrt(shape[-1] // channels)
        if len(shape) == 2 and shape[1] == channels * side**2 and side >= _LEAST_SIDE:
            return (
                "If its numbers are the pixels of a picture, row by row, pass "
                f"--input-size WIDTHxHEIGHT, such as --input-size {side}x{side}; "
                "otherwise run it from Python with arrays."
            )
    return "Run it from Python with arrays."
