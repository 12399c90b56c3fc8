"""Which tensors of a model are the boxes and the scores of MediaPipe's detectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ....errors import UnsupportedModelError
from ...tensors import TensorSpec, shapes_of
from .anchors import Grid, grids
from .kinds import LAYERS

_BOX = 4


@dataclass(frozen=True)
class BlazePart:
    """Rows of boxes, and the scores that belong to them.

    Attributes:
        boxes: Position of the tensor of boxes among the outputs.
        scores: Position of the tensor of scores; the same where one tensor holds both,
            each row's score first.
        rows: Number of rows.
    """

    boxes: int
    scores: int
    rows: int


@dataclass(frozen=True)
class BlazeLayout:
    """How the outputs of a detector are laid out.

    Attributes:
        grids: The cells of each stride.
        strides: Model pixels per cell, one per layer.
        parts: Tensors of boxes and scores, in the order of the anchors.
        keypoints: Keypoints of each box.
    """

    grids: tuple[Grid, ...]
    strides: tuple[int, ...]
    parts: tuple[BlazePart, ...]
    keypoints: int

    @property
    def count(self) -> int:
        """Return the number of anchors."""
        return sum(grid.count for grid in self.grids)

    @property
    def evidence(self) -> str:
        """Return what shows the layout, in words."""
        sums = " + ".join(f"{g.columns} x {g.rows} x {g.per_cell}" for g in self.grids)
        strides = ", ".join(map(str, self.strides))
        layers = "strides" if len(self.strides) > 1 else "stride"
        return (
            f"{self.count} rows of a box and {self.keypoints} keypoints with a score "
            f"each: {sums} anchors of {layers} {strides}"
        )


def find_blaze_layout(
    tensors: Sequence[TensorSpec],
    *,
    model_size: tuple[int, int],
    strides: Sequence[int] | None = None,
    interpolated: bool | None = None,
) -> BlazeLayout:
    """Return which tensors are boxes and scores, and the anchors that they belong to.

    Args:
        tensors: The outputs, in the model's order.
        model_size: Width and height of the input.
        strides: Model pixels per cell, one per layer; None tries those that MediaPipe
            has published.
        interpolated: Layers have a second anchor per cell; None means as published,
            and for other strides yes unless there is a single layer.

    Raises:
        UnsupportedModelError: The outputs are something else, or the number of rows
            is not that of the anchors.
    """
    if strides is None:
        choices = [
            (layers, second)
            for layers, second in LAYERS
            if interpolated in (None, second)
        ]
    else:
        layers = tuple(strides)
        choices = [(layers, len(layers) > 1 if interpolated is None else interpolated)]
    layouts = []
    for layers, second in choices:
        cells = grids(model_size, layers, interpolated=second)
        pairs = _parts(tensors, cells)
        if pairs is not None:
            layouts.append(BlazeLayout(cells, layers, *pairs))
    if len(layouts) == 1:
        return layouts[0]
    raise UnsupportedModelError(_refusal(tensors, model_size, choices, bool(layouts)))


def _refusal(
    tensors: Sequence[TensorSpec],
    size: tuple[int, int],
    choices: Sequence[tuple[tuple[int, ...], bool]],
    several: bool,
) -> str:
    words = shapes_of(tensors) or "none"
    if several:
        return (
            f"Outputs {words} fit several layouts of anchors at {size[0]}x{size[1]}. "
            "Pass --option strides=8,16,16,16, with those of the model's training."
        )
    counts = [
        str(sum(grid.count for grid in grids(size, layers, interpolated=second)))
        for layers, second in choices
    ]
    rows = f"one of {', '.join(counts)}" if len(counts) > 1 else counts[0]
    if len(counts) == 1:
        rows += f" (strides {', '.join(map(str, choices[0][0]))})"
    return (
        f"Outputs {words} are no detector of the BlazeFace family; expected boxes "
        f"1xNx(4 + 2 per keypoint) and scores 1xNx1, where N is {rows} for a "
        f"{size[0]}x{size[1]} input. "
        "Pass --option strides=8,16,16,16, with those of the model's training, or "
        "--decoder if this is another kind of model."
    )


def _parts(
    tensors: Sequence[TensorSpec], cells: Sequence[Grid]
) -> tuple[tuple[BlazePart, ...], int] | None:
    """Return the parts and the number of keypoints; None when nothing fits."""
    total = Grid(sum(grid.count for grid in cells), 1, 1)
    if len(tensors) == 1:
        # TensorFlow.js' export has one tensor, each row's score first.
        both = _columns(tensors[0].shape, total)
        if both is None or both <= _BOX or both % 2 == 0:
            return None
        return (BlazePart(0, 0, total.count),), (both - 1 - _BOX) // 2
    # One pair for all strides, or one per stride.
    for blocks in ([total], cells):
        if len(tensors) != 2 * len(blocks):
            continue
        parts, keypoints = [], set()
        for block in blocks:
            columns = [_columns(spec.shape, block) or 0 for spec in tensors]
            scores = [i for i, count in enumerate(columns) if count == 1]
            boxes = [i for i, n in enumerate(columns) if n >= _BOX and n % 2 == 0]
            if len(scores) != 1 or len(boxes) != 1:
                break
            parts.append(BlazePart(boxes[0], scores[0], block.count))
            keypoints.add((columns[boxes[0]] - _BOX) // 2)
        if len(parts) == len(blocks) and len(keypoints) == 1:
            return tuple(parts), keypoints.pop()
    return None


def _columns(shape: tuple[int, ...], grid: Grid) -> int | None:
    """Return how many numbers each anchor has in a tensor; None when it is no such.

    Rows (1, N, C) or (1, N), or a map (1, rows, columns, anchors x C).
    """
    if not shape or shape[0] != 1:
        return None
    if len(shape) == 4 and shape[1:3] == (grid.rows, grid.columns):
        whole, rest = divmod(shape[3], grid.per_cell)
        return whole if rest == 0 and whole else None
    if len(shape) == 4 and shape[2] == 1:
        shape = (shape[0], shape[1], shape[3])
    if len(shape) in (2, 3) and shape[1] == grid.count:
        return (*shape, 1)[2]
    return None
