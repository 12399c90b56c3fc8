"""Shapes of a model's inputs without open sizes."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import ConversionError
from .source_model import SourceModel


def fixed_shapes(
    model: SourceModel, input_size: tuple[int, int] | None
) -> dict[str, tuple[int, ...]]:
    """Return each input's shape with batch 1 and no open sizes.

    Args:
        model: The model.
        input_size: Width and height for an image input of open size.

    Raises:
        ConversionError: A size is open and not given, or given and contradicted.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for item in model.inputs:
        shape = list(item.shape)
        if item is model.image and input_size is not None:
            wanted = (input_size[1], input_size[0])
            for axis, size in enumerate(wanted):
                if shape[axis] not in (None, size):
                    raise ConversionError(
                        f"The model's input '{item.name}' is {item.shape[1]}x"
                        f"{item.shape[0]} pixels and cannot become "
                        f"{input_size[0]}x{input_size[1]}. Leave --input-size out."
                    )
                shape[axis] = size
        if item.batch not in (None, 1):
            raise ConversionError(
                f"The model's input '{item.name}' has a fixed batch of {item.batch}; "
                "a device runs one picture at a time. Build the model with batch None."
            )
        if any(size is None for size in shape):
            cure = (
                "Pass --input-size WIDTHxHEIGHT."
                if item is model.image
                else "Build the model with a fixed keras.Input."
            )
            raise ConversionError(
                f"The model's input '{item.name}' has no fixed size "
                f"({shape_text(item.shape)}); a converted file has one fixed size. "
                f"{cure}"
            )
        shapes[item.name] = (1, *(int(size) for size in shape if size is not None))
    return shapes


def shape_text(shape: Sequence[int | None]) -> str:
    """Return a shape as ``224x224x3``, with ``?`` where a size is open."""
    return "x".join("?" if size is None else str(size) for size in shape)
