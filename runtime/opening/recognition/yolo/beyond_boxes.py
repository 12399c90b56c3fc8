"""Recognise heads with keypoints or mask coefficients behind the classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .....errors import UnsupportedModelError
from ....tflite import ModelFile
from ..answer import Assumption, Proof, Recognition, shape_words
from .head_parts import head_parts, picture_size, row_width, selects_rows
from .units import prove_units

if TYPE_CHECKING:
    pass

_KEYPOINTS: Final = 51  # x, y, score of COCO's 17


def find_yolo_segment(model: ModelFile) -> Recognition | None:
    """Recognise a head with mask coefficients beside its prototype masks."""
    size = picture_size(model)
    if size is None or len(model.outputs) != 2:
        return None
    from ....decoders.yolo import find_layout, find_prototypes

    try:
        head, prototypes, first = find_prototypes(model.outputs, size)
        shape = model.outputs[prototypes].shape
        extra = shape[1 if first else 3]
        layout = find_layout([model.outputs[head]], model_size=size, extra=extra)
    except UnsupportedModelError:
        return None
    words = "x".join(map(str, shape))
    unit, why = prove_units(
        model,
        head,
        row_width(layout, extra),
        size,
        is_end_to_end=layout.head == "end-to-end",
    )
    return Recognition(
        "yolo-segment",
        f"{layout.evidence}; {extra} prototype masks {words}",
        {"head": layout.head, **({"units": unit} if unit else {})},
        {"head": layout.evidence, "units": why},
    )


def prove_yolo_segment(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove the kind of head, and the unit of its boxes."""
    return _proof(find_yolo_segment(model))


def prove_yolo_pose(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove the kind of head, and the unit of its boxes."""
    try:
        return _proof(find_yolo_pose(model))
    except UnsupportedModelError:
        return {}, {}  # a question that who says yolo-pose has answered


def _proof(known: Recognition | None) -> Proof:
    return ({}, {}) if known is None else (known.options, known.option_evidence)


def find_yolo_pose(model: ModelFile) -> Recognition | None:
    """Recognise COCO's 17 keypoints, and refuse what 52 classes look like.

    Raises:
        UnsupportedModelError: The shape may be two things; the sentence says which.
    """
    size = picture_size(model)
    if size is None or len(model.outputs) != 1 or len(model.outputs[0].shape) != 3:
        return None
    behind = _channels_behind_scores(model)
    if behind > 1 and behind != _KEYPOINTS:
        raise UnsupportedModelError(_question_of_keypoints(model, behind))
    from ....decoders.yolo import find_layout

    try:
        layout = find_layout(model.outputs, model_size=size, extra=_KEYPOINTS)
    except UnsupportedModelError:
        return None
    is_chosen = selects_rows(model) and not layout.channel_first[0]
    if layout.head == "end-to-end" and not is_chosen:
        return None
    if layout.head == "end-to-end" or behind == _KEYPOINTS:
        channels = row_width(layout, _KEYPOINTS)
        unit, why = prove_units(
            model, 0, channels, size, is_end_to_end=layout.head == "end-to-end"
        )
        options: dict[str, Any] = {"head": layout.head}
        evidence: dict[str, str | Assumption] = {"head": layout.evidence, "units": why}
        if unit:
            options["units"] = unit
        return Recognition("yolo-pose", layout.evidence, options, evidence)
    if layout.classes == 1 and behind == 0:
        raise UnsupportedModelError(
            f"The output of {model.name} ({shape_words(model.output_tensors[0])}) may "
            f"be {_KEYPOINTS + 1} classes, or one with {_KEYPOINTS // 3} keypoints. "
            "Pass --decoder yolo or --decoder yolo-pose."
        )
    return None


def _channels_behind_scores(model: ModelFile) -> int:
    """Return the channels that a graph joins behind boxes and scores.

    0 means that it shows no parts, 1 that nothing is there.
    """
    from ....decoders.yolo import heads_by_rows

    size = picture_size(model)
    shape = model.outputs[0].shape[1:]
    counts = {} if size is None else heads_by_rows(size)
    if len([side for side in shape if side in counts]) != 1:
        return 0
    channels = next(side for side in shape if side not in counts)
    parts = head_parts(model, model.output_tensors[0].index, channels)
    if parts is None or not parts.are_known:
        return 0
    widths = list(parts.widths)
    # One class, or the scores, and then numbers that no LOGISTIC made.
    behind = widths[1:]
    if not behind or (widths[0] == 1 and parts.rest[1].maker == "LOGISTIC"):
        return 1
    return max(1, sum(behind))


def _question_of_keypoints(model: ModelFile, count: int) -> str:
    words = shape_words(model.output_tensors[0])
    choices = [
        f"--option keypoints=[{count // values},{values}]"
        for values in (3, 2)
        if count % values == 0
    ]
    before = f"The output of {model.name} ({words}) has {count} numbers behind boxes "
    if not choices:
        return f"{before}and scores, which no decoder here reads. Pass --task raw."
    return (
        f"{before}and scores, which may be keypoints. Pass --decoder yolo-pose with "
        f"{' or '.join(choices)}, or --task raw."
    )
