"""A detector on the synthetic camera, its boxes compared with the true ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from ..event import Event
from ..geometry import iou
from ..metrics import Truth
from ..pipeline import Runner, RunSummary, open_stream
from ..results import Detections
from ..sinks import Sink

DETECTOR: Final = Path(__file__).with_name("detector.tflite")

# Five shapes that move, turn and bounce; others, on another background, every 2 s.
SCENES: Final = "synthetic:?size=640x480&fps={fps}&shapes=5&period=2&seed={seed}"

IOU: Final = 0.5
"""The lowest overlap at which a box counts as the true one."""


@dataclass
class BoxCount:
    """Counts of boxes compared with the truth, picture by picture.

    A detection is right when it overlaps a true box of its class by ``IOU`` or more,
    and no better detection took that box.

    Attributes:
        right: Detections that are right.
        detections: All detections.
        true: All true boxes.
        overlaps: IoU of the detections that are right.
    """

    right: int = 0
    detections: int = 0
    true: int = 0
    overlaps: list[float] = field(default_factory=list)

    def add(self, result: Detections, truth: Truth) -> int:
        """Count one picture; return how many of its detections are right."""
        shared = iou(result.boxes, truth.boxes)
        shared[result.class_ids[:, None] != truth.class_ids[None]] = 0.0
        right = 0
        for i in np.argsort(-result.scores, kind="stable").tolist():
            best = int(shared[i].argmax()) if shared.shape[1] else 0
            if shared.shape[1] and shared[i, best] >= IOU:
                self.overlaps.append(float(shared[i, best]))
                shared[:, best] = 0.0
                right += 1
        self.right += right
        self.detections += len(result)
        self.true += len(truth.class_ids)
        return right

    @property
    def precision(self) -> float:
        """Return the share of detections that are right, 0..1; 1 without detections."""
        return self.right / self.detections if self.detections else 1.0

    @property
    def recall(self) -> float:
        """Return the share of true boxes that were found, 0..1; 1 without any."""
        return self.right / self.true if self.true else 1.0

    @property
    def mean_iou(self) -> float:
        """Return the mean overlap of what is right, 0..1; 0 when nothing is."""
        return float(np.mean(self.overlaps)) if self.overlaps else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return shares and counts as plain JSON types."""
        return {
            "precision": round(self.precision, 6),
            "recall": round(self.recall, 6),
            "mean_iou": round(self.mean_iou, 6),
            "right": self.right,
            "found": self.detections,
            "true": self.true,
        }


@dataclass(frozen=True)
class WatchedBoxes:
    """A detector's results on the camera's pictures.

    Attributes:
        count: Its boxes against the true ones.
        n: Pictures.
        summary: Times and drops of the run.
    """

    count: BoxCount
    n: int
    summary: RunSummary

    def to_dict(self) -> dict[str, Any]:
        """Return shares, counts and the run's summary as plain JSON types."""
        return {**self.count.to_dict(), "n": self.n, **self.summary.to_dict()}


def true_boxes_of(event: Event) -> Truth:
    """Return the true boxes of a picture of the synthetic camera.

    Raises:
        ValueError: The picture has no truth.
    """
    details = event.frame.details or {}
    if "boxes" not in details:
        raise ValueError(f"a picture of {event.frame.source} has no true boxes.")
    return Truth(details["boxes"], details["class_ids"])


def watch_boxes(
    model: Runner,
    *,
    frames: int = 240,
    fps: float = 30.0,
    seed: int = 0,
    sinks: Sequence[str | Sink] = (),
    force: bool = False,
    on_event: Callable[[Event, int], None] = lambda event, right: None,
) -> WatchedBoxes:
    """Run a detector of shapes on the synthetic camera.

    Args:
        model: A detector whose classes are those of the scenes.
        frames: Number of pictures.
        fps: The camera's pictures per second; 0 waits for the model and drops none.
        seed: Random seed of the pictures.
        sinks: Where the results go.
        force: Let sinks replace files that exist.
        on_event: Called with every event, in order, and the number of its boxes that
            are right.

    Raises:
        SinkError: A sink cannot be opened or failed.
        OutputExistsError: A sink's file exists and ``force`` is not given.
        TypeError: The model is no detector.
    """
    count, n = BoxCount(), 0
    source = SCENES.format(fps=f"{fps:g}", seed=seed)
    with open_stream(
        model, source, sinks=sinks, max_frames=frames, force=force
    ) as pipeline:
        for event in pipeline:
            if not isinstance(event.result, Detections):
                raise TypeError(
                    f"expected Detections, got {type(event.result).__name__}."
                )
            n += 1
            on_event(event, count.add(event.result, true_boxes_of(event)))
    return WatchedBoxes(count, n, pipeline.summary())
