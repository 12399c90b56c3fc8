"""What the way from frames to events costs per 720p frame, stage by stage.

Ten objects that walk, four regions, five rules, the camera watch, and two covered
boxes, in a stream whose model costs nothing. A second row of runs leaves the stages
out, in turns, so that what the pipeline itself takes is seen, too.

The column "alone" is the processor time of one thread that takes prepared events
through the stages and does nothing else: other programs on the machine hardly change
it. The target is for that.

    python benchmarks/events.py [--frames 600] [--rounds 5] [--fps 30]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from edgevision.runtime.camera_watch import CameraWatch  # noqa: E402
from edgevision.runtime.event import Event  # noqa: E402
from edgevision.runtime.frame import Frame, Image  # noqa: E402
from edgevision.runtime.pipeline import Pipeline  # noqa: E402
from edgevision.runtime.redaction import (  # noqa: E402
    RedactionSettings,
    RedactStage,
)
from edgevision.runtime.regions import Line, RegionStage, Zone  # noqa: E402
from edgevision.runtime.results import Detections, Result  # noqa: E402
from edgevision.runtime.rules import Rule, RulesStage  # noqa: E402
from edgevision.runtime.sources import Source  # noqa: E402
from edgevision.runtime.stage import Stage  # noqa: E402
from edgevision.runtime.timing import Timing  # noqa: E402
from edgevision.runtime.tracking import TrackStage  # noqa: E402

TARGET_MS = 1.5
WIDTH, HEIGHT, OBJECTS = 1280, 720, 10
LABELS = ("face", "face", *["person"] * 5, *["car"] * 3)
RULES = (
    "person in lawn for 3s and time in 22:00..06:00",
    "any crosses gate in",
    "count(car in lot) > 2 for 60s",
    "not seen(cat) for 12h",
    "dwell(person in shelf) > 10s",
)


class Walk(Source):
    """Ten boxes on a still ground with a camera's noise, made beforehand."""

    def __init__(self, pictures: Sequence[Image], frames: int, fps: float) -> None:
        super().__init__("walk")
        self._pictures, self._frames, self._fps = pictures, frames, fps

    def frames(self) -> Iterator[Frame]:
        """Yield them as fast as they are taken, with the times of a camera."""
        for index in range(self._frames):
            stamp = 10**12 + int(index / self._fps * 1e9)
            picture = self._pictures[index % len(self._pictures)]
            yield Frame(picture, stamp, index, self.name)


class Truth:
    """Answers at once where the objects are, with the jitter of a detector."""

    def __init__(self) -> None:
        rng = np.random.default_rng(4)
        self._start = rng.uniform((50, 50), (WIDTH - 250, HEIGHT - 250), (OBJECTS, 2))
        self._speed = rng.uniform(-3, 3, (OBJECTS, 2))
        self._size = rng.uniform((60, 80), (140, 200), (OBJECTS, 2))
        self._jitter = rng.normal(0, 1.5, (97, OBJECTS, 4))

    def run(self, frame: Frame) -> tuple[Result, Timing]:
        """Return the objects of a frame."""
        room = np.array([WIDTH, HEIGHT]) - self._size
        place = np.abs((self._start + self._speed * frame.index) % (2 * room) - room)
        boxes = np.hstack([place, place + self._size]) + self._jitter[frame.index % 97]
        boxes = boxes.clip(0, [WIDTH, HEIGHT, WIDTH, HEIGHT])
        names = sorted(set(LABELS))
        return Detections(
            boxes=boxes.astype(np.float32),
            scores=np.linspace(0.9, 0.6, OBJECTS, dtype=np.float32),
            class_ids=np.array([names.index(x) for x in LABELS], np.int64),
            labels=LABELS,
        ), Timing()


