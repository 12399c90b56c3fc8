"""The image input of a model, and what proves its normalization."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ...card import ExtraInput
from ...errors import UnsupportedModelError
from ..image import NORMALIZATIONS, format_normalize
from ..tensors import TensorSpec
from ..tflite import ModelFile

if TYPE_CHECKING:
    from ..tflite import Metadata, TensorMetadata

_CHOICES: Final = (
    "raw (0..255), unit (0..1), signed (-1..1), torch, caffe or mean=,std="
)
# Real range -> the name of the normalization that gives it.
_RANGES: Final = (((0.0, 255.0), "raw"), ((0.0, 1.0), "unit"), ((-1.0, 1.0), "signed"))


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


@dataclass(frozen=True)
class ProvenNormalization:
    """A normalization, and what proves it.

    Attributes:
        mean: In pixel units.
        std: In pixel units.
        words: What proves it.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]
    words: str


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


def real_range(spec: TensorSpec) -> tuple[float, float]:
    """Return the smallest and largest real value that a quantized tensor can hold."""
    limits = np.iinfo(spec.dtype)
    return (
        spec.scale * (int(limits.min) - spec.zero_point),
        spec.scale * (int(limits.max) - spec.zero_point),
    )


def prove_from_tensor(spec: TensorSpec) -> ProvenNormalization | None:
    """Return the normalization that an integer input's real range proves, if any."""
    if spec.dtype == np.uint8 and not spec.is_quantized:
        return ProvenNormalization(
            (0.0,), (1.0,), "uint8 input without a scale takes raw pixels"
        )
    # int16 is symmetric: -1..1 holds 0..1 as well and proves neither.
    if not spec.is_quantized or spec.dtype not in (np.uint8, np.int8):
        return None
    low, high = real_range(spec)
    for (start, end), name in _RANGES:
        # Slightly more than a step, because the scale itself is a rounded float.
        step = spec.scale * 1.001
        if abs(low - start) <= step and abs(high - end) <= step:
            known = NORMALIZATIONS[name]
            return ProvenNormalization(
                known.mean,
                known.std,
                f"the {spec.dtype} input's real range is {_number(start)}.."
                f"{_number(end)} (scale {spec.scale:.6g}, zero point "
                f"{spec.zero_point}), which is '{name}'",
            )
    return None


def resolve_normalization(
    model: ModelFile,
    image: ImageInput,
    ultralytics: Mapping[str, Any] | None,
    metadata: Metadata | None,
) -> ProvenNormalization:
    """Return the normalization of a file without a card, and what proves it.

    Raises:
        UnsupportedModelError: Nothing proves one; the sentence names ``--normalize``.
    """
    spec = image.spec
    proven = prove_from_tensor(spec)
    if ultralytics is not None:
        known = ProvenNormalization(
            (0.0,), (255.0,), "Ultralytics' exports take pixels / 255"
        )
        if proven is None or _same(known, proven):
            return known
        # The tensor's own range cannot be argued with.
        return ProvenNormalization(
            proven.mean, proven.std, f"{proven.words}; Ultralytics would say 'unit'"
        )
    stated = _stated(metadata)
    if stated is not None:
        return _reconcile(model, spec, stated, proven)
    if proven is not None:
        return proven
    raise UnsupportedModelError(_unproven(model, spec))


def _stated(metadata: Metadata | None) -> TensorMetadata | None:
    if metadata is None or not metadata.inputs:
        return None
    tensor = metadata.inputs[0]
    usable = (
        len(tensor.mean) in (1, 3)
        and len(tensor.std) == len(tensor.mean)
        and np.all(np.isfinite([*tensor.mean, *tensor.std]))
        and min(tensor.std) > 0
    )
    return tensor if usable else None


def _reconcile(
    model: ModelFile,
    spec: TensorSpec,
    stated: TensorMetadata,
    proven: ProvenNormalization | None,
) -> ProvenNormalization:
    """Choose between TFLite Metadata and the tensor's range.

    For a quantized input the metadata's mean and std describe the float model that it
    came from, and some writers put other numbers there: they count when they agree with
    the range that the tensor can hold.
    """
    name = format_normalize(stated.mean, stated.std)
    words = f"TFLite Metadata ({name})"
    known = ProvenNormalization(stated.mean, stated.std, words)
    if not spec.is_quantized:
        if proven is None:
            return known
        if _same(known, proven):
            return ProvenNormalization(
                proven.mean, proven.std, f"{words}; {proven.words}"
            )
        return ProvenNormalization(
            proven.mean, proven.std, f"{proven.words}; {words} is not used"
        )
    if proven is not None:
        if _same(known, proven):
            return ProvenNormalization(
                proven.mean, proven.std, f"{words}; {proven.words}"
            )
        return ProvenNormalization(
            proven.mean,
            proven.std,
            f"{proven.words}; {words} disagrees and is not used",
        )
    if spec.dtype in (np.uint8, np.int8, np.int16) and _fits(spec, known):
        low, high = real_range(spec)
        return ProvenNormalization(
            known.mean,
            known.std,
            f"{words}, which fits the input's real range {low:.4g}..{high:.4g}",
        )
    raise UnsupportedModelError(
        f"{_unproven(model, spec)} Its TFLite Metadata says {name}, which does not fit "
        "the input's range."
    )


def _fits(spec: TensorSpec, known: ProvenNormalization) -> bool:
    """Return whether black and white lie in the tensor's range and fill most of it."""
    low, high = real_range(spec)
    mean, std = np.asarray(known.mean), np.asarray(known.std)
    black, white = float(np.min(-mean / std)), float(np.max((255 - mean) / std))
    slack = spec.scale * 1.001
    if black < low - slack or white > high + slack:
        return False
    if spec.dtype == np.int16:
        # Symmetric: it is filled on its larger side.
        return max(-black, white) >= 0.7 * high
    return white - black >= 0.7 * (high - low)


def _same(first: ProvenNormalization, second: ProvenNormalization) -> bool:
    """Return whether black and white become the same values, within half a level."""
    ends = np.array([[0.0], [255.0]])
    values = [
        (ends - np.broadcast_to(e.mean, 3)) / np.broadcast_to(e.std, 3)
        for e in (first, second)
    ]
    span = float(np.max(np.abs(values[1][1] - values[1][0])))
    return bool(np.max(np.abs(values[0] - values[1])) <= span / 255)


def _unproven(model: ModelFile, spec: TensorSpec) -> str:
    if spec.is_quantized:
        low, high = real_range(spec)
        why = f"its {spec.dtype} input's real range {low:.4g}..{high:.4g} is not one of"
        return (
            f"Cannot tell how {model.name} wants its pixels: {why} 0..255, 0..1 or "
            f"-1..1. Pass --normalize: {_CHOICES}."
        )
    return (
        f"Cannot tell how {model.name} wants its pixels: nothing says it for its "
        f"{spec.dtype} input. Pass --normalize: {_CHOICES}."
    )


def _number(value: float) -> str:
    return f"{value:g}"


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
