"""Find which outputs are the boxes and which the scores of a head with anchors.

A head is one pair of tensors, or a pair for each feature map, and a third tensor where
boxes have the five points of a face. A feature map's tensors have either a row for each
anchor, or all anchors of a cell among its channels. The anchors may be an output too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Final

from ....errors import UnsupportedModelError
from ...tensors import TensorSpec, shapes_of

ROLES_OF_HEAD: Final = ("boxes", "scores", "keypoints", "anchors", "other")
"""What a tensor of a head may be, in the words of the option ``roles``."""

_FACE_POINTS: Final = 5


@dataclass(frozen=True)
class HeadBlock:
    """Tensors of the same anchors: boxes, scores, and for some faces keypoints.

    Attributes:
        boxes: Position of the boxes among the outputs.
        scores: Position of the scores.
        rows: Number of anchors.
        keypoints: Position of the keypoints; None for none.
    """

    boxes: int
    scores: int
    rows: int
    keypoints: int | None = None


@dataclass(frozen=True)
class HeadTensors:
    """Which outputs hold a head.

    Attributes:
        blocks: The pairs, the largest feature map first.
        columns: Scores of an anchor, with the background where there is one.
        anchors: Position of the anchors among the outputs; None where no output holds
            them.
    """

    blocks: tuple[HeadBlock, ...]
    columns: int
    anchors: int | None = None

    @property
    def keypoints(self) -> int:
        """Return the number of keypoints of each box."""
        return 0 if self.blocks[0].keypoints is None else _FACE_POINTS

    @property
    def rows(self) -> int:
        """Return the number of anchors of all blocks."""
        return sum(block.rows for block in self.blocks)


def find_head(tensors: Sequence[TensorSpec], names: Sequence[str] = ()) -> HeadTensors:
    """Return the one head that fits the tensors.

    Args:
        tensors: All outputs, in the model's order.
        names: What somebody calls them, in the same order; they decide where shapes do
            not, what is called ``other`` is no part of the head, and ``anchors`` are
            what its boxes are relative to. Empty takes the tensors' own names.

    Raises:
        UnsupportedModelError: No head fits, or two do.
    """
    texts = [text.lower() for text in names or [spec.name for spec in tensors]]
    apart = ("other", "anchors")
    groups = _groups(tensors, [i for i, text in enumerate(texts) if text not in apart])
    heads: list[HeadTensors] = []
    if groups and {len(group) for group in groups} in ({2}, {3}):
        # Tensors of four classes look like boxes; then both readings of a pair fit.
        readings = [_readings(tensors, group) for group in groups]
        for columns in sorted({c for reading in readings for _, c in reading}):
            picked = [[b for b, c in reading if c == columns] for reading in readings]
            if all(picked):
                choose = _called if names else _named
                several = [choose(blocks, texts) for blocks in picked]
                if all(len(blocks) == 1 for blocks in several):
                    blocks = tuple(blocks[0] for blocks in several)
                    heads.append(HeadTensors(blocks, columns))
    if len(heads) == 1:
        return replace(heads[0], anchors=_anchors(tensors, texts, heads[0].rows))
    raise UnsupportedModelError(
        f"Outputs {shapes_of(tensors)} are no SSD head; expected boxes 1xNx4 and "
        "scores 1xNxC, or such a pair for each feature map (with 4 classes, names that "
        "say which is which). Pass --option roles=boxes,scores,other for such outputs "
        "among others, in the model's order (anchors for an output that holds the "
        "anchors), or --decoder for another kind of model."
    )


def _anchors(
    tensors: Sequence[TensorSpec], texts: Sequence[str], rows: int
) -> int | None:
    """Return the position of the anchors; None where no output is called so.

    Raises:
        UnsupportedModelError: It is not one tensor of four numbers for each box.
    """
    called = [i for i, text in enumerate(texts) if text == "anchors"]
    if not called:
        return None
    shape = tensors[called[0]].shape
    if len(called) > 1 or shape[-1] != 4 or _product(shape) != 4 * rows:
        raise UnsupportedModelError(
            f"Outputs {shapes_of(tensors)} are an SSD head of {rows} boxes, but its "
            f"anchors are {shapes_of([tensors[i] for i in called])}; expected one "
            f"output 1x{rows}x4. Pass --option roles=boxes,scores,anchors with one "
            "role for each output, in the model's order."
        )
    return called[0]


def _groups(tensors: Sequence[TensorSpec], positions: Sequence[int]) -> list[list[int]]:
    """Return the positions of the tensors of each feature map, the largest first."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for position in positions:
        shape = tensors[position].shape
        if len(shape) not in (2, 3, 4) or 0 in shape:
            return []
        if len(shape) > 2 and shape[0] != 1:
            return []
        groups.setdefault(shape[:-1], []).append(position)
    by_cells = sorted(groups.items(), key=lambda item: -_product(item[0]))
    return [group for _, group in by_cells]


def _readings(
    tensors: Sequence[TensorSpec], group: list[int]
) -> list[tuple[HeadBlock, int]]:
    """Return how tensors may be boxes, scores and points, with an anchor's scores."""
    readings = []
    for boxes, scores, *rest in permutations(group):
        shape = tensors[boxes].shape
        anchors, odd = divmod(shape[-1], 4)
        if odd or (anchors != 1 and len(shape) != 4):
            continue
        columns, odd = divmod(tensors[scores].shape[-1], anchors)
        points = [tensors[item].shape[-1] for item in rest]
        if odd or not columns or points not in ([], [2 * _FACE_POINTS * anchors]):
            continue
        rows = _product(shape[:-1]) * anchors
        readings.append((HeadBlock(boxes, scores, rows, *rest), columns))
    return readings


def _named(blocks: list[HeadBlock], names: list[str]) -> list[HeadBlock]:
    """Return the blocks whose tensors' names agree, where several fit."""
    if len(blocks) < 2:
        return blocks
    box_words, score_words = ("box", "loc", "regress"), ("score", "cls", "class")
    return [
        block
        for block in blocks
        if any(word in names[block.boxes] for word in box_words)
        or any(word in names[block.scores] for word in score_words)
    ]


def _called(blocks: list[HeadBlock], roles: list[str]) -> list[HeadBlock]:
    """Return the blocks of which each tensor has the role that somebody says."""
    return [
        block
        for block in blocks
        if (roles[block.boxes], roles[block.scores]) == ("boxes", "scores")
        and (block.keypoints is None or roles[block.keypoints] == "keypoints")
    ]


def _product(numbers: Sequence[int]) -> int:
    product = 1
    for number in numbers:
        product *= number
    return product
