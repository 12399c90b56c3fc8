"""Find which outputs are boxes and scores of which level of a raw YOLO head.

Exports for NPUs stop before the boxes are computed. They have one or more tensors for
each level of the pyramid; a tensor's size shows its level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ....errors import UnsupportedModelError, unknown_name
from ...tensors import TensorSpec, shapes_of
from .level_blocks import Block, blocks_by_stride, blocks_in_one

KINDS: Final = ("dfl", "yolox")
BINS: Final = 16
"""Steps of a distance's distribution in all published models (reg_max)."""

_ANCHORS: Final = 3  # per cell, in YOLOv3 to v7


@dataclass(frozen=True)
class Channels:
    """The place of some channels of a level.

    Attributes:
        output: Position of the tensor among the outputs.
        planar: Channels come before rows and columns.
        first: First of the channels.
        count: Number of channels.
        start: First of the level's cells, where a tensor holds all levels.
        total: Number of cells in the tensor.
    """

    output: int
    planar: bool
    first: int
    count: int
    start: int
    total: int


@dataclass(frozen=True)
class LevelsLayout:
    """How the outputs of all levels are read.

    Attributes:
        kind: dfl (distances to the four sides as distributions, or plain) or yolox
            (center and log size, objectness).
        strides: Pixels per cell, one per level, rising.
        classes: Number of classes.
        boxes: Per level: the channels of boxes.
        scores: Per level: those of the classes.
        objectness: Per level: that of the objectness; empty without.
        evidence: What proves it, in words.
    """

    kind: str
    strides: tuple[int, ...]
    classes: int
    boxes: tuple[Channels, ...]
    scores: tuple[Channels, ...]
    objectness: tuple[Channels, ...]
    evidence: str


def find_levels(
    tensors: Sequence[TensorSpec],
    *,
    model_size: tuple[int, int],
    label_count: int = 0,
    kind: str = "auto",
) -> LevelsLayout:
    """Return the one layout that fits the tensors.

    Args:
        tensors: All outputs, in the model's order.
        model_size: Width and height of the input.
        label_count: Number of labels; 0 when they are not known.
        kind: A name from :data:`KINDS`, or auto.

    Raises:
        UnsupportedModelError: No layout fits, or several do; the sentence says which.
        ValueError: ``kind`` is unknown.
    """
    if kind not in ("auto", *KINDS):
        raise ValueError(unknown_name("kind of levels", kind, ("auto", *KINDS)))
    levels = blocks_by_stride(tensors, model_size) or blocks_in_one(tensors, model_size)
    words = shapes_of(tensors)
    size = f"{model_size[0]}x{model_size[1]}"
    if len(levels) < 2:
        raise UnsupportedModelError(
            f"Outputs {words} are not the levels of a YOLO head for a {size} input; "
            "expected 1 x rows x columns x channels for each of several strides. "
            "Pass --decoder if this is another kind of model."
        )
    strides = tuple(sorted(levels))
    patterns = [sorted(block.channels for block in levels[s]) for s in strides]
    if any(pattern != patterns[0] for pattern in patterns):
        raise UnsupportedModelError(
            f"Outputs {words} differ in their channels from level to level; a YOLO "
            "head has the same channels on all. Pass --decoder if this is another "
            "kind of model."
        )
    readings = [
        (name, parts)
        for name, parts in _readings(patterns[0], label_count)
        if kind in ("auto", name)
    ]
    channels = " + ".join(map(str, patterns[0]))
    each = _classes_of_anchors(patterns[0])
    # 21 channels may be YOLOX's 16 classes, or three anchors with 2 classes each.
    is_open = each > 0 and kind == "auto" and not label_count
    if len(readings) == 1 and not is_open:
        name, parts = readings[0]
        return _laid_out(name, parts, levels, strides, words)
    anchors = ""
    if each > 0:
        anchors = (
            f" If it is YOLOv3 to v7 ({_ANCHORS} anchors of 5 + {each} channels), "
            "export it with its last layer: (1, anchors, 5 + classes)."
        )
    if readings:
        names = (
            f"{name} with {parts['scores'][1]} classes" for name, parts in readings
        )
        raise UnsupportedModelError(
            f"Levels of {channels} channels ({words}) fit several YOLO heads "
            f"({', '.join(names)}). Pass --labels with one text per class, or --option "
            f"kind=NAME.{anchors}"
        )
    raise UnsupportedModelError(
        f"Levels of {channels} channels ({words}) are no known YOLO head; expected "
        "64 channels for boxes and one per class, in one tensor or two. "
        f"Pass --decoder if this is another kind of model.{anchors}"
    )


