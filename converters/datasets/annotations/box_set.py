"""Pictures on disk with true boxes, whatever format they were described in."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ....errors import CalibrationError, both_ends
from ....runtime.geometry import Boxes
from ....runtime.results import ClassIds
from ..time_limit import check_time

Shares = npt.NDArray[np.float64]

PARTS: Final = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
}
"""What folders and files of a data set's parts are called."""

# An edge that lies this share of the side outside is rounding, and is moved in.
_ROUNDING: Final = 0.01
_SHOWN: Final = 8


@dataclass(frozen=True)
class BoxedPicture:
    """One picture's file and its objects.

    Attributes:
        path: The picture.
        boxes: float64 (N, 4) xyxy as shares of width and height, 0..1, none empty.
        class_ids: int64 (N,).
        ignored: float64 (M, 4): crowds and difficult ones, neither right nor wrong.
        stated_size: Width and height in the description; None means that it has none.
        part: train, val, test, or "" where the data set has no parts.
        ignored_ids: int64 (M,), the classes of ``ignored``.
        crowds: bool (M,): which of ``ignored`` hold several objects in one box.
    """

    path: Path
    boxes: Shares
    class_ids: ClassIds
    ignored: Shares
    stated_size: tuple[int, int] | None = None
    part: str = ""
    ignored_ids: ClassIds = field(default_factory=lambda: np.empty(0, np.int64))
    crowds: npt.NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))

    def in_pixels(self, width: int, height: int) -> tuple[Boxes, Boxes]:
        """Return boxes and ignored ones, float32 xyxy, in a picture of that size.

        Raises:
            CalibrationError: The description states another size.
        """
        stated = self.stated_size
        if stated is not None and stated != (width, height):
            raise CalibrationError(
                f"{self.path} has {width}x{height} pixels, but its description says "
                f"{stated[0]}x{stated[1]}, so its boxes would be in the wrong place. "
                "Correct the description."
            )
        sides = np.array([width, height, width, height], np.float64)
        return (
            (self.boxes * sides).astype(np.float32),
            (self.ignored * sides).astype(np.float32),
        )


@dataclass(frozen=True)
class BoxSet:
    """Pictures with true boxes, and the names of the classes.

    Attributes:
        pictures: Sorted by path.
        labels: One text per class_id.
        name: What errors call it.
        notes: What is odd and was taken as it is, such as pictures without a box.
    """

    pictures: tuple[BoxedPicture, ...]
    labels: tuple[str, ...]
    name: str
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def box_count(self) -> int:
        """Return the number of boxes."""
        return sum(len(picture.boxes) for picture in self.pictures)

    def subset(self, positions: Iterable[int]) -> BoxSet:
        """Return the pictures at some positions, in that order."""
        return replace(self, pictures=tuple(self.pictures[i] for i in positions))

    def part(self, name: str) -> BoxSet:
        """Return the pictures of one part."""
        return self.subset(i for i, p in enumerate(self.pictures) if p.part == name)


