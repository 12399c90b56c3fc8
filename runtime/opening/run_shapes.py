"""The shapes with which a file is run that leaves its inputs' open, or takes many.

A file may leave the size of its pictures open, or take several at once. The interpreter
is then resized, and everybody downstream reads the file with the shapes that result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ...errors import ModelError, UnsupportedModelError
from ..tflite import ModelFile, Tensor, resized
from .stated_card import stated_size

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from ..process import SealedFile
    from .options import OpenOptions

_OPEN: Final = -1
_CHANNELS: Final = (1, 3, 4)
# Their outputs are as long as a picture makes them: one run shows nothing.
_VARYING: Final = ("NON_MAX_SUPPRESSION_V4", "NON_MAX_SUPPRESSION_V5", "WHERE", "WHILE")


@dataclass(frozen=True)
class RunShapes:
    """The shapes that the interpreter is resized to.

    Attributes:
        inputs: One per input of the file.
        notes: A sentence for each input that takes several pictures at once.
    """

    inputs: tuple[tuple[int, ...], ...]
    notes: tuple[str, ...] = ()


def run_shapes(model: ModelFile, size: tuple[int, int] | None) -> RunShapes | None:
    """Return the shapes to run a file with; None where its own will do.

    A file whose outputs have no shape before it runs gets the shapes that it states:
    whoever passes them to the interpreter then sees what running it shows.

    Args:
        model: The file.
        size: Width and height of the pictures, where the file leaves them open.

    Raises:
        UnsupportedModelError: The file leaves the size open, and ``size`` is None.
        ValueError: The file does not leave open what ``size`` says.
    """
    shapes = []
    notes: list[str] = []
    for tensor in model.input_tensors:
        shape, takes_many = _shape(model, tensor, size)
        shapes.append(shape)
        if takes_many:
            words = "x".join(map(str, tensor.shape))
            notes.append(
                f"The file takes {tensor.shape[0]} pictures at once ({words}); it is "
                "run with one."
            )
    same = all(
        shape == tensor.shape
        for shape, tensor in zip(shapes, model.input_tensors, strict=True)
    )
    if same and not _hides_outputs(model):
        return None
    return RunShapes(tuple(shapes), tuple(notes))


def file_as_run(
    model: ModelFile, options: OpenOptions
) -> tuple[ModelFile, RunShapes | None]:
    """Return a file that was checked with the shapes it is run with, and these.

    Where these are not the file's own, it is run once in a child process.

    Args:
        model: The file.
        options: How it is run.

    Raises:
        UnsupportedModelError: The file leaves the size open, and nobody states it.
        ModelError: The interpreter does not take these shapes.
    """
    from .gate import try_in_child

    shapes = run_shapes(model, stated_size(model, options))
    if shapes is None:
        return model, None
    trial = try_in_child(
        model, backend=options.backend, delegate=options.delegate, shapes=shapes
    )
    if not trial.ok:
        raise ModelError(trial.words)
    if trial.outputs is None:
        return at_run_shapes(model, shapes, options), shapes
    return resized(model, shapes.inputs, trial.outputs), shapes


def admitted(
    path: str | os.PathLike[str],
    options: OpenOptions,
    *,
    content: SealedFile | None = None,
    check: Callable[[ModelFile], None] = lambda _: None,
) -> tuple[ModelFile, RunShapes | None]:
    """Return a file that passed the gate, and what its inputs are resized to.

    Args:
        path: The file.
        options: How it is run.
        content: Its bytes, where they were read already.
        check: Called before a trial, which may fail for other reasons; what it raises
            travels on.

    Raises:
        ModelError: The file is not opened.
        UnsupportedModelError: The file leaves the size open, and nobody states it.
    """
    from .gate import admit

    shapes = None

    def choose(file: ModelFile) -> RunShapes | None:
        nonlocal shapes
        check(file)
        shapes = run_shapes(file, stated_size(file, options))
        return shapes

    file = admit(
        path,
        content=content,
        trust=options.trust,
        backend=options.backend,
        delegate=options.delegate,
        shapes_of=choose,
    )
    return file, shapes


def at_run_shapes(
    model: ModelFile, shapes: RunShapes, options: OpenOptions
) -> ModelFile:
    """Return the file with the shapes that its inputs and outputs have when it runs.

    Args:
        model: The file, which an interpreter can open.
        shapes: What its inputs are resized to.
        options: How it is run.
    """
    from ..interpreter import Interpreter

    with Interpreter(
        model.content,
        threads=1,
        backend=options.backend,
        delegate=options.delegate,
        input_shapes=shapes.inputs,
    ) as interpreter:
        return resized(
            model, shapes.inputs, [spec.shape for spec in interpreter.outputs]
        )


def _hides_outputs(model: ModelFile) -> bool:
    """Return whether an output has no shape, and nothing else says what it is."""
    if not any(map(_is_hidden, model.output_tensors)) or model.card is not None:
        return False
    # Imported here: a file with a card needs none of it, and start-up counts.
    from .recognition import POST_PROCESS

    # An SSD's operation returns boxes, classes, scores and count, whatever is stated.
    makers = {op.name for op in model.operators}
    return not makers & {POST_PROCESS, *_VARYING}


def _is_hidden(tensor: Tensor) -> bool:
    """Return whether a file leaves open more of an output than the first axis."""
    return not tensor.shape or _OPEN in tensor.shape_signature[1:]


def _shape(
    model: ModelFile, tensor: Tensor, size: tuple[int, int] | None
) -> tuple[tuple[int, ...], bool]:
    """Return the shape of one input, and whether the file takes several pictures."""
    signature = tensor.shape_signature or tensor.shape
    axes = _sides(signature)
    if axes is None:
        return tensor.shape, False
    shape = list(signature)
    takes_many = shape[0] > 1
    shape[0] = 1
    if _OPEN not in (shape[axis] for axis in axes):
        _compare(model, size, shape[axes[1]], shape[axes[0]])
        return tuple(shape), takes_many
    words = "x".join("?" if side == _OPEN else str(side) for side in signature)
    if size is None:
        raise UnsupportedModelError(
            f"{model.name} takes pictures of any size ({words}). Pass --input-size "
            "WIDTHxHEIGHT, such as --input-size 256x256."
        )
    for axis, side, name in zip(axes, size[::-1], ("height", "width"), strict=True):
        if shape[axis] == _OPEN:
            shape[axis] = side
        elif shape[axis] != side:
            raise ValueError(
                f"{model.name} takes pictures of {name} {shape[axis]} ({words}), but "
                f"--input-size says {size[0]}x{size[1]}."
            )
    return tuple(shape), takes_many


def _sides(signature: tuple[int, ...]) -> tuple[int, int] | None:
    """Return the axes of height and width; None for what is no picture."""
    if len(signature) != 4:
        return None
    if signature[3] in _CHANNELS and signature[1] != 1:
        return 1, 2
    if signature[1] in _CHANNELS and signature[2] != 1:
        return 2, 3
    return None


def _compare(
    model: ModelFile, size: tuple[int, int] | None, width: int, height: int
) -> None:
    if size is not None and size != (width, height):
        raise ValueError(
            f"{model.name} takes pictures of {width}x{height} and no others, but "
            f"--input-size says {size[0]}x{size[1]}. Leave --input-size out."
        )
