"""Several cameras at one model against one camera, a naive way and the ideal.

    python benchmarks/cameras.py [--cameras 4] [--fps 15] [--seconds 6] [--rounds 3]
        [--models sleep:1 sleep:20 compute:5 FILE.tflite ...] [--json]

For each model: one camera that has as many frames a second as all together; the naive
way (a pipeline for each camera, a lock around the model); ours; and ours without
preparing beside the model. ``sleep:MS`` waits, ``compute:MS`` computes on one core, as
an interpreter does, without holding Python's lock.

The age is that of a frame when its answer is there. The ideal is a simulated round
robin, in which nothing is lost between two turns: who has waited longest takes its
newest frame. Its times are drawn from those of a camera that is alone.

The ways take turns, round by round, since a busy machine is busy for all; medians of
the rounds count. Exit code 1 when a target is missed: throughput at least 0.97 of one
camera's, p95 of the age within 1.2 of the ideal's.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from edgevision.runtime.cameras import Camera, CameraGroup  # noqa: E402
from edgevision.runtime.frame import Frame  # noqa: E402
from edgevision.runtime.pipeline import Pipeline, Runner  # noqa: E402
from edgevision.runtime.results import Classifications  # noqa: E402
from edgevision.runtime.scenes import Scene  # noqa: E402
from edgevision.runtime.sources import Source  # noqa: E402
from edgevision.runtime.timing import Timing  # noqa: E402
from edgevision.runtime.turns import Turn  # noqa: E402

import edgevision  # noqa: E402

LEAST_THROUGHPUT = 0.97
MOST_AGE = 1.2
MADE = [f"{kind}:{ms}" for kind in ("sleep", "compute") for ms in (1, 5, 20, 60)]
DETECTOR = ROOT / "runtime/demo/detector.tflite"
NOTHING = Classifications(np.zeros(0, np.int64), np.zeros(0, np.float32), ())


class Note(NamedTuple):
    """One answer.

    Attributes:
        ended_ns: When it was there, as ``time.monotonic_ns``.
        age: Milliseconds since the frame was captured.
        service: Milliseconds of the model.
    """

    ended_ns: int
    age: float
    service: float


class PacedCamera(Source):
    """A live camera with ready pictures of 720p, at its own pace."""

    live = True

    def __init__(
        self, images: list[np.ndarray], fps: float, phase: float, seconds: float
    ):
        super().__init__("paced")
        self.images, self.fps = images, fps
        self.phase, self.seconds = phase, seconds

    def frames(self) -> Iterator[Frame]:
        """Yield a frame whenever it is time, and skip none."""
        began = time.monotonic() + 0.05
        for index in itertools.count():
            due = began + (index + self.phase) / self.fps
            if due > began + self.seconds:
                return
            if self.closed.wait(max(due - time.monotonic(), 0)):
                return
            image = self.images[index % len(self.images)]
            yield Frame(image, int(due * 1e9), index, self.name)


class MadeModel:
    """A model that takes a known time for a picture.

    Args:
        kind: sleep or compute.
        ms: How long.
    """

    def __init__(self, kind: str, ms: float) -> None:
        self.kind, self.ms = kind, ms
        self.lock = threading.Lock()
        self.data = bytes(1_000_000)
        if kind == "compute":
            start = time.thread_time()  # whatever else runs on this machine
            for _ in range(20):
                hashlib.sha256(self.data)
            per_ms = 20 / (time.thread_time() - start) / 1e3  # of a million bytes
            self.data = bytes(int(per_ms * ms * 1e6))

    def run(self, frame: Frame) -> tuple[Any, Timing]:
        """Take the time; from several threads one after the other."""
        with self.lock:
            start = time.perf_counter_ns()
            if self.kind == "sleep":
                time.sleep(self.ms / 1e3)
            else:
                hashlib.sha256(self.data)
            spent = (time.perf_counter_ns() - start) / 1e6
        return NOTHING, Timing(invoke_ms=spent)


class ReleasingRunner:
    """A runner in its turn, without anything beside the model."""

    def __init__(self, model: Runner, turn: Turn) -> None:
        self.model, self.turn = model, turn

    def run(self, frame: Frame) -> tuple[Any, Timing]:
        """Return the answer, and what the frame waited."""
        with self.turn.model() as waited:
            result, timing = self.model.run(frame)
        return result, replace(timing, age_ms=waited)


class MeasuringRunner:
    """Note when each answer is there, how old its frame is, and the model's time."""

    def __init__(self, runner: Runner, notes: list[Note]) -> None:
        self.runner, self.notes = runner, notes

    def run(self, frame: Frame) -> tuple[Any, Timing]:
        """Return what the runner does."""
        answer = self.runner.run(frame)
        now = time.monotonic_ns()
        age = (now - frame.timestamp_ns) / 1e6
        self.notes.append(Note(now, age, answer[1].model_ms))
        return answer


