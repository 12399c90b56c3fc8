"""Pictures without a channel axis, in one row, or with other axes first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ....errors import ConversionError
from ..source_model import SourceModel


def from_rows(model: SourceModel) -> SourceModel:
    """Return a model that takes (H, W, 1) where it took (H, W)."""
    import tensorflow as tf

    only = model.inputs[0]
    height, width = only.shape
    text = f"{width or '?'}x{height or '?'}"
    return _with_layout(
        model,
        (height, width, 1),
        lambda picture: tf.squeeze(picture, -1),
        f"The input has no channel axis: it takes pictures of {text} in gray.",
    )


def from_flat(model: SourceModel, input_size: tuple[int, int]) -> SourceModel:
    """Return a model that takes (H, W, C) where it took one row of pixels.

    Args:
        model: A model whose one input is a vector.
        input_size: Width and height of its pictures.

    Raises:
        ConversionError: The vector has another length than the picture.
    """
    import tensorflow as tf

    only = model.inputs[0]
    width, height = input_size
    count = only.shape[0]
    channels = {width * height: 1, 3 * width * height: 3}.get(count or 0)
    if channels is None:
        raise ConversionError(
            f"The model's input '{only.name}' takes {count or 'any number of'} "
            f"numbers, and a picture of {width}x{height} has {width * height} in gray "
            f"or {3 * width * height} in color. Pass --input-size with the size of the "
            "pictures of the training."
        )
    return _with_layout(
        model,
        (height, width, channels),
        lambda picture: tf.reshape(picture, (-1, count)),
        f"The input's {count} numbers are taken as a picture of {width}x{height} "
        f"{'gray' if channels == 1 else 'color'} pixels, row by row.",
    )


def with_picture_outputs(
    model: SourceModel,
    before: SourceModel,
    is_picture: Callable[[int, str], bool],
) -> SourceModel:
    """Return a model whose rows of pixels have the shape of its picture.

    Args:
        model: A model whose picture :func:`from_flat` made of one row of numbers.
        before: The model that took the row; where it took another input, nothing is
            changed.
        is_picture: Whether the output of a position and name may be a picture.
    """
    shape = model.inputs[0].shape
    if len(before.inputs[0].shape) != 1 or len(shape) != 3 or model.keras is None:
        return model
    count = before.inputs[0].shape[0]
    places = [
        position
        for position, tensor in enumerate(model.keras.outputs)
        if tuple(tensor.shape[1:]) == (count,)
        and is_picture(position, model.output_names[position])
    ]
    if not places:
        return model

    def call(tensors: list[Any]) -> list[Any]:
        import tensorflow as tf

        return [
            tf.reshape(answer, (-1, *shape)) if position in places else answer
            for position, answer in enumerate(model.call(tensors))
        ]

    note = f"The output's {count} numbers are taken as a picture of the input's size."
    return replace(model, call=call, notes=(*model.notes, note))


def from_channels_first(model: SourceModel) -> SourceModel:
    """Return a model that takes (H, W, C) where it took (C, H, W)."""
    import tensorflow as tf

    only = model.inputs[0]
    channels, height, width = only.shape
    return _with_layout(
        model,
        (height, width, channels),
        lambda picture: tf.transpose(picture, (0, 3, 1, 2)),
        f"The input has its {channels} channels first; the file takes them last and "
        "reorders them.",
    )


def from_width_first(model: SourceModel) -> SourceModel:
    """Return a model that takes (H, W, C) where it took (W, H, C)."""
    import tensorflow as tf

    only = model.inputs[0]
    width, height, channels = only.shape
    return _with_layout(
        model,
        (height, width, channels),
        lambda picture: tf.transpose(picture, (0, 2, 1, 3)),
        f"The input has its width first; the file takes pictures of {width}x{height} "
        "and reorders them.",
    )


def flat_size(count: int | None) -> tuple[int, int] | None:
    """Return width and height of the square picture with so many values, or None."""
    for values in (count, count // 3 if count and count % 3 == 0 else None):
        side = round((values or 0) ** 0.5)
        if side >= 8 and side * side == values:
            return side, side
    return None


def _with_layout(
    model: SourceModel,
    shape: tuple[int | None, ...],
    reorder: Callable[[Any], Any],
    note: str,
) -> SourceModel:
    only = model.inputs[0]

    def call(tensors: list[Any]) -> list[Any]:
        return model.call([reorder(tensors[0]), *tensors[1:]])

    return replace(
        model,
        inputs=(replace(only, shape=shape), *model.inputs[1:]),
        call=call,
        notes=(*model.notes, note),
    )
