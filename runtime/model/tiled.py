"""Look at a frame in overlapping tiles, so that small objects become large ones.

A detector that shrinks a 4K frame to 320 pixels cannot see what is 20 pixels large.
Tiles are looked at one by one, and the whole frame once more for what is larger than a
tile; boxes that a tile's inner edge cuts are left to its neighbour or to the whole
frame, and what is seen twice is merged by the same suppression as ever. It costs one
inference per tile and one for the frame.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ...errors import UnsupportedModelError
from ..frame import Image
from ..geometry import nms
from ..results import Detections, InstanceMasks

if TYPE_CHECKING:
    from ..decoders import Selection
    from ..timing import Timing
    from .model import Model

DEFAULT_OVERLAP: Final = 0.2
_MOST_TILES: Final = 256
_PATTERN: Final = re.compile(r"(\d{1,3})x(\d{1,3})(?::(0?\.\d+|0))?")


@dataclass(frozen=True)
class Tiles:
    """Say how a frame is cut.

    Attributes:
        columns: Tiles side by side.
        rows: Tiles one below the other.
        overlap: Share of a tile's side that its neighbour sees as well, 0 <= o < 0.9.
            It should be larger than the objects.
    """

    columns: int
    rows: int
    overlap: float = DEFAULT_OVERLAP

    def __post_init__(self) -> None:
        if min(self.columns, self.rows) < 1 or self.columns * self.rows > _MOST_TILES:
            raise ValueError(
                f"tiles must be 1x1 to {_MOST_TILES} in all, got "
                f"{self.columns}x{self.rows}."
            )
        if not 0.0 <= self.overlap < 0.9:
            raise ValueError(
                f"the overlap of tiles must be in 0..0.9, got {self.overlap}."
            )

    @classmethod
    def parse(cls, text: str) -> Tiles:
        """Read ``COLUMNSxROWS`` or ``COLUMNSxROWS:OVERLAP``.

        Example:
            >>> Tiles.parse("3x2:0.25")
            Tiles(columns=3, rows=2, overlap=0.25)

        Raises:
            ValueError: The text is neither.
        """
        match = _PATTERN.fullmatch(text.strip())
        if match is None:
            raise ValueError(
                f"tiles must be COLUMNSxROWS[:OVERLAP] like 2x2:0.2, got {text!r}."
            )
        overlap = DEFAULT_OVERLAP if match[3] is None else float(match[3])
        return cls(int(match[1]), int(match[2]), overlap)

    def cut(self, size: tuple[int, int]) -> list[tuple[int, int, int, int]]:
        """Return x1, y1, x2, y2 of each tile of a frame, row by row.

        They cover the frame without a gap and overlap by the share that was asked for.

        Args:
            size: Width and height of the frame.
        """
        across = _spans(size[0], self.columns, self.overlap)
        down = _spans(size[1], self.rows, self.overlap)
        return [(x1, y1, x2, y2) for y1, y2 in down for x1, x2 in across]


def look(
    model: Model, image: Image, tiles: Tiles, *, color: str = "bgr"
) -> tuple[Detections, Timing]:
    """Return what a detector finds in a frame's tiles and in the whole frame.

    Args:
        model: A detector; its lock must be held.
        image: uint8 (H, W, 3).
        tiles: How to cut.
        color: Order of the channels, as for the model.

    Raises:
        UnsupportedModelError: The model is no detector.
    """
    from ..timing import Timing

    height, width = image.shape[:2]
    frame = (0, 0, width, height)
    spent = np.zeros(3)
    parts: list[Detections] = []
    regions = [*tiles.cut((width, height)), frame]
    for x1, y1, x2, y2 in dict.fromkeys(regions):
        start = time.perf_counter_ns()
        letterbox = model.prepare(image[y1:y2, x1:x2], color=color)
        prepared = time.perf_counter_ns()
        model.invoke()
        invoked = time.perf_counter_ns()
        found = model.decode(letterbox)
        if not isinstance(found, Detections):
            raise UnsupportedModelError(
                f"Tiles need detections, but {model.card.name} gave a "
                f"{type(found).__name__}. Leave --tiles out."
            )
        # One pixel of the model is as near to an edge as a cut box can be told.
        reach = 1.0 / np.asarray(letterbox.ratio)
        parts.append(_moved(found, (x1, y1, x2, y2), frame, reach))
        decoded = time.perf_counter_ns()
        spent += (prepared - start, invoked - prepared, decoded - invoked)
    start = time.perf_counter_ns()
    # What the decoder itself goes by, be it from the card, the caller or its defaults.
    chosen: Selection = model.decoder.selection  # type: ignore[attr-defined]
    merged = merge(
        parts,
        iou_threshold=chosen.iou_threshold,
        max_detections=chosen.max_detections,
        agnostic=chosen.nms == "agnostic",
    )
    spent[2] += time.perf_counter_ns() - start
    prepare_ms, invoke_ms, decode_ms = (spent / 1e6).tolist()
    return merged, Timing(
        prepare_ms=prepare_ms, invoke_ms=invoke_ms, decode_ms=decode_ms
    )


def merge(
    parts: list[Detections],
    *,
    iou_threshold: float,
    max_detections: int,
    agnostic: bool = False,
) -> Detections:
    """Return detections of several views of a frame as one result, best first.

    Args:
        parts: In pixels of the same frame.
        iou_threshold: A box goes when its IoU with a better one is above it.
        max_detections: Most boxes.
        agnostic: Let boxes of different classes compete.
    """
    boxes = np.concatenate([part.boxes for part in parts])
    scores = np.concatenate([part.scores for part in parts])
    class_ids = np.concatenate([part.class_ids for part in parts])
    labels = [label for part in parts for label in part.labels]
    kept = nms(
        boxes,
        scores,
        None if agnostic else class_ids,
        iou_threshold=iou_threshold,
        max_detections=max_detections,
    )
    masks = [part.masks for part in parts if part.masks is not None]
    joined = InstanceMasks.joined(masks).take(kept) if masks else None
    return Detections(
        boxes[kept],
        scores[kept],
        class_ids[kept],
        tuple(labels[i] for i in kept),
        joined,
    )


def _spans(side: int, count: int, overlap: float) -> list[tuple[int, int]]:
    """Return where tiles begin and end along one side."""
    # count tiles of length t, each but the first adding t × (1 - overlap), fill it.
    length = min(side, -(-side // (1 + (count - 1) * (1 - overlap))))
    starts = np.rint(np.linspace(0, side - length, count)).astype(int).tolist()
    return [(start, start + int(length)) for start in starts]


def _moved(
    found: Detections,
    tile: tuple[int, int, int, int],
    frame: tuple[int, int, int, int],
    reach: Any,
) -> Detections:
    """Return a tile's detections in the frame, without those that its edge cuts."""
    boxes = found.boxes + np.asarray(tile[:2] * 2, np.float32)
    inner = np.asarray(tile) != np.asarray(frame)
    near = np.abs(boxes - np.asarray(tile, np.float32)) <= np.tile(reach, 2)
    whole = np.asarray(~(near & inner).any(axis=1), np.bool_)
    masks = found.masks
    if masks is not None:
        masks = masks.moved(tile[0], tile[1], frame[2:])
    moved = Detections(boxes, found.scores, found.class_ids, found.labels, masks)
    return moved[whole]