def are_levels(tensors: Sequence[TensorSpec], model_size: tuple[int, int]) -> bool:
    """Return whether the tensors may be levels: the same channels at several strides.

    Args:
        tensors: All outputs.
        model_size: Width and height of the input.
    """
    levels = blocks_by_stride(tensors, model_size)
    patterns = {tuple(sorted(b.channels for b in level)) for level in levels.values()}
    if len(levels) < 2 or len(patterns) != 1:
        return False
    pattern = list(patterns.pop())
    return bool(_readings(pattern, 0)) or _classes_of_anchors(pattern) > 0


def _classes_of_anchors(pattern: list[int]) -> int:
    """Return the classes if a level has three anchors per cell, else 0."""
    each, rest = divmod(pattern[0], _ANCHORS)
    return each - 5 if len(pattern) == 1 and not rest and each > 5 else 0


_Parts = dict[str, tuple[int, int, int]]
"""Role -> channels of the tensor that holds it, how many are the role's, and the first
of them."""


def _readings(pattern: list[int], label_count: int) -> list[tuple[str, _Parts]]:
    """Return what a level's numbers of channels may mean."""
    distances = 4 * BINS
    readings: list[tuple[str, _Parts]] = []

    def fits(classes: int) -> bool:
        return classes > 0 and label_count in (0, classes)

    if len(pattern) == 1:
        whole = pattern[0]
        if fits(whole - distances):
            readings.append(
                (
                    "dfl",
                    {
                        "boxes": (whole, distances, 0),
                        "scores": (whole, whole - distances, distances),
                    },
                )
            )
        if fits(whole - 5):
            readings.append(
                (
                    "yolox",
                    {
                        "boxes": (whole, 4, 0),
                        "objectness": (whole, 1, 4),
                        "scores": (whole, whole - 5, 5),
                    },
                )
            )
        return readings
    # Exports for Rockchip add the sum of the scores: one channel that is not needed.
    for rest, has_sum in ((pattern, False), (pattern[1:], True)):
        if len(rest) != 2 or (has_sum and (pattern[0] != 1)):
            continue
        for boxes, scores in (rest, rest[::-1]):
            if boxes in (distances, 4) and fits(scores):
                readings.append(
                    ("dfl", {"boxes": (boxes, boxes, 0), "scores": (scores, scores, 0)})
                )
    if len(pattern) == 3 and pattern[0] == 1:
        for boxes, scores in (pattern[1:], pattern[:0:-1]):
            if boxes == 4 and fits(scores):
                readings.append(
                    (
                        "yolox",
                        {
                            "boxes": (4, 4, 0),
                            "objectness": (1, 1, 0),
                            "scores": (scores, scores, 0),
                        },
                    )
                )
    unique: list[tuple[str, _Parts]] = []
    for item in readings:
        if item not in unique:
            unique.append(item)
    # 64 channels beside another tensor are boxes, not 64 classes with plain distances.
    sure = [item for item in unique if item[1]["boxes"][1] == distances]
    return sure if len(sure) == 1 and not label_count else unique


def _laid_out(
    name: str,
    parts: _Parts,
    levels: dict[int, list[Block]],
    strides: tuple[int, ...],
    words: str,
) -> LevelsLayout:
    def channels(role: str) -> tuple[Channels, ...]:
        by_stride = []
        for stride in strides:
            held, count, first = parts[role]
            blocks = [b for b in levels[stride] if b.channels == held]
            # With one class the sum of the scores is the score: either tensor will do.
            if len(blocks) != 1 and not (name == "dfl" and held == 1):
                raise UnsupportedModelError(
                    f"Outputs {words} have several tensors of {held} channels on one "
                    "level, and nothing shows which is which. Export the model with "
                    "boxes and scores in one tensor."
                )
            b = blocks[0]
            by_stride.append(
                Channels(b.output, b.planar, first, count, b.start, b.total)
            )
        return tuple(by_stride)

    boxes, scores = parts["boxes"][1], parts["scores"][1]
    return LevelsLayout(
        name,
        strides,
        scores,
        channels("boxes"),
        channels("scores"),
        channels("objectness") if "objectness" in parts else (),
        f"levels of strides {', '.join(map(str, strides))}: {boxes} channels of boxes, "
        f"{scores} classes" + (", objectness" if "objectness" in parts else ""),
    )
