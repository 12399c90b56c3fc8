"""Results drawn on a picture: boxes, classes, masks, keypoints, names.

Lines and letters grow with the picture, so that labels can be read on 160 pixels and on
4K; labels stay inside the frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from ..frame import Image
from ..geometry import Points
from ..labels import BACKGROUND
from ..results import (
    Classifications,
    Detections,
    Embedding,
    Heads,
    Landmarks,
    OutputImage,
    Poses,
    Result,
    Segmentation,
    Text,
    Values,
    value_text,
)
from .compose import paint_classes
from .landmark_points import draw_landmarks
from .output_picture import lay_output
from .palette import COLORS, Color, color_of, color_of_side, table
from .pen import Pen, Rectangle
from .tint import tint_objects
from .track_marks import draw_trails, track_text

if TYPE_CHECKING:
    from ..tracking import Tracks

_KEYPOINT_SCORE: Final = 0.3
_SMALLEST_AREA: Final = 0.005
_MIDDLE: Final = COLORS[3]


def draw(
    image: Image,
    result: Result,
    *,
    in_place: bool = False,
    mask_alpha: float = 0.5,
    tracks: Tracks | None = None,
) -> Image:
    """Draw a result on its picture.

    Args:
        image: uint8 (H, W, 3), BGR; the frame that the result belongs to.
        result: The result of a decoder.
        in_place: Draw on ``image`` itself; else on a copy.
        mask_alpha: Weight of the colours of masks and of maps, 0..1. A picture that a
            model answers with is laid over the frame wholly.
        tracks: The identities of the result's objects, whose ways are drawn, and whose
            numbers and ages stand in the labels.

    Returns:
        The picture with the drawing. For a result of an unknown kind nothing is drawn.
    """
    # OpenCV draws on whole rows only: a flipped or strided view goes through a copy.
    canvas = np.ascontiguousarray(image) if in_place else image.copy()
    if isinstance(result, Detections):
        draw_detections(canvas, result, mask_alpha=mask_alpha, tracks=tracks)
    elif isinstance(result, Classifications):
        lines = [f"{item.label} {item.score:.2f}" for item in result]
        Pen(canvas).panel(lines, [color_of(i) for i in result.class_ids.tolist()])
    elif isinstance(result, Segmentation):
        draw_segmentation(canvas, result, alpha=mask_alpha)
    elif isinstance(result, OutputImage):
        is_map = result.values is not None
        lay_output(canvas, result, alpha=mask_alpha if is_map else 1.0)
    elif isinstance(result, Poses):
        draw_poses(canvas, result, tracks=tracks)
    elif isinstance(result, Landmarks):
        draw_landmarks(canvas, result, mask_alpha=mask_alpha, tracks=tracks)
    elif isinstance(result, Embedding) and result.label is not None:
        Pen(canvas).panel([f"{result.label} {result.score:.2f}"], [COLORS[0]])
    elif isinstance(result, Values):
        draw_values(canvas, result)
    elif isinstance(result, Text):
        if result.text:
            Pen(canvas).panel([f"{result.text} {result.score:.2f}"], [COLORS[0]])
    elif isinstance(result, Heads):
        draw_heads(canvas, result, mask_alpha=mask_alpha, tracks=tracks)
    if in_place and canvas is not image:
        image[...] = canvas
        return image
    return canvas


def draw_detections(
    canvas: Image,
    detections: Detections,
    *,
    mask_alpha: float = 0.5,
    tracks: Tracks | None = None,
) -> None:
    """Draw boxes with labels on a picture, the best on top.

    Masks are below all boxes; keypoints are dots over them.
    """
    pen = Pen(canvas)
    if tracks is not None:
        draw_trails(canvas, tracks)
    if detections.masks is not None:
        colors = [color_of(i) for i in detections.class_ids.tolist()]
        tint_objects(canvas, detections.masks, colors, alpha=mask_alpha)
    height, width = canvas.shape[:2]
    corners = np.rint(np.nan_to_num(detections.boxes)).clip(-1e6, 1e6).astype(int)
    # Half-open: the last pixel inside is one less; an edge at the border stays seen.
    limits = [width - 1, height - 1, width - 1, height - 1]
    corners[:, 2:] -= 1
    corners = corners.clip(0, limits)
    placed: list[tuple[Rectangle, str, Color]] = []
    for box, item in zip(corners[::-1].tolist(), list(detections)[::-1], strict=True):
        color = color_of(item.class_id)
        pen.rectangle(box, color)
        if item.keypoints is not None:
            _dots(pen, item.keypoints, item.keypoint_labels)
        text = track_text(item.label, item.track_id, tracks)
        placed.append((box, f"{text} {item.score:.2f}", color))
    # Labels over all boxes. The best chooses its place first and is written last, so
    # that where there is no room it is the one that is read.
    tags = [(pen.place(box, text), text, color) for box, text, color in placed[::-1]]
    for corner, text, color in reversed(tags):
        pen.write(corner, text, color)


def _dots(pen: Pen, keypoints: Points, labels: Sequence[str]) -> None:
    """Draw the keypoints of an object, without what is not finite."""
    seen = np.isfinite(keypoints).all(axis=1)
    points = np.rint(np.nan_to_num(keypoints)).clip(-1e6, 1e6).astype(int).tolist()
    for position in np.flatnonzero(seen).tolist():
        pen.dot(points[position], color_of_side(labels[position]))


def draw_segmentation(canvas: Image, result: Segmentation, *, alpha: float) -> None:
    """Tint a picture by class, and name the classes in a corner."""
    shown = [item for item in result if not _is_background(item.class_id, item.label)]
    chosen = {item.class_id for item in shown}
    # Whatever is not among the result's classes stays untinted as well.
    present = np.flatnonzero(np.bincount(result.mask.reshape(-1)))
    skip = tuple(i for i in present.tolist() if i not in chosen)
    paint_classes(canvas, result.mask, table(), alpha=alpha, skip=skip, in_place=True)
    named = [item for item in shown if item.area >= _SMALLEST_AREA]
    Pen(canvas).panel(
        [f"{item.label} {item.area:.0%}" for item in named],
        [color_of(item.class_id) for item in named],
    )


def draw_poses(
    canvas: Image,
    poses: Poses,
    *,
    keypoint_score: float = _KEYPOINT_SCORE,
    tracks: Tracks | None = None,
) -> None:
    """Draw skeletons; keypoints below a score, and lines to them, are not drawn."""
    pen = Pen(canvas)
    if tracks is not None:
        draw_trails(canvas, tracks)
    colors = [color_of_side(label) for label in poses.labels]
    for pose in poses:
        seen = (pose.scores >= keypoint_score) & np.isfinite(pose.keypoints).all(axis=1)
        points = np.rint(np.nan_to_num(pose.keypoints)).clip(-1e6, 1e6).astype(int)
        for first, second in poses.skeleton:
            if seen[first] and seen[second]:
                color = colors[first] if colors[first] == colors[second] else _MIDDLE
                pen.line(points[first].tolist(), points[second].tolist(), color)
        for position in np.flatnonzero(seen).tolist():
            pen.dot(points[position].tolist(), colors[position])
        if pose.track_id >= 0 and seen.any():
            left, top = points[seen].min(axis=0).tolist()
            right, bottom = points[seen].max(axis=0).tolist()
            text = track_text("", pose.track_id, tracks)
            corner = pen.place((left, top, right, bottom), text, inside=False)
            pen.write(corner, text, _MIDDLE)


def draw_values(canvas: Image, values: Values) -> None:
    """Write numbers in a corner; one whose range is known has a bar."""
    # The tab: a name that is too long is shortened, and never the number.
    lines = [f"{item.name}\t{value_text(item)}" for item in values]
    shares = [
        None
        if item.range is None
        else (item.value - item.range[0]) / (item.range[1] - item.range[0])
        for item in values
    ]
    colors = [color_of(i) for i in range(len(lines))]
    Pen(canvas).panel(lines, colors, shares)


def draw_heads(
    canvas: Image,
    heads: Heads,
    *,
    mask_alpha: float = 0.5,
    tracks: Tracks | None = None,
) -> None:
    """Draw what each head found in the picture, and what each says of it in a panel."""
    lines: list[str] = []
    colors: list[Color] = []
    for number, (name, result) in enumerate(heads.items()):
        if isinstance(result, Classifications):
            texts = [f"{item.label} {item.score:.2f}" for item in result]
        elif isinstance(result, Values):
            texts = [
                value_text(item)
                if item.name == name
                else f"{item.name} {value_text(item)}"
                for item in result
            ]
        elif isinstance(result, Text):
            texts = [result.text]
        elif isinstance(result, Embedding) and result.label is not None:
            texts = [f"{result.label} {result.score:.2f}"]
        else:
            draw(canvas, result, in_place=True, mask_alpha=mask_alpha, tracks=tracks)
            continue
        lines += [f"{name}\t{text}" for text in texts]
        colors += [color_of(number)] * len(texts)
    if lines:
        Pen(canvas).panel(lines, colors)


def _is_background(class_id: int, label: str) -> bool:
    # Without labels nothing but the usual order says which class is the background.
    return label.lower() in BACKGROUND or (class_id == 0 and label == "0")
