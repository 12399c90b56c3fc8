"""What a caller is asked of a file that does not prove it, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ....errors import UnsupportedModelError
from ...tflite import ModelFile
from ..image_input import find_image_input, no_image_input
from ..options import OpenOptions, parse_size
from ..pixel_scale import resolve_normalization
from ..recognition import boxes_question, candidates_question, numbers_question
from .extra_values import inputs_question
from .named_heads import heads_question

if TYPE_CHECKING:
    from ...tflite import Metadata

_PIXELS: Final = (
    " Also say how it takes pixels: --normalize unit (0..1), raw (0..255) or signed "
    "(-1..1)."
)


def outputs_question(model: ModelFile) -> str:
    """Return what to ask about outputs that nothing recognises."""
    if _makes_pictures(model):
        return (
            f"{model.name} makes a picture of one vector, and nothing says how its "
            "values are pixels. Say so once: edgevision card FILE --task "
            "generation, with --option mean=0 --option std=255 for values in 0..1."
        )
    return (
        numbers_question(model)
        or boxes_question(model)
        or heads_question(model)
        or candidates_question(model)
    )


def picture_question(model: ModelFile, options: OpenOptions) -> str:
    """Return what to ask about inputs of which none alone takes a picture.

    Args:
        model: The file.
        options: What the caller says.
    """
    question = inputs_question(model.name, model.inputs, options.inputs or {})
    question = question or no_image_input(model)
    # Where a flag makes a picture of an input, its values are asked for at once.
    if "pass --" in question.lower() and options.normalize is None:
        question += _PIXELS
    return question


def pixels_question(
    model: ModelFile,
    options: OpenOptions,
    ultralytics: Mapping[str, Any] | None,
    metadata: Metadata | None,
) -> str:
    """Return what to add to a question about the outputs, so that one run answers all.

    It is "" where the values of the pixels are known, or there is no picture.

    Args:
        model: The file.
        options: What the caller says.
        ultralytics: Ultralytics' metadata in the file.
        metadata: TFLite Metadata in the file.
    """
    if options.normalize is not None:
        return ""
    try:
        image = find_image_input(model, options.color, extras=options.inputs or {})
    except UnsupportedModelError:
        return ""
    if image is None:
        return ""
    try:
        resolve_normalization(model, image, ultralytics, metadata)
    except UnsupportedModelError:
        return _PIXELS
    return ""


def takes_picture(model: ModelFile, options: OpenOptions) -> bool:
    """Return whether an input is left for a picture, or one is made of a vector.

    Args:
        model: The file.
        options: What the caller says.
    """
    if _makes_pictures(model):
        return True
    size = parse_size(options.input_size)
    try:
        extras = options.inputs or {}
        image = find_image_input(model, options.color, extras=extras, size=size)
    except UnsupportedModelError:
        return True  # of any size
    return image is not None


def _makes_pictures(model: ModelFile) -> bool:
    """Return whether a model takes one vector and returns one picture (a generator)."""
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        return False
    vector, picture = model.inputs[0].shape, model.outputs[0].shape
    return len(vector) == 2 and len(picture) == 4 and picture[3] in (1, 3)
