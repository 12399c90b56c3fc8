"""Recognise the raw levels of a head, whose boxes are not computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .....errors import UnsupportedModelError
from ....tflite import ModelFile
from ..answer import Recognition
from ..graph import channel_parts
from .head_parts import picture_size

if TYPE_CHECKING:
    from ....decoders.yolo import LevelsLayout

_DISTANCES: Final = 64  # four distributions over 16 steps


def find_yolo_levels(model: ModelFile) -> Recognition | None:
    """Recognise levels whose boxes are not computed; the decoder says what is open."""
    size = picture_size(model)
    if size is None or len(model.outputs) < 2:
        return None
    from ....decoders.yolo import are_levels, find_levels

    if not are_levels(model.outputs, size):
        return None
    words = "the same channels at several strides"
    kind = _joined_kind(model)
    try:
        levels = find_levels(model.outputs, model_size=size, kind=kind or "auto")
    except UnsupportedModelError:
        return Recognition("yolo-levels", words)  # labels or an option may settle it
    options, evidence = {"kind": levels.kind}, {"kind": levels.evidence}
    activation, why = _activation(model, levels)
    if activation:
        options["activation"], evidence["activation"] = activation, why
    return Recognition("yolo-levels", levels.evidence, options, evidence)


def _activation(model: ModelFile, levels: LevelsLayout) -> tuple[str, str]:
    """Return what turns the scores of all levels into 0..1, and what proves it."""
    makers = set()
    for item in levels.scores:
        tensor = model.output_tensors[item.output]
        channels = tensor.shape[1] if item.planar else tensor.shape[-1]
        start = 0
        for part in channel_parts(model, tensor.index, channels):
            # The part that begins where the scores do, or holds them among others.
            if start <= item.first < start + part.width:
                makers.add(part.maker)
            start += part.width
    if makers == {"LOGISTIC"}:
        return "none", "the scores are made by LOGISTIC"
    if makers == {"CONV_2D"}:
        return "sigmoid", "the scores come straight from CONV_2D: logits"
    return "", ""


def _joined_kind(model: ModelFile) -> str:
    """Return the kind of levels by the parts that the graph joins; "" without any."""
    first = model.output_tensors[0]
    for channels in {first.shape[1], first.shape[-1]}:
        parts = channel_parts(model, first.index, channels)
        widths = tuple(part.width for part in parts)
        if len(widths) == 3 and widths[:2] == (4, 1):
            return "yolox"
        if len(widths) == 2 and widths[0] == _DISTANCES:
            return "dfl"
    return ""
