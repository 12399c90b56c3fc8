"""The heads of the YOLO family, distinguished by their shapes.

A dense head has one anchor per cell of the strides 8, 16, 32 (YOLOv8 and later) or
three (YOLOv5, v7), so the number of anchors follows from the input's size; an
end-to-end head has a few hundred rows of six.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ....errors import UnsupportedModelError, unknown_name
from ...tensors import TensorSpec, shapes_of
from .anchor_counts import heads_by_rows, rows_of_boxes, squeezed

HEADS: Final = ("yolov8", "yolov5", "end-to-end")

_MOST_ROWS: Final = 1000
_COLUMNS: Final = 6  # x1, y1, x2, y2, score, class


@dataclass(frozen=True)
class YoloLayout:
    """How the tensors of a head are read.

    Attributes:
        head: yolov8 (4 box channels, then classes), yolov5 (4 box channels, objectness,
            classes) or end-to-end (rows of x1, y1, x2, y2, score, class).
        anchors: Candidates per frame.
        classes: Number of classes; 0 where the head does not show it.
        boxes: Position of the tensor with the boxes.
        scores: Position of the tensor with the scores; the same for one tensor.
        class_ids: Position of the tensor with class_ids when those and the best scores
            come separately; None otherwise.
        channel_first: For the boxes and the scores: channels before anchors.
        evidence: What proves it, in words.
    """

    head: str
    anchors: int
    classes: int
    boxes: int
    scores: int
    class_ids: int | None
    channel_first: tuple[bool, bool]
    evidence: str

    @property
    def is_split(self) -> bool:
        """Return whether boxes and scores are separate tensors."""
        return self.boxes != self.scores


def find_layout(
    tensors: Sequence[TensorSpec],
    *,
    model_size: tuple[int, int],
    label_count: int = 0,
    head: str = "auto",
    extra: int = 0,
) -> YoloLayout:
    """Return the one layout that fits the tensors.

    Args:
        tensors: All outputs, in the model's order.
        model_size: Width and height of the input.
        label_count: Number of labels; 0 when they are not known.
        head: A name from :data:`HEADS`, or auto.
        extra: Channels behind the classes, as keypoints and mask coefficients are.

    Raises:
        UnsupportedModelError: No layout fits, or several do; the sentence says which.
        ValueError: ``head`` is unknown.
    """
    if head not in ("auto", *HEADS):
        raise ValueError(unknown_name("YOLO head", head, ("auto", *HEADS)))
    shapes = [squeezed(spec) for spec in tensors]
    words = shapes_of(tensors)
    grids = heads_by_rows(model_size)
    if len(shapes) == 1 and len(shapes[0]) == 2:
        if head in ("yolov5", "yolov8"):  # YOLOX: objectness, and one anchor per cell
            grids = dict.fromkeys(grids, head)
        layouts = _one_tensor(shapes[0], grids, label_count, extra)
    elif len(shapes) == 2 and all(len(shape) == 2 for shape in shapes):
        layouts = _two_tensors(shapes, grids, tensors, any_count=head == "yolov8")
    elif len(shapes) == 3:
        layouts = _three_tensors(shapes, grids, tensors)
    else:
        layouts = []
    if head != "auto":
        layouts = [layout for layout in layouts if layout.head == head]
    elif len(layouts) > 1 and label_count:
        layouts = (
            [item for item in layouts if item.classes == label_count]
            or [item for item in layouts if not item.classes]
            or layouts
        )
    if len(layouts) == 1:
        return _checked_labels(layouts[0], label_count, words)
    size = f"{model_size[0]}x{model_size[1]}"
    if not layouts and head == "auto":
        rows = rows_of_boxes(shapes)
        if rows:
            raise UnsupportedModelError(
                f"Outputs {words} are boxes and scores of {rows} rows, which is no "
                f"number of YOLO's cells for a {size} input (such as {min(grids)}), "
                "so the boxes may be offsets of an SSD or RetinaNet head. Pass "
                "--decoder ssd with --option anchors=ROWS for offsets from anchors, "
                "--decoder yolo --option head=yolov8 for whole boxes, or --task raw."
            )
    if not layouts:
        raise UnsupportedModelError(
            f"Outputs {words} are no {'YOLO' if head == 'auto' else head} head for a "
            f"{size} input; expected (1, 4 + classes, {min(grids)}), that with a row "
            "for objectness, (1, rows, 6), or boxes and scores as two tensors. "
            "Pass --decoder if this is another kind of model."
        )
    heads = sorted({layout.head for layout in layouts})
    either = ", either axis as channels" if len(heads) == 1 else ""
    raise UnsupportedModelError(
        f"Outputs {words} for a {size} input fit several YOLO heads "
        f"({', '.join(heads)}{either}). "
        "Pass --labels with one text per class, or --option head=NAME."
    )


def _one_tensor(
    shape: tuple[int, ...], grids: dict[int, str], label_count: int, more: int
) -> list[YoloLayout]:
    layouts = []
    for channel_first in (True, False):
        channels, anchors = shape if channel_first else shape[::-1]
        order = "channels first" if channel_first else "channels last"
        head = grids.get(anchors)
        extra = 5 if head == "yolov5" else 4
        behind = f" + {more}" if more else ""
        if head is not None and channels > extra + more:
            layouts.append(
                YoloLayout(
                    head,
                    anchors,
                    channels - extra - more,
                    0,
                    0,
                    None,
                    (channel_first,) * 2,
                    f"{anchors} anchors are those of {head} at this size; "
                    f"{extra} + {channels - extra - more}{behind} channels, {order}",
                )
            )
        if channels == _COLUMNS + more and anchors <= _MOST_ROWS:
            layouts.append(
                YoloLayout(
                    "end-to-end",
                    anchors,
                    0,
                    0,
                    0,
                    None,
                    (channel_first,) * 2,
                    f"{anchors} rows of x1, y1, x2, y2, score, class{behind}, {order}",
                )
            )
    if layouts or not label_count:
        return layouts
    # The pyramid is unknown, but the number of labels can still prove the head.
    for channel_first in (True, False):
        channels, anchors = shape if channel_first else shape[::-1]
        for extra, head in ((4, "yolov8"), (5, "yolov5")):
            if channels == extra + label_count + more and anchors > channels:
                layouts.append(
                    YoloLayout(
                        head,
                        anchors,
                        label_count,
                        0,
                        0,
                        None,
                        (channel_first,) * 2,
                        f"{channels} channels are {extra} + {label_count} labels"
                        + (f" + {more}" if more else ""),
                    )
                )
    return layouts


def _two_tensors(
    shapes: Sequence[tuple[int, ...]],
    grids: dict[int, str],
    tensors: Sequence[TensorSpec],
    *,
    any_count: bool,
) -> list[YoloLayout]:
    """Read boxes and scores.

    Raw SSD and RetinaNet heads have the same shapes with other numbers of rows, and
    offsets in place of boxes: only a number of cells proves YOLO.
    """
    layouts = []
    for boxes, scores in ((0, 1), (1, 0)):
        for box_first in (True, False):
            channels, anchors = shapes[boxes] if box_first else shapes[boxes][::-1]
            if channels != 4 or anchors not in shapes[scores]:
                continue
            if grids.get(anchors) != "yolov8" and not any_count:
                continue
            score_first = shapes[scores][1] == anchors
            classes = shapes[scores][0 if score_first else 1]
            layouts.append(
                _split(anchors, classes, boxes, scores, box_first, score_first)
            )
    if len(layouts) > 1:
        # With four classes only the names distinguish boxes from scores.
        named = [
            item
            for item in layouts
            if _names(tensors[item.boxes], "box", "loc")
            or _names(tensors[item.scores], "score", "cls", "class", "conf")
        ]
        return named or layouts
    return layouts


def _three_tensors(
    shapes: Sequence[tuple[int, ...]],
    grids: dict[int, str],
    tensors: Sequence[TensorSpec],
) -> list[YoloLayout]:
    """Read boxes, best score and its class, as exports for NPUs have them."""
    boxes = [i for i, shape in enumerate(shapes) if len(shape) == 2 and 4 in shape]
    rest = [i for i in range(3) if i not in boxes]
    if len(boxes) != 1 or any(len(shapes[i]) != 1 for i in rest):
        return []
    box_first = shapes[boxes[0]][0] == 4
    anchors = shapes[boxes[0]][1 if box_first else 0]
    if any(shapes[i] != (anchors,) for i in rest):
        return []
    named = [i for i in rest if _names(tensors[i], "class", "cls", "label")]
    whole = [i for i in rest if tensors[i].dtype.kind in "iu"]
    plain = [i for i in whole if not tensors[i].is_quantized]
    ids = next((group for group in (plain, named) if len(group) == 1), None)
    if ids is None:
        return []
    scores = next(i for i in rest if i != ids[0])
    head = "yolov8" if grids.get(anchors) is not None else "end-to-end"
    return [
        YoloLayout(
            head,
            anchors,
            0,
            boxes[0],
            scores,
            ids[0],
            (box_first, False),
            f"three outputs: {anchors} boxes, best scores and class_ids",
        )
    ]


def _split(
    anchors: int,
    classes: int,
    boxes: int,
    scores: int,
    box_first: bool,
    score_first: bool,
) -> YoloLayout:
    return YoloLayout(
        "yolov8",
        anchors,
        classes,
        boxes,
        scores,
        None,
        (box_first, score_first),
        f"two outputs: {anchors} boxes (output {boxes}) and {classes} scores each "
        f"(output {scores})",
    )


def _names(spec: TensorSpec, *parts: str) -> bool:
    name = spec.name.lower()
    return any(part in name for part in parts)


def _checked_labels(layout: YoloLayout, label_count: int, words: str) -> YoloLayout:
    if label_count and layout.classes and layout.classes != label_count:
        hint = ""
        if layout.classes == label_count + 1 and layout.head == "yolov8":
            hint = " If it is YOLOX, pass --decoder yolo-levels."
        raise UnsupportedModelError(
            f"Outputs {words} have {layout.classes} classes, but there are "
            f"{label_count} labels. Pass --labels with {layout.classes} texts.{hint}"
        )
    return layout
