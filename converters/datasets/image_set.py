"""A set of pictures on the host: files or arrays, drawn from by a random seed."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ...runtime.frame import Image, as_bgr
from ...runtime.image import file_digest, read_image
from .annotations import BoxedPicture, BoxSet


@dataclass(frozen=True)
class ImageSet:
    """Pictures as files or as arrays, with their classes where known.

    Attributes:
        items: Paths, or arrays (H, W) or (H, W, C) of pixels 0..255.
        classes: Per item an index into ``class_names``; empty when unknown.
        class_names: Names of the class folders, sorted; empty when unknown.
        name: What errors call the set.
        boxed: Per item its true boxes; empty when unknown.
        box_labels: One text per class of these boxes.
        notes: What was skipped when the set was opened, one sentence each.
        numbers: float64 (N, C), what came with arrays: true values, or 0 and 1 per
            label; None when nothing did.
        targets: Per item the picture that a model should answer with, as a path or an
            array, or None; empty when unknown.
        folder: Where a table of what is true may stand; None when there is no folder.
    """

    items: tuple[Path | npt.NDArray[Any], ...]
    classes: tuple[int, ...] = ()
    class_names: tuple[str, ...] = ()
    name: str = "the images"
    boxed: tuple[BoxedPicture, ...] = ()
    box_labels: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    numbers: npt.NDArray[np.float64] | None = None
    targets: tuple[Path | npt.NDArray[Any] | None, ...] = ()
    folder: Path | None = None

    def __len__(self) -> int:
        return len(self.items)

    def subset(self, positions: Iterable[int]) -> ImageSet:
        """Return the items at some positions, in that order."""
        chosen = list(positions)
        return replace(
            self,
            items=tuple(self.items[i] for i in chosen),
            classes=tuple(self.classes[i] for i in chosen) if self.classes else (),
            boxed=tuple(self.boxed[i] for i in chosen) if self.boxed else (),
            numbers=None if self.numbers is None else self.numbers[chosen],
            targets=tuple(self.targets[i] for i in chosen) if self.targets else (),
        )

    def image(self, position: int, *, color: str = "rgb") -> Image:
        """Return one picture as uint8 (H, W, 3) BGR.

        Args:
            position: Of the item.
            color: Channel order of arrays; files have their own.

        Raises:
            SourceError: The file cannot be read, or ends half-way.
        """
        return _pixels(self.items[position], color)

    def target(self, position: int, *, color: str = "rgb") -> Image | None:
        """Return the true picture of one item as uint8 (H, W, 3) BGR; None without one.

        Args:
            position: Of the item.
            color: Channel order of arrays; files have their own.

        Raises:
            SourceError: The file cannot be read, or ends half-way.
        """
        target = self.targets[position] if self.targets else None
        return None if target is None else _pixels(target, color)

    def label(self, position: int) -> str:
        """Return what messages call one item."""
        item = self.items[position]
        return str(item) if isinstance(item, Path) else f"{self.name}[{position}]"

    def digest(self, position: int) -> str:
        """Return the SHA-256 of one item's bytes.

        Raises:
            SourceError: The file cannot be read.
        """
        item = self.items[position]
        if isinstance(item, Path):
            return file_digest(item)
        return hashlib.sha256(item.tobytes()).hexdigest()

    def draw(self, count: int, *, seed: int) -> list[int]:
        """Return positions of a class-balanced random choice, in drawn order.

        Args:
            count: How many; all when there are fewer.
            seed: Equal seeds draw equally, whatever order the disk lists files in.
        """
        groups: dict[int, list[int]] = {}
        for i in range(len(self.items)):
            groups.setdefault(self.classes[i] if self.classes else 0, []).append(i)
        generator = random.Random(seed)  # noqa: S311 - a choice, not a secret
        queues = [groups[key] for key in sorted(groups)]
        for queue in queues:
            generator.shuffle(queue)
        chosen: list[int] = []
        while len(chosen) < count and any(queues):
            generator.shuffle(queues)
            for queue in queues:
                if queue and len(chosen) < count:
                    chosen.append(queue.pop())
        return chosen


def _pixels(item: Path | npt.NDArray[Any], color: str) -> Image:
    if isinstance(item, Path):
        return read_image(item)
    pixels = item if item.dtype == np.uint8 else np.rint(item).astype(np.uint8)
    return as_bgr(pixels, color="bgr" if color == "bgr" else "rgb")


def from_boxes(data: BoxSet) -> ImageSet:
    """Return the pictures of a data set with true boxes."""
    return ImageSet(
        tuple(picture.path for picture in data.pictures),
        name=data.name,
        boxed=data.pictures,
        box_labels=data.labels,
    )
