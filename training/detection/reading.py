"""Pictures with boxes from disk, laid into the network's input as on a device."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from ...card import InputCard
from ...converters.datasets import check_time
from ...converters.datasets.annotations import BoxedPicture, BoxSet
from ...converters.samples import pixel_preprocessor
from ...errors import CalibrationError, TrainingError
from ...runtime.frame import Image
from ...runtime.geometry import Boxes
from ...runtime.image import damage_warning, file_digest
from ..data import read_picture
from .pictures import Pixels, Sample
from .targets import SIDE_PER_STRIDE

_IN_MEMORY: Final = 10**9

# A level is worth its cells when so many boxes are of its size.
_WORTH: Final = 0.05
_SMALL: Final = 0.2


class PicturesOnDisk:
    """Read samples from files; keep them when all fit into a gigabyte.

    Args:
        data: The pictures.
        card: Size, colour and resize rule of the network's input.
        memory: Bytes that may be kept.
    """

    def __init__(
        self, data: BoxSet, card: InputCard, *, memory: int = _IN_MEMORY
    ) -> None:
        self._data = data
        self._card = card
        self._prepare = pixel_preprocessor(card)
        size = card.width * card.height * card.channels
        self._kept: dict[int, Sample] | None = (
            {} if len(data) * size <= memory else None
        )

    def __len__(self) -> int:
        return len(self._data)

    def sample(self, position: int) -> Sample:
        """Return one sample.

        Raises:
            TrainingError: The picture cannot be read, or has another size than its
                description says.
        """
        if self._kept is not None and position in self._kept:
            return self._kept[position]
        sample = self._read(self._data.pictures[position])
        if self._kept is not None:
            self._kept[position] = sample
        return sample

    def _read(self, picture: BoxedPicture) -> Sample:
        image = read_picture(picture.path)
        if isinstance(image, str):  # it could be read at the beginning
            raise TrainingError(f"A picture cannot be used: {image}")
        return self._laid_in(picture, image)

    def _laid_in(self, picture: BoxedPicture, image: Image) -> Sample:
        card = self._card
        pixels: Pixels = np.empty((1, card.height, card.width, card.channels), np.uint8)
        height, width = image.shape[:2]
        try:
            boxes, ignored = picture.in_pixels(width, height)
        except CalibrationError as error:
            raise TrainingError(
                f"A picture cannot be used: {error} Remove or replace it."
            ) from error
        letterbox = self._prepare.prepare(image, out=pixels)
        inside, kept = _laid(letterbox.boxes_to_model(boxes), card)
        others, _ = _laid(letterbox.boxes_to_model(ignored), card)
        return Sample(pixels[0], inside, picture.class_ids[kept], others)

    def leave_out_damaged(self, on_progress: Callable[[int, int], None]) -> str | None:
        """Read every picture once, and leave out those that cannot be read.

        Args:
            on_progress: Called with done and total after each picture.

        Returns:
            The warning about them; None when there are none.

        Raises:
            TrainingError: Too many cannot be read, or one has another size than its
                description says.
        """
        total = len(self)
        good: list[int] = []
        damaged: list[str] = []
        samples: list[Sample] = []
        for position in range(total):
            check_time()
            image = read_picture(self._data.pictures[position].path)
            if isinstance(image, str):
                damaged.append(image)
            else:
                good.append(position)
                sample = self._laid_in(self._data.pictures[position], image)
                if self._kept is not None:
                    samples.append(sample)
            on_progress(position + 1, total)
        warning = damage_warning(damaged, total, error=TrainingError)
        self._data = self._data.subset(good)
        if self._kept is not None:
            self._kept = dict(enumerate(samples))
        return warning

    @property
    def data(self) -> BoxSet:
        """Return the pictures' files and boxes."""
        return self._data

    def sides(self, count: int = 2000) -> Boxes:
        """Return the longer sides of boxes, in pixels of the network's input.

        Args:
            count: Pictures that are looked at, at most, from the first on.
        """
        sides = [
            (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
            for boxes in (self.sample(i).boxes for i in range(min(count, len(self))))
            if len(boxes)
        ]
        return np.concatenate(sides) if sides else np.empty(0, np.float32)


def _laid(boxes: Boxes, card: InputCard) -> tuple[Boxes, np.ndarray]:
    """Cut boxes at the input's edges; return those of a pixel or more, and which."""
    sides = np.array([card.width, card.height] * 2, np.float32)
    cut = np.clip(boxes, 0, sides)
    kept = (cut[:, 2:] - cut[:, :2]).min(axis=1, initial=np.inf) >= 1
    return cut[kept], kept


def apart(learnt: BoxSet, held: BoxSet) -> tuple[BoxSet, int]:
    """Return what to learn from without the pictures that are held out, by content.

    Args:
        learnt: The pictures to learn from.
        held: The held-out pictures.

    Returns:
        The rest of ``learnt``, and how many pictures were left out.

    Raises:
        TrainingError: Nothing is left, or a file cannot be read.
    """
    # Files of different sizes differ: of most nothing need be read.
    shared = _sizes(learnt) & _sizes(held)
    known = {file_digest(item.path) for item in held.pictures if _size(item) in shared}
    kept = [
        i
        for i, item in enumerate(learnt.pictures)
        if _size(item) not in shared or file_digest(item.path) not in known
    ]
    if len(learnt) and not kept:
        raise TrainingError(
            f"All {len(learnt)} pictures of {learnt.name} are held out too, so nothing "
            "is left to learn from. Give --validation other pictures."
        )
    return learnt.subset(kept), len(learnt) - len(kept)


def _sizes(data: BoxSet) -> set[int]:
    return {_size(item) for item in data.pictures}


def _size(picture: BoxedPicture) -> int:
    try:
        return picture.path.stat().st_size
    except OSError as error:
        raise TrainingError(f"Cannot read {picture.path}: {error.strerror}.") from error


def choose_strides(sides: Boxes, size: tuple[int, int]) -> tuple[int, ...]:
    """Return the levels that objects of these sizes need.

    A level of stride s is for boxes whose longer side is up to 8 s; one that hardly any
    box is for costs time and learns nothing.

    Args:
        sides: Longer sides, in pixels of the network's input.
        size: The input's width and height; a level must divide both.

    Raises:
        ValueError: No level divides the input's sides.
    """
    fitting = [s for s in (4, 8, 16, 32) if size[0] % s == 0 and size[1] % s == 0]
    if 8 not in fitting:
        raise ValueError(
            f"the input's sides must be multiples of 8, better of 16 or 32; got "
            f"{size[0]}x{size[1]}."
        )
    last = 8
    for stride in fitting:
        below = SIDE_PER_STRIDE * stride / 2
        if stride > 8 and np.mean(sides > below) >= _WORTH:
            last = stride
    first = 4 if np.mean(sides < 1.5 * 8) >= _SMALL else 8
    return tuple(s for s in fitting if first <= s <= last)


def digest_of(data: Sequence[BoxedPicture]) -> str:
    """Return what tells one data set from another, without reading pictures."""
    total = hashlib.sha256()
    for picture in data:
        total.update(picture.path.name.encode())
        total.update(picture.boxes.tobytes())
        total.update(picture.class_ids.tobytes())
    return total.hexdigest()[:16]
