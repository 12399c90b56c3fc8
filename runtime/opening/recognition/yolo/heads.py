"""Recognise a head of boxes alone, and the options that its tensors prove.

Every model without a card is asked here, and most are no detectors: the layouts are
imported where a shape can be theirs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from .....errors import UnsupportedModelError
from ....tflite import ModelFile
from ..answer import Assumption, Proof, Recognition, shape_words
from .head_parts import (
    HeadParts,
    are_computed,
    have_logarithms,
    head_parts,
    picture_size,
    row_width,
    selects_rows,
)
from .units import prove_units

if TYPE_CHECKING:
    from ....decoders.yolo import YoloLayout

_COCO: Final = 80
_FORMAT: Final = (
    "A box is its center, width and height; nothing in the file says so. Pass --option "
    "box_format=xyxy where it is two corners."
)


def find_yolo(model: ModelFile) -> Recognition | None:
    """Recognise a head of boxes alone, and refuse what may be another one.

    Raises:
        UnsupportedModelError: The shape may be two things; the sentence says which.
    """
    known = _find(model, 0)
    if known is None:
        return None
    layout, parts = known
    if not _is_proven(model, layout, parts):
        return None
    if parts is not None and not _are_boxes_and_scores(model, layout, parts):
        return None
    options, evidence = _proof(model, layout, parts)
    return Recognition("yolo", str(evidence["head"]), options, evidence)


def prove_yolo(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove the kind of head, and the unit of its boxes."""
    known = _find(model, label_count)
    return ({}, {}) if known is None else _proof(model, *known)


def boxes_question(model: ModelFile) -> str:
    """Return what two tensors of boxes and scores may be; "" for other outputs.

    Call it for outputs that nothing recognises.
    """
    size = picture_size(model)
    if size is None or len(model.outputs) != 2:
        return ""
    from ....decoders.yolo import find_layout, rows_of_boxes, squeezed

    try:
        rows = rows_of_boxes([squeezed(spec) for spec in model.outputs])
        if rows:
            find_layout(model.outputs, model_size=size)
    except UnsupportedModelError as error:
        return str(error)
    boxes = next((i for i, spec in enumerate(model.outputs) if 4 in spec.shape), 0)
    if not rows or are_computed(model, model.output_tensors[boxes].index) is not False:
        return ""
    return (
        f"The outputs of {model.name} are boxes and scores of {rows} rows, as YOLO's "
        "cells have them, but its boxes come straight from a convolution. Pass "
        "--decoder ssd for offsets from anchors, --decoder yolo for whole boxes, or "
        "--task raw."
    )


def _find(
    model: ModelFile, label_count: int
) -> tuple[YoloLayout, HeadParts | None] | None:
    """Return a head's layout by its shapes, and its parts where one tensor has all."""
    size = picture_size(model)
    if size is None:
        return None
    from ....decoders.yolo import find_layout

    head = "yolov8" if _are_computed_of_three(model, size) else "auto"
    try:
        layout = find_layout(
            model.outputs, model_size=size, label_count=label_count, head=head
        )
    except UnsupportedModelError:
        return None  # the decoder says why, unless the caller says what it is
    if layout.is_split or layout.class_ids is not None:
        return layout, HeadParts((), ())
    parts = head_parts(model, model.output_tensors[0].index, row_width(layout))
    if parts is not None and layout.head == "yolov8" and _has_objectness(model, parts):
        classes = layout.classes - 1
        layout = replace(
            layout,
            head="yolov5",
            classes=classes,
            evidence=f"{layout.anchors} cells are those of this size; boxes with EXP, "
            f"objectness and {classes} classes, as YOLOX computes them",
        )
    return layout, parts


