"""Which pixels of a frame belong to each object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Part = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class InstanceMasks:
    """One mask per object, each as large as its box and no larger.

    Three hundred masks of a whole 1080p frame would be 600 MB; objects are small.

    Attributes:
        size: Width and height of the frame.
        corners: int64 (N, 2), x and y of the frame's pixel that is each part's first.
        parts: N arrays, bool (h, w): which pixels from the corner on are the object.
    """

    size: tuple[int, int]
    corners: npt.NDArray[np.int64]
    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        if self.corners.shape != (len(self.parts), 2):
            raise ValueError(
                f"corners must have shape ({len(self.parts)}, 2), got "
                f"{self.corners.shape}."
            )
        for (left, top), part in zip(self.corners.tolist(), self.parts, strict=True):
            if part.ndim != 2 or part.dtype != np.bool_:
                raise ValueError(
                    f"parts must be bool (h, w), got {part.dtype} {part.shape}."
                )
            right, bottom = left + part.shape[1], top + part.shape[0]
            if min(left, top) < 0 or right > self.size[0] or bottom > self.size[1]:
                raise ValueError(
                    f"a part {left}, {top} to {right}, {bottom} lies outside of the "
                    f"{self.size[0]}x{self.size[1]} frame."
                )

    def __len__(self) -> int:
        return len(self.parts)

    def take(self, positions: Sequence[int] | npt.NDArray[Any]) -> InstanceMasks:
        """Return the masks at some positions, in that order."""
        chosen = np.asarray(positions, np.int64).reshape(-1)
        parts = tuple(self.parts[i] for i in chosen.tolist())
        return InstanceMasks(self.size, self.corners[chosen], parts)

    def moved(self, x: int, y: int, size: tuple[int, int]) -> InstanceMasks:
        """Return the same masks in a larger frame, of which this one was a part."""
        return InstanceMasks(size, self.corners + np.asarray([x, y]), self.parts)

    @staticmethod
    def joined(several: Sequence[InstanceMasks]) -> InstanceMasks:
        """Return the masks of several views of one frame in one."""
        parts = tuple(part for masks in several for part in masks.parts)
        corners = np.concatenate([masks.corners for masks in several])
        return InstanceMasks(several[0].size, corners, parts)

    def whole(self, position: int) -> Part:
        """Return one mask as large as the frame, bool (H, W)."""
        mask = np.zeros(self.size[::-1], np.bool_)
        part = self.parts[position]
        x, y = self.corners[position].tolist()
        mask[y : y + part.shape[0], x : x + part.shape[1]] = part
        return mask

    def areas(self) -> npt.NDArray[np.float32]:
        """Return the share of the frame's pixels that each object covers, (N,)."""
        counts = [np.count_nonzero(part) for part in self.parts]
        shares = np.asarray(counts, np.float64) / (self.size[0] * self.size[1])
        return shares.astype(np.float32)

    def to_rle(self, position: int) -> dict[str, list[int]]:
        """Return one mask as COCO's run lengths: column by column, from zeros."""
        columns = self.whole(position).reshape(-1, order="F")
        changes = np.flatnonzero(columns[1:] != columns[:-1]) + 1
        edges = np.concatenate([[0], changes, [columns.size]])
        counts = np.diff(edges).tolist()
        if columns[0]:
            counts.insert(0, 0)
        return {"size": [self.size[1], self.size[0]], "counts": counts}
