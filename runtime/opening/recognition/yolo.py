"""Recognise the heads of the YOLO family, and the options that their tensors prove.

Every model without a card is asked here, and most are no detectors: the layouts are
imported where a shape can be theirs.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ....errors import UnsupportedModelError
from ...tflite import ModelFile
from ..image_input import find_image_input
from .answer import Proof, Recognition, shape_words
from .poses import is_multi_pose

_KEYPOINTS: Final = 51  # x, y, score of COCO's 17
_YOLOX: Final = 80  # COCO's classes, behind the objectness


def find_yolo_segment(model: ModelFile) -> Recognition | None:
    """Recognise a head with mask coefficients beside its prototype masks."""
    size = _input_size(model)
    if size is None or len(model.outputs) != 2:
        return None
    from ...decoders.yolo import find_layout, find_prototypes

    try:
        head, prototypes, first = find_prototypes(model.outputs, size)
        shape = model.outputs[prototypes].shape
        extra = shape[1 if first else 3]
        layout = find_layout([model.outputs[head]], model_size=size, extra=extra)
    except UnsupportedModelError:
        return None
    words = "x".join(map(str, shape))
    return Recognition(
        "yolo-segment",
        f"{layout.evidence}; {extra} prototype masks {words}",
        {"head": layout.head},
        {"head": layout.evidence},
    )


def find_yolo_levels(model: ModelFile) -> Recognition | None:
    """Recognise levels whose boxes are not computed; the decoder says what is open."""
    size = _input_size(model)
    if size is None or len(model.outputs) < 2:
        return None
    from ...decoders.yolo import are_levels, find_levels

    if not are_levels(model.outputs, size):
        return None
    words = "the same channels at several strides"
    try:
        levels = find_levels(model.outputs, model_size=size)
    except UnsupportedModelError:
        return Recognition("yolo-levels", words)  # labels or an option may settle it
    return Recognition(
        "yolo-levels",
        levels.evidence,
        {"kind": levels.kind},
        {"kind": levels.evidence},
    )


def find_yolo_pose(model: ModelFile) -> Recognition | None:
    """Recognise COCO's 17 keypoints, and refuse what 52 classes look like.

    Raises:
        UnsupportedModelError: The shape may be two things; the sentence says which.
    """
    size = _input_size(model)
    if size is None or len(model.outputs) != 1 or len(model.outputs[0].shape) != 3:
        return None
    from ...decoders.yolo import find_layout

    try:
        layout = find_layout(model.outputs, model_size=size, extra=_KEYPOINTS)
    except UnsupportedModelError:
        return None
    if layout.head == "end-to-end":
        return Recognition(
            "yolo-pose",
            layout.evidence,
            {"head": layout.head},
            {"head": layout.evidence},
        )
    words = shape_words(model.output_tensors[0])
    if layout.classes == 1:
        raise UnsupportedModelError(
            f"The output of {model.name} ({words}) may be {_KEYPOINTS + 1} "
            f"classes, or one with {_KEYPOINTS // 3} keypoints. Pass --decoder yolo or "
            "--decoder yolo-pose."
        )
    return None


def find_yolo(model: ModelFile) -> Recognition | None:
    """Recognise a head of boxes alone, and refuse what may be YOLOX's.

    Raises:
        UnsupportedModelError: The shape may be two things; the sentence says which.
    """
    if len(model.outputs) == 1 and is_multi_pose(model.output_tensors[0]):
        return None  # 56 boxes with their six numbers first: no export has that
    options, evidence = prove_yolo(model)
    if not options:
        return None
    head, outputs = options["head"], model.outputs
    channels = min(outputs[0].shape[1:])
    if head == "yolov8" and len(outputs) == 1 and channels == 4 + _YOLOX + 1:
        raise UnsupportedModelError(
            f"The output of {model.name} ({shape_words(model.output_tensors[0])}) may "
            f"be {_YOLOX + 1} classes, or YOLOX's objectness with {_YOLOX}. Pass "
            "--decoder yolo, or --decoder yolo-levels --option kind=yolox."
        )
    return Recognition("yolo", str(evidence["head"]), options, evidence)


def prove_yolo(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove the kind of head, and for a quantized one the unit of its boxes."""
    size = _input_size(model)
    if size is None:
        return {}, {}
    from ...decoders.yolo import NORMALIZED_LIMIT, find_layout

    try:
        layout = find_layout(model.outputs, model_size=size, label_count=label_count)
    except UnsupportedModelError:
        return {}, {}  # the decoder says why, unless the caller says what it is
    options: dict[str, Any] = {"head": layout.head}
    evidence = {"head": layout.evidence}
    boxes = model.outputs[layout.boxes]
    mixed = layout.head == "end-to-end" and layout.class_ids is None
    if boxes.is_quantized and boxes.dtype.kind in "iu" and not mixed:
        high = boxes.scale * (int(np.iinfo(boxes.dtype).max) - boxes.zero_point)
        options["units"] = "pixel" if high > NORMALIZED_LIMIT else "normalized"
        evidence["units"] = f"boxes reach {high:.3g} at most"
    return options, evidence


def boxes_question(model: ModelFile) -> str:
    """Return what two tensors of boxes and scores may be; "" for other outputs.

    Call it for outputs that nothing recognises.
    """
    size = _input_size(model)
    if size is None or len(model.outputs) != 2:
        return ""
    from ...decoders.yolo import find_layout, rows_of_boxes, squeezed

    try:
        if rows_of_boxes([squeezed(spec) for spec in model.outputs]):
            find_layout(model.outputs, model_size=size)
    except UnsupportedModelError as error:
        return str(error)
    return ""


def _input_size(model: ModelFile) -> tuple[int, int] | None:
    """Return width and height of a model's image input; None when it has none."""
    try:
        image = find_image_input(model)
    except UnsupportedModelError:
        return None  # any size: no number of cells follows from it
    return None if image is None else (image.width, image.height)
