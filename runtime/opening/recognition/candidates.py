"""The decoders that could read outputs which nothing proves, by their form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ...decoders import DECODERS
from ...tflite import ModelFile
from .answer import shapes_words

_MEANINGS: Final = {
    "centernet": "middles of objects and their sizes",
    "classifier": "a score for each class",
    "embedding": "a vector to compare",
    "fcos": "boxes of each cell",
    "fomo": "the class of each cell",
    "heads": "several answers",
    "image": "a picture, or a depth",
    "landmarks": "points of a face, a hand or a body",
    "posenet": "people as keypoints",
    "segmentation": "the class of each pixel",
    "ssd": "offsets from anchors",
    "text": "characters",
    "values": "measured numbers",
    "yolo": "boxes, with --labels or --option head=NAME",
    "yolo-levels": "boxes of each level",
}
_LEAST_SIDE: Final = 4  # a map with fewer rows or columns shows nothing of a picture


def candidates_question(model: ModelFile) -> str:
    """Return what was seen of outputs that nothing proves, and what could read them."""
    if not model.outputs:
        return (
            f"{model.name} has no outputs, so it answers nothing. Convert it again, "
            "from a model that returns its answer."
        )
    taken = [spec.shape for spec in model.inputs if len(spec.shape) == 4]
    sides = (taken[0][1], taken[0][2]) if taken else (0, 0)
    seen, names = _form([spec.shape for spec in model.outputs], sides)
    choices = [
        f"--decoder {name} ({_MEANINGS[name]})" for name in names if name in DECODERS
    ]
    choices.append("--task raw (the tensors as they are)")
    before = f"{', '.join(choices[:-1])} or " if len(choices) > 1 else ""
    return (
        f"The outputs of {model.name} ({shapes_words(model)}) do not show what they "
        f"mean; they are {seen}. Pass {before}{choices[-1]}."
    )


def _form(
    shapes: Sequence[tuple[int, ...]], sides: tuple[int, int]
) -> tuple[str, Sequence[str]]:
    """Return the form of outputs in words, and the decoders of that form."""
    if not all(shapes):
        return "of no known shape", ()
    count = len(shapes)
    if all(_is_vector(shape) for shape in shapes):
        if count > 1:
            return f"{count} vectors", ("heads", "values", "landmarks")
        names = ("classifier", "embedding", "values", "landmarks")
        return f"one vector of {max(shapes[0])}", names
    if all(_is_map(shape, sides) for shape in shapes):
        return _form_of_maps(shapes)
    if count == 1 and len(shapes[0]) == 3:
        rows, columns = shapes[0][1:]
        return f"{rows} rows of {columns}", ("text", "yolo")
    if count == 1:
        return "one tensor of no known form", ()
    return f"{count} tensors of several forms", ("ssd", "heads")


def _form_of_maps(shapes: Sequence[tuple[int, ...]]) -> tuple[str, Sequence[str]]:
    if len(shapes) > 1:
        sizes = {shape[1:3] for shape in shapes}
        if len(sizes) > 1:
            names: Sequence[str] = ("yolo-levels", "fcos")
            return f"{len(shapes)} maps of several sizes", names
        return f"{len(shapes)} maps of one size", _of_one_size(shapes)
    rows, columns, values = (*shapes[0], 1)[1:4]
    names = ("segmentation", "fomo")
    if values in (1, 3):
        names = ("segmentation", "image", "fomo") if values == 3 else (*names, "image")
    each = "values" if values > 1 else "value"
    return f"a map of {rows}x{columns} cells with {values} {each} each", names


def _of_one_size(shapes: Sequence[tuple[int, ...]]) -> Sequence[str]:
    """Return the decoders of several maps whose numbers of channels fit.

    PoseNet has K heatmaps (17, mostly) and 2K offsets; CenterNet has heatmaps, and two
    maps of two channels each.
    """
    channels = [(*shape, 1)[3] for shape in shapes]
    names = []
    if any(2 * count in channels for count in channels if count > 4):
        names.append("posenet")
    if len(channels) > 2 and channels.count(2) >= 2:
        names.append("centernet")
    return (*names, "heads")


def _is_vector(shape: tuple[int, ...]) -> bool:
    longest = max(shape)
    return shape.count(1) >= len(shape) - 1 and longest >= 1


def _is_map(shape: tuple[int, ...], sides: tuple[int, int]) -> bool:
    """Return whether a shape has rows and columns; ``sides`` are the input's."""
    if len(shape) == 3:
        rows, columns = shape[1:]
        return (
            min(rows, columns) >= _LEAST_SIDE
            and rows * sides[1] == columns * sides[0] > 0
        )
    return len(shape) == 4 and min(shape[1:3]) >= _LEAST_SIDE
