"""Everything that is known of a model's outputs before its task is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...keras import OutputHead
from ...keras.training import OutputTraining

_NEAR_ONE: Final = 1e-3
_ABOUT_ONE: Final = 0.25


@dataclass(frozen=True, eq=False)
class OutputFacts:
    """What is known of one output.

    Attributes:
        values: The float model's answers to a few pictures: (N, n) or (N, H, W, C).
        head: Its last operations.
        training: What the file states of its loss and metrics.
    """

    values: npt.NDArray[Any]
    head: OutputHead = field(default_factory=OutputHead)
    training: OutputTraining = field(default_factory=OutputTraining)

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape of one picture's answer."""
        return tuple(self.values.shape[1:])

    @property
    def is_vector(self) -> bool:
        """Return whether one picture's answer is a row of numbers."""
        shape = self.shape
        return len(shape) == 1 or (len(shape) == 3 and shape[:2] == (1, 1))

    @property
    def is_map(self) -> bool:
        """Return whether the answer has rows, columns and channels."""
        return len(self.shape) == 3 and not self.is_vector

    @property
    def rows(self) -> npt.NDArray[Any]:
        """Return a vector's answers as (N, n)."""
        return self.values.reshape(len(self.values), -1)

    @property
    def is_unit(self) -> bool:
        """Return whether all values are in 0..1."""
        values = self.values
        return bool(values.size) and bool(values.min() >= 0 and values.max() <= 1)

    @property
    def is_softmax(self) -> bool:
        """Return whether the last axis adds up to 1 everywhere."""
        return (
            self.values.shape[-1] > 1
            and self.is_unit
            and bool(np.allclose(self.values.sum(axis=-1), 1, atol=_NEAR_ONE))
        )

    @property
    def excludes(self) -> bool:
        """Return whether independent scores add up to about 1 on every picture."""
        return self.is_unit and bool(
            np.abs(self.rows.sum(axis=1) - 1).max() <= _ABOUT_ONE
        )

    @property
    def is_normalized(self) -> bool:
        """Return whether every vector has the length 1."""
        lengths = np.linalg.norm(self.rows.astype(np.float64), axis=1)
        return self.rows.shape[1] > 1 and bool(np.allclose(lengths, 1, atol=_NEAR_ONE))

    @property
    def is_black_and_white(self) -> bool:
        """Return whether nearly all values are at one of two ends."""
        return self.is_unit and is_black_and_white(self.values)


@dataclass(frozen=True, eq=False)
class ModelFacts:
    """What is known of a model and of the data at hand.

    Attributes:
        outputs: In the model's order.
        pictures: The pictures that were answered, (N, H, W, C), as the model takes
            them; None means that it takes no single picture.
        pixels: The same pictures with pixels 0..255.
        takes_vector: Whether its one input is a vector.
        labels: Number of labels that the caller passes; 0 without.
        folders: Number of class folders of the pictures at hand; 0 without.
    """

    outputs: tuple[OutputFacts, ...]
    pictures: npt.NDArray[Any] | None = None
    pixels: npt.NDArray[Any] | None = None
    takes_vector: bool = False
    labels: int = 0
    folders: int = 0

    def resembles_input(self, output: OutputFacts) -> float:
        """Return how much an output looks like its picture: a mean correlation.

        It is 0 where that cannot be said: without pictures, or of flat ones.
        """
        if self.pictures is None or not output.is_map:
            return 0.0
        rows, columns = output.shape[:2]
        likenesses = []
        for picture, answer in zip(self.pictures, output.values, strict=False):
            gray = _resized(picture.astype(np.float64).mean(axis=-1), rows, columns)
            shown = answer.astype(np.float64).mean(axis=-1)
            if gray.std() > 1e-6 and shown.std() > 1e-6:
                likenesses.append(float(np.corrcoef(gray.ravel(), shown.ravel())[0, 1]))
        return float(np.mean(likenesses)) if likenesses else 0.0


def is_black_and_white(values: npt.NDArray[Any]) -> bool:
    """Return whether nearly all of some values in 0..1 are at one of the two ends."""
    return bool(np.mean((values < 0.05) | (values > 0.95)) > 0.9)


def _resized(
    picture: npt.NDArray[np.float64], rows: int, columns: int
) -> npt.NDArray[np.float64]:
    """Return a picture with the size of an output."""
    if picture.shape == (rows, columns):
        return picture
    import cv2

    small = rows < picture.shape[0]
    way = cv2.INTER_AREA if small else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (columns, rows), interpolation=way))
