"""Recognise readers of one line of text."""

from __future__ import annotations

from typing import Final

from ....errors import UnsupportedModelError
from ...tflite import ModelFile
from .answer import Recognition, shape_words, single_output
from .last_operation import MOVING, last_name

Choices = tuple[tuple[str, str], ...]
"""Flags, and when they are right."""

_LEAST_STEPS: Final = 5
_MOST_RAW_STEPS: Final = 64
_LEAST_CLASSES: Final = 11  # ten digits and a blank
_ALPHABETS: Final = {
    10: "0123456789",
    26: "abcdefghijklmnopqrstuvwxyz",
    36: "0123456789abcdefghijklmnopqrstuvwxyz",
}


def find_text(model: ModelFile) -> Recognition | None:
    """Ask how a reader's classes become text; no file says that by itself.

    A reader takes a picture that is much longer than high, and answers with scores of
    classes for each step along it, or with the classes themselves.

    Raises:
        UnsupportedModelError: It is a reader.
    """
    output = single_output(model)
    length = _length(model)
    if output is None or not length:
        return None
    sizes = tuple(output.shape_signature or output.shape)
    if sizes[:1] == (-1,):
        sizes = (1, *sizes[1:])  # the batch
    shape = tuple(size for size in sizes if size != 1)
    name = last_name(model, output.index, MOVING)
    if len(shape) == 1 and output.type_name in ("INT32", "INT64"):
        if not _LEAST_STEPS <= shape[0] <= length or output.scales:
            return None
        words = f"a class for each of {shape[0]} steps"
        choices: Choices = _READERS if name == "ARG_MAX" else _READERS[-1:]
        raise UnsupportedModelError(
            _question(model, words, choices, 0, is_certain=True)
        )
    if len(shape) != 2 or len(sizes) > 4:
        return None
    is_certain = name == "SOFTMAX"
    rows, columns = shape
    # PyTorch's readers may have the steps in the columns.
    turned = not is_certain and -1 not in shape and columns < rows
    steps, classes = (columns, rows) if turned else (rows, columns)
    most = length if is_certain else min(length // 2, _MOST_RAW_STEPS)
    if classes < _LEAST_CLASSES or not (steps == -1 or _LEAST_STEPS <= steps <= most):
        return None
    words = "a softmax over" if is_certain else "a number for each of"
    many = "each step" if steps == -1 else f"each of {steps} steps"
    choices = _READERS
    if turned:
        choices = tuple(
            (f"{flags} --option steps=columns", why) for flags, why in _READERS
        )
    words = f"{words} {classes} classes for {many}"
    raise UnsupportedModelError(
        _question(model, words, choices, classes - 1, is_certain=is_certain)
    )


# The flags of each kind of reader, and when they are right.
_READERS: Final[Choices] = (
    ("--task text --option blank=last", "CTC with the blank last, as in keras-ocr"),
    ("--task text --option blank=first", "with the blank first, as in PaddleOCR"),
    ("--task text --option reader=argmax", "each step is one character"),
)


def _question(
    model: ModelFile, what: str, choices: Choices, count: int, *, is_certain: bool
) -> str:
    """Return the question with all flags that are needed."""
    options = [f"{flags} ({why})" for flags, why in choices]
    listed = (
        f"{', '.join(options[:-1])}, or {options[-1]}"
        if len(options) > 1
        else options[-1]
    )
    example = _ALPHABETS.get(count, "")
    alphabet = "Add --labels FILE, one character per line"
    if example:
        alphabet += f", or --option alphabet={example}"
    verb = "reads" if is_certain else "may read"
    return (
        f"{model.name} {verb} text: its output "
        f"({shape_words(model.output_tensors[0])}) is {what}. Pass {listed}. "
        f"{alphabet}."
    )


def _length(model: ModelFile) -> int:
    """Return the longer side of the picture of a line of text; 0 for another one."""
    shapes = [spec.shape for spec in model.inputs]
    if len(shapes) != 1 or len(shapes[0]) != 4 or shapes[0][0] != 1:
        return 0
    shape = shapes[0]
    if shape[3] in (1, 3):
        sides = shape[1:3]
    elif shape[1] in (1, 3):
        sides = shape[2:]
    else:
        return 0
    return max(sides) if max(sides) >= 2 * min(sides) else 0
