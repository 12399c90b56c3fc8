"""A detector over overlapping tiles of a frame, so that small objects become large.

A detector that shrinks a 4K frame to 320 pixels cannot see what is 20 pixels large.
Tiles are looked at one by one, and the whole frame once more for what is larger than a
tile; boxes that a tile's inner edge cuts are left to its neighbour or to the whole
frame, and what is seen twice is merged by the suppression of the decoder. It costs one
inference per tile and one for the frame.
"""

from __future__ import annotations

import re
import threading
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from ...errors import UnsupportedModelError
from ..frame import Image
from ..geometry import Letterbox, nms
from ..results import Detections
from .base import PictureModel, Stages

if TYPE_CHECKING:
    from ..decoders import Selection

Rectangle = tuple[int, int, int, int]
"""x1, y1, x2, y2 in pixels of the whole picture."""

DEFAULT_OVERLAP: Final = 0.2
_MOST_TILES: Final = 256
_DECODE: Final = 2  # its place among the stages
_PATTERN: Final = re.compile(r"(\d{1,3})x(\d{1,3})(?::(0?\.\d+|0))?")


@dataclass(frozen=True)
class Tiles:
    """How a frame is cut.

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

    def cut(self, size: tuple[int, int]) -> list[Rectangle]:
        """Return x1, y1, x2, y2 of each tile of a frame, row by row.

        They cover the frame without a gap and overlap by the share that was asked for.

        Args:
            size: Width and height of the frame.
        """
        across = _spans(size[0], self.columns, self.overlap)
        down = _spans(size[1], self.rows, self.overlap)
        return [(x1, y1, x2, y2) for y1, y2 in down for x1, x2 in across]


class TiledModel(PictureModel):
    """A detector that looks at each picture in tiles, and once more as a whole.

    Args:
        inner: A detector; closed with this one.
        tiles: How a picture is cut: tiles, or their text such as ``2x2:0.2``.

    Attributes:
        inner: The detector.
        tiles: How a picture is cut.
        card: The detector's.
        assumptions: The detector's.

    Raises:
        UnsupportedModelError: The model is no detector.
        ValueError: The text is none of tiles.
    """

    def __init__(self, inner: PictureModel, tiles: Tiles | str) -> None:
        if inner.card.task != "detection" or inner.card.input is None:
            raise UnsupportedModelError(
                f"Only a detector can look at tiles; {inner.card.name} is a model for "
                f"{inner.card.task}. Leave --tiles out."
            )
        self.inner = inner
        self.tiles = Tiles.parse(tiles) if isinstance(tiles, str) else tiles
        self.card, self.assumptions = inner.card, inner.assumptions
        self._input = inner.card.input
        self._lock = threading.Lock()

    @property
    def selection(self) -> Selection:
        """Return how the detector selects; tiles are merged by the same rules."""
        return self.inner.selection

    def look(self, picture: Image, color: str) -> tuple[Detections, Stages]:
        """Return what the detector finds in the tiles and in the whole picture.

        Args:
            picture: uint8 (H, W, 3).
            color: Order of its channels: bgr or rgb.
        """
        height, width = picture.shape[:2]
        whole = (0, 0, width, height)
        views = dict.fromkeys([*self.tiles.cut((width, height)), whole])
        parts: list[Detections] = []
        total = np.zeros(4)
        with self._lock:
            for view in views:
                x1, y1, x2, y2 = view
                detections, spent = self.inner.look(picture[y1:y2, x1:x2], color)
                if not isinstance(detections, Detections):
                    raise UnsupportedModelError(
                        f"Tiles need detections, but {self.card.name} gave a "
                        f"{type(detections).__name__}. Leave --tiles out."
                    )
                start = time.perf_counter_ns()
                parts.append(_moved(detections, view, whole, self._reach(view)))
                total += spent
                total[_DECODE] += (time.perf_counter_ns() - start) / 1e6
            start = time.perf_counter_ns()
            chosen = self.selection
            merged = merge(
                parts,
                iou_threshold=chosen.iou_threshold,
                max_detections=chosen.max_detections,
                agnostic=chosen.nms == "agnostic",
            )
            total[_DECODE] += (time.perf_counter_ns() - start) / 1e6
        prepare, invoke, decode, refine = total.tolist()
        return merged, (prepare, invoke, decode, refine)

    def info(self) -> dict[str, Any]:
        """Return how the detector is run and why, and how pictures are cut."""
        return {**self.inner.info(), "tiles": asdict(self.tiles)}

    def close(self) -> None:
        """Close the detector; may be called twice."""
        self.inner.close()

    def _reach(self, view: Rectangle) -> npt.NDArray[np.float64]:
        """Return how many pixels of a view are one of the model's, for x and y.

        That is as near to an edge as a box that the edge cuts can be told.
        """
        x1, y1, x2, y2 = view
        letterbox = Letterbox.fit(
            (x2 - x1, y2 - y1),
            (self._input.width, self._input.height),
            resize=self._input.resize,
            crop_fraction=self._input.crop_fraction,
        )
        return 1.0 / np.asarray(letterbox.ratio)


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
    every = Detections.joined(parts)
    kept = nms(
        every.boxes,
        every.scores,
        None if agnostic else every.class_ids,
        iou_threshold=iou_threshold,
        max_detections=max_detections,
    )
    return every[kept]


def _spans(side: int, count: int, overlap: float) -> list[tuple[int, int]]:
    """Return where tiles begin and end along one side."""
    # count tiles of length t, each but the first adding t × (1 - overlap), fill it.
    length = min(side, -(-side // (1 + (count - 1) * (1 - overlap))))
    starts = np.rint(np.linspace(0, side - length, count)).astype(int).tolist()
    return [(start, start + int(length)) for start in starts]


def _moved(
    detections: Detections,
    tile: Rectangle,
    frame: Rectangle,
    reach: npt.NDArray[np.float64],
) -> Detections:
    """Return a tile's detections in the frame, without those that its edge cuts."""
    boxes = detections.boxes + np.asarray(tile[:2] * 2, np.float32)
    inner = np.asarray(tile) != np.asarray(frame)
    near = np.abs(boxes - np.asarray(tile, np.float32)) <= np.tile(reach, 2)
    whole = np.asarray(~(near & inner).any(axis=1), np.bool_)
    masks = detections.masks
    if masks is not None:
        masks = masks.moved(tile[0], tile[1], frame[2:])
    keypoints = detections.keypoints
    if keypoints is not None:
        keypoints = keypoints + np.asarray(tile[:2], np.float32)
    uncut = detections.uncut
    if uncut is not None:
        uncut = uncut + np.asarray(tile[:2] * 2, np.float32)
    moved = replace(
        detections, boxes=boxes, masks=masks, keypoints=keypoints, uncut=uncut
    )
    return moved[whole]
