"""Inputs beside the picture that always have the same value."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ....errors import ConversionError
from ..source_model import ModelInput, SourceModel


def fix_inputs(model: SourceModel, values: Mapping[str, Any]) -> SourceModel:
    """Return a model without the inputs that have fixed values.

    Args:
        model: A model with several inputs.
        values: By input name a number, or one number per element in row-major order.

    Raises:
        ConversionError: No input has the name, the value does not fit its shape, or no
            input would be left.
    """
    _refuse_unknown(model, values)
    known = {item.name: item for item in model.inputs}
    constants = {name: _constant(known[name], value) for name, value in values.items()}
    order = [item.name for item in model.inputs]
    open_inputs = tuple(item for item in model.inputs if item.name not in constants)

    def call(tensors: list[Any]) -> list[Any]:
        import tensorflow as tf

        fed = dict(zip((item.name for item in open_inputs), tensors, strict=True))
        first = tensors[0]
        count = first.shape[0] or tf.shape(first)[0]
        for name, value in constants.items():
            fed[name] = tf.repeat(tf.constant(value), count, axis=0)
        return model.call([fed[name] for name in order])

    notes = [
        f"The input '{name}' is fixed to {_short(value)} inside the file."
        for name, value in constants.items()
    ]
    return replace(model, inputs=open_inputs, call=call, notes=(*model.notes, *notes))


def leave_open(
    model: SourceModel, ranges: Mapping[str, tuple[float, float]]
) -> SourceModel:
    """Return a model whose last inputs are those that the file's caller fills.

    Args:
        model: A model with several inputs.
        ranges: By input name the smallest and the largest number.

    Raises:
        ConversionError: No input has the name, or no input would be left.
    """
    _refuse_unknown(model, ranges)
    order = [item.name for item in model.inputs]
    inputs = sorted(model.inputs, key=lambda item: item.name in ranges)

    def call(tensors: list[Any]) -> list[Any]:
        fed = dict(zip((item.name for item in inputs), tensors, strict=True))
        return model.call([fed[name] for name in order])

    notes = [
        f"The input '{name}' stays open, calibrated with {low:g} to {high:g}."
        for name, (low, high) in ranges.items()
    ]
    return replace(
        model,
        inputs=tuple(inputs),
        call=call,
        ranges=dict(ranges),
        notes=(*model.notes, *notes),
    )


def _refuse_unknown(model: SourceModel, names: Collection[str]) -> None:
    known = [item.name for item in model.inputs]
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise ConversionError(
            f"The model has no input '{unknown}'. Its inputs are {described(model)}. "
            "Pass --input NAME=VALUE with one of these names."
        )
    if len(names) == len(known):
        raise ConversionError(
            f"--input names all inputs of the model ({described(model)}). Leave the "
            "picture's out."
        )


def described(model: SourceModel) -> str:
    """Return the inputs of a model with their shapes, for a sentence."""
    return ", ".join(
        f"'{item.name}' ({'x'.join(str(size or '?') for size in item.shape) or '1'})"
        for item in model.inputs
    )


def _constant(item: ModelInput, value: Any) -> npt.NDArray[Any]:
    """Return a value with the shape (1, ...) and the type of its input."""
    numbers = np.asarray(value, np.float64).reshape(-1)
    shape = tuple(1 if size is None else size for size in item.shape)
    count = int(np.prod(shape))
    if numbers.size not in (1, count):
        raise ConversionError(
            f"The model's input '{item.name}' takes {count} numbers, and --input gives "
            f"{numbers.size}. Pass one number for all, or {count} with commas between."
        )
    if item.dtype == "string":
        raise ConversionError(
            f"The model's input '{item.name}' takes text, which cannot be fixed to a "
            "number. Export the model without it."
        )
    filled = np.broadcast_to(numbers, count).reshape(1, *shape)
    return np.ascontiguousarray(filled).astype(item.dtype)


def _short(value: npt.NDArray[Any]) -> str:
    numbers = np.unique(value)
    if numbers.size == 1:
        return f"{numbers[0]:g}"
    return f"{value.size} numbers"
