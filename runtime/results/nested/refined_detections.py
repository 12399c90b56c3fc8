"""Objects of a frame with what a second model says of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, overload

import numpy as np

from ..classifications import Result
from ..detections import Detection, Detections, Items


@dataclass(frozen=True)
class RefinedDetections(Detections):
    """Objects with the words of a second model as labels, and its own answers.

    Attributes:
        answers: N results of the second model, such as a text or numbers.
    """

    answers: tuple[Result, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.answers) != len(self):
            raise ValueError(f"answers must be {len(self)}, got {len(self.answers)}.")

    @overload
    def __getitem__(self, item: int) -> Detection: ...

    @overload
    def __getitem__(self, item: Items) -> RefinedDetections: ...

    def __getitem__(self, item: int | Items) -> Detection | RefinedDetections:
        """Return one object by position, or a subset by slice, mask or positions."""
        if isinstance(item, (int, np.integer)):
            return super().__getitem__(int(item))
        some = super().__getitem__(item)
        chosen = np.asarray(item) if not isinstance(item, slice) else item
        if isinstance(chosen, np.ndarray) and chosen.size == 0:
            chosen = chosen.astype(np.int64)
        positions = np.arange(len(self))[chosen].tolist()
        return RefinedDetections(
            some.boxes,
            some.scores,
            some.class_ids,
            some.labels,
            some.masks,
            some.keypoints,
            some.keypoint_labels,
            some.uncut,
            some.track_ids,
            answers=tuple(self.answers[i] for i in positions),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the record of detections; ``then`` of each is the second's answer."""
        records = super().to_dict()["detections"]
        for record, answer in zip(records, self.answers, strict=True):
            record["then"] = answer.to_dict()
        return {"detections": records}