@dataclass(frozen=True)
class Opened:
    """A model, and what asks it for one camera.

    Attributes:
        alone: For one camera.
        in_turn: For one of several.
        is_file: It is a real model, which prepares pictures.
    """

    alone: Runner
    in_turn: Callable[[Turn], Runner]
    is_file: bool


def open_model(name: str, stack: ExitStack) -> Opened:
    kind, _, ms = name.partition(":")
    if kind in ("sleep", "compute"):
        made = MadeModel(kind, float(ms))
        return Opened(made, lambda turn: ReleasingRunner(made, turn), False)
    model = stack.enter_context(edgevision.load_model(name, threads=1))
    return Opened(model, model.in_turn, True)


@dataclass
class Way:
    """What a way of running cameras came to, a value for each round."""

    throughput: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)
    least_share: list[float] = field(default_factory=list)

    def add(self, notes: list[list[Note]], seconds: float) -> None:
        """Add a round: the answers of each camera."""
        ages = sorted(note.age for each in notes for note in each)
        self.throughput.append(len(ages) / seconds)
        self.p50.append(ages[len(ages) // 2])
        self.p95.append(ages[int(0.95 * len(ages))])
        counts = [len(each) for each in notes]
        self.least_share.append(min(counts) / max(counts))

    def medians(self) -> dict[str, float]:
        """Return the median of each figure."""
        return {name: statistics.median(each) for name, each in asdict(self).items()}


def run_alone(runner: Runner, source: Source, notes: list[Note]) -> None:
    with Pipeline(source, MeasuringRunner(runner, notes)) as pipeline:
        for _ in pipeline:
            pass


def run_naive(runner: Runner, sources: list[Source], notes: list[Any]) -> None:
    threads = [
        threading.Thread(target=run_alone, args=(runner, source, each))
        for source, each in zip(sources, notes, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run_group(
    in_turn: Callable[[Turn], Runner], sources: list[Source], notes: list[Any]
) -> None:
    rest = iter(notes)
    group = CameraGroup(lambda turn: MeasuringRunner(in_turn(turn), next(rest)))
    for number, source in enumerate(sources):
        group.add(str(number), Camera(source))
    with group:
        for _ in group:
            pass


def ideal(
    cameras: int, fps: float, services: list[float], wakes: list[float]
) -> tuple[float, float, float]:
    """Return throughput, and p50 and p95 of the age, of a perfect round robin.

    Args:
        cameras: How many.
        fps: Of each.
        services: Milliseconds of the model, one turn after the other; they come again.
        wakes: Milliseconds until a thread works on a frame that was captured.
    """
    draw = random.Random(0)
    period = 1e3 / fps
    phases = [number / cameras * period for number in range(cameras)]
    free, ages = 0.0, []
    ready = list(phases)  # since when it has a frame that was not looked at
    for service in services * 10:
        who = min(range(cameras), key=ready.__getitem__)
        start = max(free, ready[who] + draw.choice(wakes))
        newest = int((start - phases[who]) // period)
        free = start + service
        ages.append(free - (phases[who] + newest * period))
        ready[who] = max(phases[who] + (newest + 1) * period, free)
    ages.sort()
    rate = len(ages) / (free / 1e3)
    return rate, ages[len(ages) // 2], ages[int(0.95 * len(ages))]


def measure(name: str, options: argparse.Namespace) -> dict[str, Any]:
    scene = Scene(0, (1280, 720), 3, period=5.0)
    images = [scene.frame(number / 3)[0] for number in range(8)]
    count, fps, seconds = options.cameras, options.fps, options.seconds

    def sources(number: int, rate: float) -> list[Source]:
        return [
            PacedCamera(images, rate, each / number, seconds) for each in range(number)
        ]

    ways = {each: Way() for each in ("one", "naive", "ours", "ours, not beside")}
    ideals = []
    with ExitStack() as stack:
        model = open_model(name, stack)
        if not model.is_file:
            del ways["ours, not beside"]
        for _ in range(options.rounds):
            alone: list[Note] = []
            run_alone(model.alone, sources(1, fps)[0], alone)
            wakes = [max(note.age - note.service, 0.0) for note in alone]
            for way, figures in ways.items():
                notes: list[Any] = [[] for _ in range(1 if way == "one" else count)]
                if way == "one":
                    run_alone(model.alone, sources(1, count * fps)[0], notes[0])
                elif way == "naive":
                    run_naive(model.alone, sources(count, fps), notes)
                else:
                    in_turn = model.in_turn
                    if way != "ours":
                        in_turn = lambda turn: ReleasingRunner(model.alone, turn)  # noqa: E731
                    run_group(in_turn, sources(count, fps), notes)
                if way == "ours":
                    turns = sorted(itertools.chain(*notes))
                    services = [note.service for note in turns]
                    ideals.append(ideal(count, fps, services, wakes))
                figures.add(notes, seconds)
    row: dict[str, Any] = {"model": name, "ways": {}}
    row["alone_ms"] = statistics.median(note.service for note in alone)
    rate, p50, p95 = (statistics.median(each) for each in zip(*ideals, strict=True))
    row["ideal"] = {"throughput": rate, "p50": p50, "p95": p95}
    row["ways"] = {way: figures.medians() for way, figures in ways.items()}
    ours = ways["ours"]
    row["of_one"] = statistics.median(
        mine / one
        for mine, one in zip(ours.throughput, ways["one"].throughput, strict=True)
    )
    row["of_ideal_age"] = statistics.median(
        mine / best for mine, (_, _, best) in zip(ours.p95, ideals, strict=True)
    )
    row["passed"] = (
        row["of_one"] >= LEAST_THROUGHPUT and row["of_ideal_age"] <= MOST_AGE
    )
    return row


def show(row: dict[str, Any]) -> None:
    print(f"{Path(row['model']).name}: {row['alone_ms']:.2f} ms for a frame, alone")
    print(f"  {'':<18}{'frames/s':>9}{'age p50':>9}{'p95':>8}{'least share':>13}")
    for way, figures in {**row["ways"], "ideal": row["ideal"]}.items():
        share = figures.get("least_share")
        print(
            f"  {way:<18}{figures['throughput']:>9.1f}{figures['p50']:>9.1f}"
            f"{figures['p95']:>8.1f}{'' if share is None else f'{share:.2f}':>13}"
        )
    print(
        f"  ours: {row['of_one']:.3f} of one camera's throughput (at least "
        f"{LEAST_THROUGHPUT}), {row['of_ideal_age']:.2f} of the ideal's p95 (at most "
        f"{MOST_AGE}): {'reached' if row['passed'] else 'MISSED'}",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cameras", type=int, default=4)
    parser.add_argument("--fps", type=float, default=15.0)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--models", nargs="+", default=[*MADE, str(DETECTOR)])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = []
    for name in options.models:
        rows.append(measure(name, options))
        if not options.json:
            show(rows[-1])
    if options.json:
        print(json.dumps(rows, indent=1))
    return 0 if all(row["passed"] for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
