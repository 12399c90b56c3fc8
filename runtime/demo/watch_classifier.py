"""A classifier on the synthetic camera, and how often it is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..event import Event
from ..pipeline import Runner, RunSummary, open_stream
from ..results import Classifications
from ..sinks import Sink

CLASSIFIER: Final = Path(__file__).with_name("shapes.tflite")

# One shape that fills the picture, another one in every picture: a period just under
# the thirtieth of a second between two pictures, so that each counts on its own.
CAMERA: Final = "synthetic:?size=240x240&fps={fps}&shapes=1&period=0.03&seed={seed}"


@dataclass(frozen=True)
class Watched:
    """A classifier's results on the camera's pictures.

    Attributes:
        right: Pictures whose best class was the true one.
        n: All pictures.
        summary: Times and drops of the run.
    """

    right: int
    n: int
    summary: RunSummary

    @property
    def accuracy(self) -> float:
        """Return the share of pictures with the right class, 0..1."""
        return self.right / self.n if self.n else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return accuracy, its counts and the run's summary as plain JSON types."""
        return {
            "accuracy": round(self.accuracy, 6),
            "right": self.right,
            "n": self.n,
            **self.summary.to_dict(),
        }


def truth_of(event: Event) -> str:
    """Return the label of the one shape in a picture of the synthetic camera.

    Raises:
        ValueError: The picture has no truth, or not that of a single shape.
    """
    labels = (event.frame.details or {}).get("labels", ())
    if len(labels) != 1:
        raise ValueError(
            f"a picture with one true label was expected, {event.frame.source} gave "
            f"{len(labels)}."
        )
    return str(labels[0])


def is_right(event: Event) -> bool:
    """Return whether a classifier's best class is the true one, by its label."""
    result = event.result
    if not isinstance(result, Classifications):
        raise TypeError(f"expected Classifications, got {type(result).__name__}.")
    return result.top is not None and result.top.label == truth_of(event)


def watch(
    model: Runner,
    *,
    frames: int = 240,
    fps: float = 30.0,
    seed: int = 0,
    sinks: Sequence[str | Sink] = (),
    force: bool = False,
    on_event: Callable[[Event], None] = lambda event: None,
) -> Watched:
    """Run a classifier of shapes on the synthetic camera.

    Args:
        model: A classifier whose labels are those of the scenes.
        frames: Number of pictures.
        fps: The camera's pictures per second; 0 waits for the model and drops none.
        seed: Random seed of the pictures.
        sinks: Where the results go.
        force: Let sinks replace files that exist.
        on_event: Called with every event, in order.

    Raises:
        SinkError: A sink cannot be opened or failed.
        OutputExistsError: A sink's file exists and ``force`` is not given.
    """
    right = n = 0
    source = CAMERA.format(fps=f"{fps:g}", seed=seed)
    with open_stream(
        model, source, sinks=sinks, max_frames=frames, force=force
    ) as pipeline:
        for event in pipeline:
            n += 1
            right += is_right(event)
            on_event(event)
    return Watched(right, n, pipeline.summary())
