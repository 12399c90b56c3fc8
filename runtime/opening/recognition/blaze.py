"""Recognise MediaPipe's detectors of faces, palms and people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ....errors import UnsupportedModelError
from ...tflite import ModelFile
from ..image_input import find_image_input
from ..pixel_scale import real_range
from .answer import Proof, Recognition
from .last_operation import last_operation

if TYPE_CHECKING:
    from ...decoders.blaze import BlazeLayout

# A box with 4, 6 or 7 keypoints, the same behind a score, and in maps for 2 or 6
# anchors of a cell.
_NUMBERS: Final = frozenset(
    {*(12, 16, 18), *(13, 17, 19), *(24, 32, 36), *(72, 96, 108)}
)
_BLACK: Final = 0
"""MediaPipe's graphs put black around a picture (``BORDER_ZERO``)."""


def find_blaze(model: ModelFile) -> Recognition | None:
    """Recognise boxes with keypoints beside one score, in as many rows as anchors."""
    # Most models are no detectors, and an import costs more than a look at shapes.
    if not any(_NUMBERS.intersection(spec.shape[-1:]) for spec in model.outputs):
        return None
    layout = _layout(model)
    image = find_image_input(model)
    if layout is None or image is None:
        return None
    from ...decoders.blaze import PUBLISHED, kind_of_keypoints

    kind = kind_of_keypoints(layout.keypoints)
    if kind is None:
        return None
    options, evidence = _options(model, layout)
    published = next(
        (
            one
            for one in PUBLISHED
            if one.label == kind.label
            and (one.side, one.side, one.rows)
            == (image.width, image.height, layout.count)
        ),
        None,
    )
    if published is None:
        # One score and some numbers for each cell of one stride are of many kinds, and
        # so is one tensor.
        if len(layout.strides) == 1 or len(model.outputs) == 1:
            return None
        return Recognition("blazeface", layout.evidence, options, evidence)
    words = f"MediaPipe's graph {published.graph}"
    return Recognition(
        "blazeface",
        layout.evidence,
        {**options, "score_threshold": published.score_threshold},
        {**evidence, "score_threshold": words},
        normalize=published.normalize,
        resize="letterbox",
        color="rgb",
        interpolation="bilinear-corners",
        pad_value=_BLACK,
        labels=(kind.label,),
        input_evidence=words,
    )


def prove_blaze(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove what is detected, and whether scores are logits."""
    layout = _layout(model)
    return ({}, {}) if layout is None else _options(model, layout)


def _layout(model: ModelFile) -> BlazeLayout | None:
    image = find_image_input(model)
    if image is None:
        return None
    from ...decoders.blaze import find_blaze_layout

    try:
        return find_blaze_layout(model.outputs, model_size=(image.width, image.height))
    except UnsupportedModelError:
        return None  # the decoder says why, when the caller names it


def _options(model: ModelFile, layout: BlazeLayout) -> Proof:
    from ...decoders.blaze import kind_of_keypoints

    options: dict[str, Any] = {}
    evidence: dict[str, str] = {}
    kind = kind_of_keypoints(layout.keypoints)
    if kind is not None:
        options["kind"] = kind.label
        evidence["kind"] = f"{layout.keypoints} keypoints of each box"
    options["activation"], evidence["activation"] = _activation(model, layout)
    return options, evidence


def _activation(model: ModelFile, layout: BlazeLayout) -> tuple[str, str]:
    """Return how scores are stored, and what proves it."""
    positions = [part.scores for part in layout.parts]
    makers = [
        last_operation(model, model.output_tensors[position].index)
        for position in positions
    ]
    if all(maker is not None and maker.name == "LOGISTIC" for maker in makers):
        return "none", "the last operation is LOGISTIC: outputs are scores"
    ranges = [
        real_range(model.outputs[position])
        for position in positions
        if model.outputs[position].is_quantized
    ]
    if len(ranges) == len(positions) and all(
        known is not None and known[0] >= 0.0 and known[1] <= 1.0 for known in ranges
    ):
        return "none", "its scores can only hold 0..1"
    return "sigmoid", "MediaPipe's detectors give logits, and no operation changes them"