def stages() -> list[Stage]:
    """Return all stages but clips."""
    regions = [
        Zone("lawn", ((0.0, 0.0), (0.5, 0.0), (0.6, 0.5), (0.0, 0.5))),
        Zone("lot", ((0.5, 0.0), (1.0, 0.0), (1.0, 0.6), (0.6, 0.5))),
        Zone("shelf", ((0.1, 0.6), (0.4, 0.5), (0.5, 1.0), (0.0, 1.0))),
        Line("gate", ((0.0, 0.55), (0.5, 0.5), (1.0, 0.6))),
    ]
    rules = [Rule(f"rule {i}", text) for i, text in enumerate(RULES)]
    return [
        CameraWatch(),
        TrackStage(),
        RegionStage(regions),
        RulesStage(rules),
        RedactStage(RedactionSettings(labels=("face",), style="blur")),
    ]


def ground() -> list[Image]:
    """Return eight pictures of a scene with noise."""
    rng = np.random.default_rng(0)
    small = rng.integers(30, 220, (9, 16, 3), np.uint8)
    scene = cv2.resize(small, (WIDTH, HEIGHT)).astype(np.float32)
    return [
        (scene + rng.normal(0, 3, scene.shape)).round().clip(0, 255).astype(np.uint8)
        for _ in range(8)
    ]


def measure(
    pictures: Sequence[Image], frames: int, fps: float, *, with_stages: bool
) -> tuple[float, dict[str, float]]:
    """Return milliseconds per frame of the run, and the mean of each stage's row."""
    chosen = stages() if with_stages else []
    start = time.perf_counter()
    with Pipeline(Walk(pictures, frames, fps), Truth(), stages=chosen) as events:
        for _ in events:
            pass
    spent = (time.perf_counter() - start) / frames * 1e3
    rows = events.latency.rows
    return spent, {stage.name: rows[stage.name].mean for stage in chosen}


def processor_ms(
    pictures: Sequence[Image], frames: int, fps: float
) -> dict[str, float]:
    """Return the processor time of each stage, in milliseconds per frame."""
    chosen, truth = stages(), Truth()
    spent = dict.fromkeys((stage.name for stage in chosen), 0)
    for frame in Walk(pictures, frames, fps).frames():
        event = Event(frame, *truth.run(frame))
        for stage in chosen:
            start = time.thread_time_ns()
            event = stage.apply(event)
            spent[stage.name] += time.thread_time_ns() - start
    for stage in chosen:
        stage.close()
    return {name: ns / frames / 1e6 for name, ns in spent.items()}


def main() -> int:
    """Print the cost of each stage; return 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--fps", type=float, default=30.0)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    pictures = ground()
    plain: list[float] = []
    whole: list[float] = []
    tables: list[dict[str, float]] = []
    alone: list[dict[str, float]] = []
    for number in range(arguments.rounds + 1):
        for with_stages in (True, False) if number % 2 else (False, True):
            spent, rows = measure(
                pictures, arguments.frames, arguments.fps, with_stages=with_stages
            )
            if number:  # the first one warms up
                (whole if with_stages else plain).append(spent)
                if rows:
                    tables.append(rows)
        if number:
            alone.append(processor_ms(pictures, arguments.frames, arguments.fps))
    print(f"{WIDTH}x{HEIGHT}, {OBJECTS} objects, 4 regions, {len(RULES)} rules, one")
    print(f"thread of OpenCV; medians of {arguments.rounds} rounds, ms per frame")
    print("  stage    in the run   alone (processor time)")
    totals = [0.0, 0.0]
    for name in tables[0]:
        row = [statistics.median(x[name] for x in each) for each in (tables, alone)]
        totals = [total + ms for total, ms in zip(totals, row, strict=True)]
        print(f"  {name:<8} {row[0]:10.3f} {row[1]:7.3f}")
    print(f"  all      {totals[0]:10.3f} {totals[1]:7.3f}")
    run, work = ("met" if total <= TARGET_MS else "missed" for total in totals)
    print(f"at most {TARGET_MS}: {run} as rows of the run, {work} as processor time")
    print(
        f"the run  {statistics.median(whole):.3f} with the stages, "
        f"{statistics.median(plain):.3f} without"
    )
    return int(totals[0] > TARGET_MS)


if __name__ == "__main__":
    sys.exit(main())
