"""What a model says of one frame: frozen dataclasses of arrays, checked when made.

A result does not know how it is drawn, printed or sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, overload, runtime_checkable

import numpy as np
import numpy.typing as npt

from .drawable import Drawable

ClassIds = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
TrackIds = npt.NDArray[np.int64]


@runtime_checkable
class Result(Protocol):
    """What every decoder returns."""

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain JSON types."""
        ...


@dataclass(frozen=True)
class Classification:
    """One class of a picture.

    Attributes:
        class_id: Index of the class in the model's output.
        score: 0..1.
        label: The class's text; its number where the model has no labels.
    """

    class_id: int
    score: float
    label: str


@dataclass(frozen=True)
class Classifications(Drawable):
    """The classes of one picture, best first.

    Attributes:
        class_ids: int64 (N,).
        scores: float32 (N,), 0..1, falling; equal scores by rising class_id.
        labels: N texts.
    """

    class_ids: ClassIds
    scores: Scores
    labels: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        count = len(self.class_ids)
        if self.class_ids.shape != (count,) or self.scores.shape != (count,):
            raise ValueError(
                "class_ids and scores must have shape (N,), got "
                f"{self.class_ids.shape} and {self.scores.shape}."
            )
        if len(self.labels) != count:
            raise ValueError(f"labels must have {count} texts, got {len(self.labels)}.")

    def __len__(self) -> int:
        return len(self.class_ids)

    def __iter__(self) -> Iterator[Classification]:
        for class_id, score, label in zip(
            self.class_ids.tolist(), self.scores.tolist(), self.labels, strict=True
        ):
            yield Classification(class_id, score, label)

    @overload
    def __getitem__(self, item: int) -> Classification: ...

    @overload
    def __getitem__(
        self, item: slice | npt.NDArray[np.bool_] | Sequence[int]
    ) -> Classifications: ...

    def __getitem__(
        self, item: int | slice | npt.NDArray[np.bool_] | Sequence[int]
    ) -> Classification | Classifications:
        """Return one class by position, or a subset by slice, mask or positions."""
        if isinstance(item, (int, np.integer)):
            return Classification(
                int(self.class_ids[item]), float(self.scores[item]), self.labels[item]
            )
        positions = np.arange(len(self))[item]
        return Classifications(
            self.class_ids[positions],
            self.scores[positions],
            tuple(self.labels[i] for i in positions),
        )

    @property
    def top(self) -> Classification | None:
        """Return the best class, or None when no class passed the threshold."""
        return self[0] if len(self) else None

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"classes": [{"class_id", "label", "score"} ...]}``."""
        return {
            "classes": [
                {
                    "class_id": item.class_id,
                    "label": item.label,
                    "score": round(item.score, 6),
                }
                for item in self
            ]
        }


def check_track_ids(track_ids: TrackIds | None, count: int) -> None:
    """Check that there is one track id per object, where there are track ids.

    Raises:
        ValueError: They are not int64 (count,).
    """
    if track_ids is None:
        return
    if track_ids.shape != (count,) or track_ids.dtype != np.int64:
        raise ValueError(
            f"track_ids must be int64 of shape ({count},), got {track_ids.dtype} of "
            f"shape {track_ids.shape}."
        )


def track_record(track_ids: TrackIds | None, track_id: int) -> dict[str, Any]:
    """Return an object's track id for JSON; nothing where nobody tracks."""
    if track_ids is None:
        return {}
    return {"track_id": None if track_id < 0 else track_id}