def _are_computed_of_three(model: ModelFile, size: tuple[int, int]) -> bool:
    """Return whether boxes beside scores are those of three anchors per cell.

    YOLOv4's exports have them so. Offsets of SSD heads have the same shapes.
    """
    from ....decoders.yolo import heads_by_rows, rows_of_boxes, squeezed

    try:
        shapes = [squeezed(spec) for spec in model.outputs]
    except UnsupportedModelError:
        return False
    rows = rows_of_boxes(shapes)
    if not rows or heads_by_rows(size).get(rows) != "yolov5":
        return False
    boxes = next(i for i, shape in enumerate(shapes) if 4 in shape)
    return are_computed(model, model.output_tensors[boxes].index) is True


def _has_objectness(model: ModelFile, parts: HeadParts) -> bool:
    if not have_logarithms(model, parts.boxes or parts.rest):
        return False
    if not parts.are_known:  # written into the raw head, as by SCATTER_ND
        return are_computed(model, parts.rest[0].tensor) is True
    return len(parts.rest) == 1 or (len(parts.rest) == 2 and parts.rest[0].width == 1)


def _is_proven(model: ModelFile, layout: YoloLayout, parts: HeadParts | None) -> bool:
    """Return whether more than a shape speaks for a head."""
    if layout.head == "end-to-end":
        # Rows that a graph has chosen; 56 rows of six may be anything.
        rows = layout.class_ids is None and not layout.channel_first[0]
        return rows and selects_rows(model)
    if layout.is_split:
        boxes = model.output_tensors[layout.boxes].index
        return are_computed(model, boxes) is not False
    return parts is not None


def _are_boxes_and_scores(
    model: ModelFile, layout: YoloLayout, parts: HeadParts
) -> bool:
    """Return whether nothing stands behind the scores.

    Raises:
        UnsupportedModelError: The channels may be several things.
    """
    if layout.is_split or layout.class_ids is not None or layout.head == "end-to-end":
        return True
    words = shape_words(model.output_tensors[0])
    if not parts.are_known:
        _refuse_look_alikes(model, layout, words)
        return True
    widths = parts.widths
    if len(widths) == 1 or (len(widths) == 2 and widths[0] == 1 != widths[1]):
        if are_computed(model, parts.boxes[0].tensor) is False:
            return False  # raw: distances or logarithms, which other decoders read
        # With one anchor per cell the second is no score of a class.
        return len(widths) == 1 or layout.head != "yolov8"
    if widths == (1, 1) and parts.rest[1].maker == "LOGISTIC":
        return True
    if len(widths) == 2 and widths[1] == 1:
        raise UnsupportedModelError(
            f"The output of {model.name} ({words}) is a head of rotated boxes: four "
            f"numbers, {widths[0]} scores and an angle. No decoder here reads them. "
            "Pass --task raw for the tensors as they are."
        )
    return False


def _refuse_look_alikes(model: ModelFile, layout: YoloLayout, words: str) -> None:
    """Refuse a shape that other heads have, where the graph shows no parts.

    Raises:
        UnsupportedModelError: It may be another head.
    """
    classes = layout.classes
    if layout.head != "yolov8":
        return
    if classes == _COCO + 1 or (classes != _COCO and not layout.channel_first[0]):
        raise UnsupportedModelError(
            f"The output of {model.name} ({words}) may be {classes} "
            f"classes, or YOLOX's objectness with {classes - 1}. Pass --decoder yolo, "
            "or --decoder yolo-levels --option kind=yolox."
        )


def _proof(model: ModelFile, layout: YoloLayout, parts: HeadParts | None) -> Proof:
    """Return the options of the decoder that a layout and the graph prove."""
    size = picture_size(model)
    options: dict[str, Any] = {"head": layout.head}
    evidence: dict[str, str | Assumption] = {"head": layout.evidence}
    if layout.is_split:
        evidence["box_format"] = Assumption(_FORMAT)
    if size is not None:
        width = 4 if layout.is_split or layout.class_ids else row_width(layout)
        unit, why = prove_units(
            model,
            layout.boxes,
            width,
            size,
            is_end_to_end=layout.head == "end-to-end" and layout.class_ids is None,
        )
        evidence["units"] = why
        if unit:
            options["units"] = unit
    return options, evidence
