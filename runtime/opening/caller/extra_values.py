"""Values of the inputs beside the picture: numbers, arrays, pictures, other models."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from ....errors import ModelError, UnsupportedModelError
from ...memory import read_arrays
from ...tensors import TensorSpec
from ..image_input import input_picture
from ..options import OpenOptions
from ..pixel_scale import prove_from_tensor

if TYPE_CHECKING:
    from ....card import InputCard
    from ...model import Model

    OpenModel = Callable[[str, OpenOptions], Model]

_MODEL: Final = ".tflite:"
_HEADER: Final = 4096  # bytes of a NumPy file before its numbers, generously
_WIDEST: Final = 16  # bytes of its widest number


def input_values(
    tensors: Sequence[TensorSpec],
    picture: InputCard | None,
    options: OpenOptions,
    open_other: OpenModel,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the numbers for each input that the caller names, and what is assumed.

    A text is the place of a file: ``vector.npy``; a picture, for an input that takes
    one; or ``@MODEL.tflite:PICTURE``, the output of another model for a picture.

    Args:
        tensors: The model's inputs.
        picture: How the frame's pixels become values; None for no picture.
        options: What the caller says; ``inputs`` are read.
        open_other: Opens a model file.

    Raises:
        ValueError: No input has a name, or a text is no such place.
        ModelError: A file does not hold what the input takes.
        SourceError: A picture cannot be read.
    """
    by_name = {spec.name: spec for spec in tensors}
    values: dict[str, Any] = {}
    assumed: list[str] = []
    for name, value in (options.inputs or {}).items():
        if not isinstance(value, (str, os.PathLike)) or name not in by_name:
            values[name] = value  # the model says what fits
            continue
        place, spec = os.fspath(value), by_name[name]
        if place.startswith("@"):
            values[name], words = _through_model(
                place, spec, picture, options, open_other
            )
            assumed += words
        elif place.lower().endswith(".npy"):
            values[name] = _array(place, spec)
        else:
            values[name], words = _picture(place, spec, picture)
            assumed += words
    return values, tuple(assumed)


def _array(place: str, spec: TensorSpec) -> npt.NDArray[Any]:
    """Return the numbers of a NumPy file."""
    try:
        if os.path.getsize(place) > _HEADER + _WIDEST * spec.size:
            raise ModelError(
                f"{place} is too large for the input '{spec.name}', which takes "
                f"{spec.size} numbers."
            )
        array = next(iter(read_arrays(place).values()))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"Cannot read the numbers of {place}: {error}. Write them with "
            "numpy.save(FILE, ARRAY)."
        ) from error
    if array.dtype.kind not in "iuf" or array.size not in (1, spec.size):
        raise ModelError(
            f"{place} holds {array.size} values of type {array.dtype}, and the input "
            f"'{spec.name}' takes {spec.size} numbers."
        )
    return np.asarray(array)


def _picture(
    place: str, spec: TensorSpec, picture: InputCard | None
) -> tuple[npt.NDArray[Any], list[str]]:
    """Return a picture as an input takes it, and what is assumed of it."""
    image = input_picture(spec)
    if image is None:
        shape = "x".join(map(str, spec.shape))
        raise ValueError(
            f"the input '{spec.name}' takes {shape} numbers, and {place!r} is a "
            "picture. Pass numbers, a file of numbers (.npy), or "
            "@MODEL.tflite:PICTURE for the answer of another model."
        )
    from ....card import InputCard
    from ...image import Preprocessor, read_image

    frame = read_image(place)
    known = picture or InputCard(image.width, image.height)
    proven = prove_from_tensor(spec)
    if proven is not None:
        known = replace(known, mean=proven.mean, std=proven.std)
    own = replace(
        known,
        width=image.width,
        height=image.height,
        color="gray" if image.channels == 1 else _colored(known.color),
    )
    real = replace(spec, dtype=np.dtype(np.float32), scale=0.0, zero_point=0)
    values = np.empty(spec.shape, np.float32)
    Preprocessor(own, real).prepare(frame, out=values)
    words = (
        f"The picture for '{spec.name}' has pixel values as the frame has them; "
        "nothing in the file says so."
    )
    return values, [] if proven is not None else [words]


def _colored(color: str) -> str:
    return "rgb" if color == "gray" else color


def _through_model(
    place: str,
    spec: TensorSpec,
    picture: InputCard | None,
    options: OpenOptions,
    open_other: OpenModel,
) -> tuple[npt.NDArray[Any], list[str]]:
    """Return what another model answers for a picture."""
    head, middle, source = place[1:].partition(_MODEL)
    if not middle or not source:
        raise ValueError(
            f"{place!r} is not @MODEL.tflite:PICTURE, such as "
            "@style_predict.tflite:picture.jpg."
        )
    from ...image import format_normalize, read_image

    path = head + _MODEL[:-1]
    words: list[str] = []
    frame = read_image(source)
    own = OpenOptions(
        decoder="raw",
        backend=options.backend,
        delegate=options.delegate,
        threads=options.threads,
        trust=options.trust,
    )
    try:
        model = open_other(path, own)
    except UnsupportedModelError:
        if picture is None:
            raise
        rule = format_normalize(picture.mean, picture.std)
        model = open_other(path, replace(own, normalize=rule))
        words.append(
            f"{os.path.basename(path)} takes pixels as the frame's model does ({rule});"
            " nothing in the file says so."
        )
    with model:
        answer = model(frame)
    arrays = dict(answer.tensors)  # type: ignore[attr-defined]
    fitting = [array for array in arrays.values() if array.size == spec.size]
    if len(fitting) != 1:
        sizes = ", ".join("x".join(map(str, a.shape)) for a in arrays.values())
        raise ModelError(
            f"{os.path.basename(path)} answers with {sizes}, and the input "
            f"'{spec.name}' takes {spec.size} numbers. Pass a model of which one "
            "output has as many."
        )
    return np.array(fitting[0]), words


def inputs_question(
    model_name: str, tensors: Sequence[TensorSpec], named: Mapping[str, Any]
) -> str:
    """Return what to ask about inputs beside the picture; "" where there are none.

    Args:
        model_name: The model's name.
        tensors: Its inputs.
        named: Those that the caller fills.
    """
    open_inputs = [spec for spec in tensors if spec.name not in named]
    pictures = [spec for spec in open_inputs if input_picture(spec) is not None]
    if len(open_inputs) < 2 or not pictures:
        return ""
    rest = [spec for spec in open_inputs if spec is not pictures[0]]
    cures = [_cure(spec) for spec in rest]
    return (
        f"{model_name} takes {', '.join(map(_words, rest))} beside the frame, which "
        f"{_words(pictures[0])} takes. Pass {' and '.join(cures)}."
    )


def _words(spec: TensorSpec) -> str:
    return f"'{spec.name}' {'x'.join(map(str, spec.shape))}"


def _cure(spec: TensorSpec) -> str:
    import shlex

    def flag(value: str) -> str:
        return f"--input {shlex.quote(f'{spec.name}={value}')}"

    if input_picture(spec) is not None:
        return flag("picture.jpg")
    if spec.size == 1:
        return flag("0.5")
    return (
        f"{flag('vector.npy')} with its {spec.size} numbers (or "
        f"{flag('@MODEL.tflite:picture.jpg')} for the answer of another model)"
    )
