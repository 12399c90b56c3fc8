"""How pixels become a model's input values, and what proves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ...errors import UnsupportedModelError
from ..image import NORMALIZATIONS, format_normalize
from ..tensors import TensorSpec
from ..tflite import ModelFile
from .image_input import ImageInput

if TYPE_CHECKING:
    from ..tflite import Metadata, TensorMetadata

_NAMES: Final = "raw (0..255), unit (0..1), signed (-1..1)"
_CHOICES: Final = {
    1: f"{_NAMES} or mean=,std=",
    3: f"{_NAMES}, torch, caffe or mean=,std=",
}
# Real range -> the name of the normalization that gives it.
# Levels that a calibrated range may lack at each end: Edge Impulse's 0..0.992 is 0..1.
_SHORT: Final = 3
_RANGES: Final = (((0.0, 255.0), "raw"), ((0.0, 1.0), "unit"), ((-1.0, 1.0), "signed"))


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


def real_range(spec: TensorSpec) -> tuple[float, float]:
    """Return the smallest and largest real value that a quantized tensor can hold."""
    limits = np.iinfo(spec.dtype)
    return (
        spec.scale * (int(limits.min) - spec.zero_point),
        spec.scale * (int(limits.max) - spec.zero_point),
    )


def prove_from_tensor(spec: TensorSpec) -> ProvenNormalization | None:
    """Return the normalization that an integer input's real range proves, if any."""
    if not spec.is_quantized and spec.dtype.name in ("uint8", "int32", "int64"):
        # Of 0..1 or -1..1, whole numbers would leave two or three.
        return ProvenNormalization(
            (0.0,), (1.0,), f"{spec.dtype} input without a scale takes raw pixels"
        )
    # int16 is symmetric: -1..1 holds 0..1 as well and proves neither.
    if not spec.is_quantized or spec.dtype not in (np.uint8, np.int8):
        return None
    low, high = real_range(spec)
    for (start, end), name in _RANGES:
        # Slightly more than a step, because the scale itself is a rounded float.
        step = spec.scale * 1.001
        # Calibration pictures that lack pure black or white leave the range short.
        is_short = -step <= low - start <= _SHORT * step
        if is_short and -step <= end - high <= _SHORT * step:
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
    published: ProvenNormalization | None = None,
) -> ProvenNormalization:
    """Return the normalization of a file without a card, and what proves it.

    Args:
        model: The file.
        image: Its image input.
        ultralytics: Ultralytics' metadata; None without any.
        metadata: TFLite Metadata; None without any.
        published: What is known of a recognised kind's graph; it counts where nothing
            in the file says anything.

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
    if published is not None:
        return published
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
    # torch and caffe have a number for each of three colours.
    choices = _CHOICES[1 if spec.shape[-1] == 1 else 3]
    if spec.is_quantized:
        low, high = real_range(spec)
        why = f"its {spec.dtype} input's real range {low:.4g}..{high:.4g} is not one of"
        return (
            f"Cannot tell how {model.name} wants its pixels: {why} 0..255, 0..1 or "
            f"-1..1. Pass --normalize: {choices}."
        )
    return (
        f"Cannot tell how {model.name} wants its pixels: nothing says it for its "
        f"{spec.dtype} input. Pass --normalize: {choices}."
    )


def _number(value: float) -> str:
    return f"{value:g}"