@dataclass
class Problems:
    """Collect what is wrong with a description, with file and line.

    Attributes:
        sentences: The first ones; a file may have a million.
        count: How many there are.
    """

    sentences: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, path: Path, line: int | str, what: str) -> None:
        """Note one: its file, its line (or a word for the place) and what is wrong."""
        self.count += 1
        if len(self.sentences) < _SHOWN:
            place = f"{path}:{line}" if isinstance(line, int) else f"{path}, {line}"
            # What a file holds there may be of any length.
            self.sentences.append(f"{place}: {both_ends(what, 300)}")

    def box(
        self, path: Path, line: int | str, box: Sequence[float]
    ) -> tuple[float, float, float, float] | None:
        """Return a box cut to 0..1, or None when it is none, which is noted.

        Args:
            path: The description.
            line: Where in it.
            box: x1, y1, x2, y2 as shares of the picture's sides.
        """
        check_time()
        x1, y1, x2, y2 = (float(value) for value in box)
        if not all(map(math.isfinite, (x1, y1, x2, y2))):
            self.add(path, line, "the box has a coordinate that is no number")
            return None
        if x2 <= x1 or y2 <= y1:
            self.add(
                path,
                line,
                f"the box has no area ({x2 - x1:.4g} wide, {y2 - y1:.4g} high, as "
                "shares of the picture)",
            )
            return None
        over = max(-x1, -y1, x2 - 1, y2 - 1)
        if over > _ROUNDING:
            self.add(
                path, line, f"the box reaches {over:.1%} of the picture's side outside"
            )
            return None
        x1, y1, x2, y2 = max(x1, 0.0), max(y1, 0.0), min(x2, 1.0), min(y2, 1.0)
        if x2 <= x1 or y2 <= y1:
            self.add(path, line, "the box lies outside the picture")
            return None
        return x1, y1, x2, y2

    def settle(self, name: str, *, skip_bad: bool) -> tuple[str, ...]:
        """Return a note on what was left out.

        Raises:
            CalibrationError: Something is wrong, and ``skip_bad`` is not set.
        """
        if not self.sentences:
            return ()
        count = self.count
        lines = tuple(f"  {sentence}" for sentence in self.sentences)
        if count > len(lines):
            lines += (f"  and {count - len(lines)} more",)
        if skip_bad:
            return (f"{count} bad entries of {name} were left out:", *lines)
        error = CalibrationError(
            f"{name} has {count} bad entries. Correct them, or train with --option "
            "skip-bad=true to leave them out."
        )
        error.table = lines
        raise error


def boxed(
    path: Path,
    boxes: Sequence[Sequence[float]],
    class_ids: Sequence[int],
    ignored: Sequence[Sequence[float]] = (),
    *,
    stated_size: tuple[int, int] | None = None,
    part: str = "",
    ignored_ids: Sequence[int] = (),
    crowds: bool = False,
) -> BoxedPicture:
    """Return a picture of plain lists, its arrays shaped even when they are empty.

    Args:
        path: As in :class:`BoxedPicture`, like those that follow.
        boxes: As there.
        class_ids: As there.
        ignored: As there.
        stated_size: As there.
        part: As there.
        ignored_ids: As there.
        crowds: Whether the ignored ones are crowds, all of them.
    """
    check_time()
    return BoxedPicture(
        path,
        np.asarray(boxes, np.float64).reshape(-1, 4),
        np.asarray(class_ids, np.int64),
        np.asarray(ignored, np.float64).reshape(-1, 4),
        stated_size,
        part,
        np.asarray(ignored_ids, np.int64),
        np.full(len(ignored), crowds),
    )


def part_of(path: Path, root: Path) -> str:
    """Return the part that a picture or description belongs to, by its folders."""
    try:
        inner = path.relative_to(root).parts[:-1]
    except ValueError:
        inner = path.parts[-3:-1]
    for name in inner:
        lower = name.lower()
        for word, part in PARTS.items():
            if lower == word or lower.rstrip("0123456789") == word:
                return part
    return ""


def split_boxes(data: BoxSet, *, share: float, seed: int) -> tuple[BoxSet, BoxSet]:
    """Return what to learn from and what is held out.

    A data set with a val part (or, failing that, a test part) keeps it; else a share is
    drawn, the same for the same seed.

    Args:
        data: The data set.
        share: Of the pictures that is held out, 0..1; at least one is.
        seed: Random seed.

    Raises:
        CalibrationError: One of the two would be empty.
    """
    for name in ("val", "test"):
        held = data.part(name)
        learnt = [i for i, p in enumerate(data.pictures) if p.part in ("", "train")]
        if len(held) and learnt:
            return data.subset(learnt), held
    order = list(range(len(data)))
    random.Random(seed).shuffle(order)  # noqa: S311 - a choice, not a secret
    count = max(1, round(share * len(order)))
    if count >= len(order):
        raise CalibrationError(
            f"{data.name} has {len(order)} pictures, too few to divide into training "
            "and validation. Add pictures."
        )
    return data.subset(sorted(order[count:])), data.subset(sorted(order[:count]))
