"""Recognise outputs that are pictures, and which values are black and white."""

from __future__ import annotations

from typing import Final

from ....errors import UnsupportedModelError
from ...tflite import ModelFile
from .answer import Proof, Recognition, shape_words
from .graph import value_bounds
from .last_operation import pixel_range
from .maps import OutputMap, output_map


def find_picture(model: ModelFile) -> Recognition | None:
    """Recognise a picture that a model makes of a picture.

    Raises:
        UnsupportedModelError: Three channels may be a picture or scores of classes.
    """
    cells = output_map(model)
    if cells is None or cells.channels != 3 or cells.maker == "SOFTMAX":
        return None
    words = f"one output {shape_words(cells.tensor)}"
    larger = _enlargement(cells)
    units = prove_pixels(model)
    if larger > 1:
        return Recognition(
            "image", f"{words}, {larger} times the size of the input: a picture", *units
        )
    if larger != 1:
        return None
    if (_held(model) or (0, 0))[1] == _WHITE:
        words = f"{words}, held in 0..255 by its last operations: a picture"
        return Recognition("image", words, *units)
    if cells.maker == "TANH":
        return Recognition("image", f"{words} made by TANH: a picture", *units)
    if cells.maker == "LOGISTIC" and cells.colors > 1:
        return Recognition(
            "image",
            f"{words} made by LOGISTIC, of the input's size: a picture",
            *units,
            is_proven=False,
            assumed={"task": _PICTURE},
        )
    raise UnsupportedModelError(
        f"The output of {model.name} ({shape_words(cells.tensor)}) has three numbers "
        f"per pixel, made by {cells.maker or 'no operation'}, and nothing says what "
        "they are. Pass --task image --option pixels=unit for a picture with values "
        "0..1 (pixels=raw for 0..255, signed for -1..1), or --task segmentation for "
        "scores of three classes."
    )


_WHITE: Final = 255.0
_PICTURE: Final = (
    "The three channels of the output are a picture; nothing in the file says so. Pass "
    "--task segmentation for scores of three classes."
)


def prove_pixels(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove which values of a picture are black and white."""
    if len(model.outputs) != 1:
        return {}, {}
    proof = pixel_range(model) or _held(model)
    if proof is None:
        return {}, {}
    low, high, words = proof
    std = 255 / (high - low)
    return {"mean": 0.0 - low * std, "std": std}, {"mean": words, "std": words}


def _held(model: ModelFile) -> tuple[float, float, str] | None:
    """Return black and white where the last operations hold the output between them.

    Such as a clip to 0..255, or a tanh that is scaled to that.
    """
    low, high = value_bounds(model, model.output_tensors[0].index)
    for black, white in ((0.0, 1.0), (-1.0, 1.0), (0.0, _WHITE)):
        slack = (white - black) / 100
        if abs(low - black) <= slack and abs(high - white) <= slack:
            words = f"its last operations hold it in {black:g}..{white:g}"
            return black, white, words
    return None


def _enlargement(cells: OutputMap) -> int:
    """Return how many times larger a map is than the input; 0 for no whole number."""
    rows, rest = divmod(cells.rows, cells.sides[0])
    return rows if not rest and cells.columns == rows * cells.sides[1] else 0
