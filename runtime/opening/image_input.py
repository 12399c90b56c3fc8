"""The image input of a model, and its inputs beside the picture."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ...card import ExtraInput
from ...errors import UnsupportedModelError
from ..tensors import TensorSpec
from ..tflite import ModelFile


@dataclass(frozen=True)
class ImageInput:
    """The input that takes the picture.

    Attributes:
        spec: The tensor.
        height: Rows in pixels.
        width: Columns in pixels.
        channels: 1 or 3.
    """

    spec: TensorSpec
    height: int
    width: int
    channels: int


def find_image_input(
    model: ModelFile, color: str | None = None, *, extras: Collection[str | int] = ()
) -> ImageInput | None:
    """Return the input that takes a picture; None means there is not exactly one.

    Args:
        model: The file.
        color: ``gray`` prefers one channel where the layout leaves a choice.
        extras: Names or positions of the inputs that take something else.

    Raises:
        UnsupportedModelError: The image input has a dynamic size.
    """
    images = []
    others = 0
    for i, (tensor, spec) in enumerate(
        zip(model.input_tensors, model.inputs, strict=True)
    ):
        if i in extras or spec.name in extras:
            others += 1
            continue
        shape = spec.shape
        if len(shape) != 4 or shape[0] != 1:
            continue
        if -1 in tensor.shape_signature[1:]:
            raise UnsupportedModelError(
                f"{model.name} takes pictures of any size "
                f"({'x'.join(map(str, tensor.shape_signature))}), which is not run. "
                "Convert it with 'edgevision convert --input-size 224x224'."
            )
        if shape[3] in (1, 3):
            images.append(ImageInput(spec, shape[1], shape[2], shape[3]))
        elif shape[1] in (1, 3):
            images.append(ImageInput(spec, shape[2], shape[3], shape[1]))
    return images[0] if len(images) == 1 == len(model.inputs) - others else None


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


def no_image_input(model: ModelFile) -> str:
    """Return the sentence for a model whose inputs are no picture."""
    shapes = ", ".join(
        f"{spec.name or 'unnamed'!r} {'x'.join(map(str, spec.shape)) or 'scalar'} "
        f"{tensor.type_name.lower()}"
        for spec, tensor in zip(model.inputs, model.input_tensors, strict=True)
    )
    return (
        f"{model.name} has no image input; it has {shapes or 'no inputs'}, and one of "
        "1 x height x width x 3 (or 1) was expected. Run it from Python with arrays."
    )
