"""What ``edgevision demo`` shows of a model at work, line by line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...runtime.demo import Watched, WatchedBoxes
    from ...runtime.event import Event
    from ...runtime.model import PictureModel

Line = Callable[[str], None]


def show_classifier(
    path: Path, results: Path | None, frames: int, fps: float, seed: int, line: Line
) -> Watched:
    """Run a classifier on one shape after the other, and print what it sees.

    Args:
        path: The model.
        results: A file for JSON lines, or None.
        frames: Number of frames.
        fps: Frames per second; 0 means as fast as possible.
        seed: The random seed of the pictures.
        line: Called with every line: a result about every second, the table at the end.
    """
    from ...runtime.demo import is_right, truth_of, watch
    from ...runtime.opening import open_model

    every = max(1, frames // 6)

    def show(event: Event) -> None:
        if event.frame.index % every == 0:
            verdict = "right" if is_right(event) else f"it is a {truth_of(event)}"
            line(f"          #{event.frame.index:<5}{_best(event):<16}{verdict}")

    line(
        f"run       {path.name}, {path.stat().st_size:,} bytes, on a synthetic camera; "
        "every picture shows another shape"
    )
    with open_model(path) as model:
        watched = watch(
            model,
            frames=frames,
            fps=fps,
            seed=seed,
            sinks=_sinks(results),
            force=True,
            on_event=show,
        )
    line(
        f"          {watched.right} of {watched.n} pictures right "
        f"({watched.accuracy:.1%})"
    )
    for text in watched.summary.lines():
        line(f"          {text}")
    return watched


def show_detector(
    path: Path,
    then: Path | None,
    results: Path | None,
    frames: int,
    fps: float,
    seed: int,
    line: Line,
) -> WatchedBoxes:
    """Run a detector on shapes that move; see :func:`show_classifier`.

    Args:
        path: The detector.
        then: A classifier that looks again at each region, or None.
        results: A file for JSON lines, or None.
        frames: Number of frames.
        fps: Frames per second.
        seed: The random seed of the pictures.
        line: Called with every line to print.
    """
    from ...runtime.demo import IOU, true_boxes_of, watch_boxes
    from ...runtime.opening import open_model
    from ...runtime.sinks import describe

    every = max(1, frames // 6)

    def show(event: Event, right: int) -> None:
        if event.frame.index % every == 0:
            true = len(true_boxes_of(event).class_ids)
            line(
                f"          #{event.frame.index:<5}{right} of {true}: "
                f"{describe(event.result)}"
            )

    line(
        f"detect    {path.name}, {path.stat().st_size:,} bytes, on a synthetic camera: "
        "five shapes move, turn and bounce"
    )
    if then is not None:
        line(f"          then {then.name} names what is in each box")
    with open_model(path) as detector:
        model: PictureModel = detector
        if then is not None:
            # A crop of the training has about this much around its shape.
            model = detector.then(open_model(then), margin=0.2, merge="product")
        with model:
            watched = watch_boxes(
                model,
                frames=frames,
                fps=fps,
                seed=seed,
                sinks=_sinks(results),
                force=True,
                on_event=show,
            )
    count = watched.count
    line(
        f"          {count.right} of {count.true} true boxes found in {watched.n} "
        f"pictures (recall {count.recall:.1%})"
    )
    line(
        f"          {count.right} of {count.detections} detections right "
        f"(precision {count.precision:.1%}: label, and IoU {IOU:g} or more; mean "
        f"{count.mean_iou:.2f})"
    )
    for text in watched.summary.lines():
        line(f"          {text}")
    return watched


def _sinks(results: Path | None) -> list[str]:
    return [] if results is None else [f"jsonl:{results}"]


def _best(event: Event) -> str:
    """Return the best class and its score."""
    top = getattr(event.result, "top", None)
    return "nothing" if top is None else f"{top.label} {top.score:.2f}"
