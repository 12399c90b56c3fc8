"""How well objects keep their numbers, at several rates, beside other trackers.

Real detections with true boxes and numbers, in the layout of MOTChallenge: folders with
``seqinfo.ini``, ``det/det.txt`` or ``det.txt``, and ``gt/gt.txt`` or ``gt.txt``; true
boxes whose seventh number is 0 are left out. Frames are left out to make lower rates,
and half of them at random. Figures are those of TrackEval over all sequences together,
at an overlap of 0.5 (HOTA: mean over all overlaps).

The others are those of the package ``trackers``, with their defaults, in an environment
of their own (``sh benchmarks/peers.sh`` makes it); each is told the rate.

    python benchmarks/tracking.py [FOLDER] [--peers build/peers] [--scores squeezed]

``--scores`` shows what becomes of it with detectors whose scores are others: squeezed
to 0.25..0.85, in 64 steps, or all equal.
"""

from __future__ import annotations

import argparse
import configparser
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from edgevision.runtime.geometry import iou  # noqa: E402
from edgevision.runtime.tracking import Tracker  # noqa: E402

DATA = ROOT.parent / "shared/data/mot15"
RATES = ("full", "10", "5", "2", "half")
PEERS = ("SORT", "ByteTrack", "OC-SORT")
SCORES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "own": lambda scores: scores,
    "squeezed": lambda scores: 0.25 + 1.2 * (scores - 0.5),
    "steps": lambda scores: np.round((0.25 + 1.2 * (scores - 0.5)) * 64) / 64,
    "equal": lambda scores: np.full_like(scores, 0.7),
}
_RANDOM = 3

# From frames and the rate to the ids of each frame's boxes and milliseconds per frame.
Track = Callable[["Sequence", list["Picture"], float], tuple[list[list[int]], float]]


@dataclass(frozen=True)
class Picture:
    """One frame: its time, its detections, and what is truly there."""

    time_s: float
    boxes: np.ndarray
    scores: np.ndarray
    true_ids: np.ndarray
    true_boxes: np.ndarray


@dataclass(frozen=True)
class Sequence:
    """One recording."""

    name: str
    fps: float
    size: tuple[int, int]
    pictures: list[Picture]


def read(folder: Path) -> Sequence:
    """Read one recording."""
    parser = configparser.ConfigParser()
    parser.read(folder / "seqinfo.ini")
    facts = parser["Sequence"]
    fps, count = facts.getfloat("frameRate"), facts.getint("seqLength")
    detections, truth = _rows(folder, "det"), _rows(folder, "gt")
    truth = truth[truth[:, 6] != 0]
    pictures = []
    for number in range(1, count + 1):
        seen, there = (
            detections[detections[:, 0] == number],
            truth[truth[:, 0] == number],
        )
        ids = there[:, 1].astype(int)
        parts = (_corners(seen), seen[:, 6], ids, _corners(there))
        pictures.append(Picture((number - 1) / fps, *parts))
    size = facts.getint("imWidth"), facts.getint("imHeight")
    return Sequence(folder.name, fps, size, pictures)


def _rows(folder: Path, kind: str) -> np.ndarray:
    path = folder / kind / f"{kind}.txt"
    if not path.is_file():
        path = folder / f"{kind}.txt"
    return np.loadtxt(path, delimiter=",", ndmin=2)


def _corners(rows: np.ndarray) -> np.ndarray:
    return np.concatenate([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]], axis=1)


def thinned(sequence: Sequence, rate: str, seed: int) -> tuple[list[Picture], float]:
    """Return the frames that are left at a rate, and how many these are per second."""
    if rate == "half":
        keep = np.random.default_rng(seed).random(len(sequence.pictures)) < 0.5
        left = [p for p, stays in zip(sequence.pictures, keep, strict=True) if stays]
        return left, sequence.fps / 2
    step = 1 if rate == "full" else max(1, round(sequence.fps / float(rate)))
    return sequence.pictures[::step], sequence.fps / step


def ours(
    sequence: Sequence, pictures: list[Picture], fps: float
) -> tuple[list[list[int]], float]:
    """Track with EdgeVision, which is not told the rate."""
    tracker = Tracker(*sequence.size)
    ids, spent = [], 0.0
    for picture in pictures:
        classes = np.zeros(len(picture.boxes), np.int64)
        started = time.perf_counter()
        numbers = tracker.update(picture.boxes, picture.scores, classes, picture.time_s)
        spent += time.perf_counter() - started
        ids.append(numbers.tolist())
    return ids, spent * 1e3 / max(len(ids), 1)


@contextmanager
def worker(python: Path) -> Iterator[Callable[[str], Track]]:
    """Start the other library, and return what makes a function of a tracker's name."""
    script = Path(__file__).with_name("tracking_worker.py")
    process = subprocess.Popen(
        [str(python), str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout

    def _of(name: str) -> Track:
        def _track(
            sequence: Sequence, pictures: list[Picture], fps: float
        ) -> tuple[list[list[int]], float]:
            frames = [
                {
                    "time_s": picture.time_s,
                    "boxes": picture.boxes.tolist(),
                    "scores": picture.scores.tolist(),
                }
                for picture in pictures
            ]
            stdin.write(json.dumps({"tracker": name, "fps": fps, "frames": frames}))
            stdin.write("\n")
            stdin.flush()
            answer = json.loads(stdout.readline())
            return answer["ids"], answer["ms"]

        return _track

    try:
        yield _of
    finally:
        stdin.close()
        process.wait(timeout=30)


def facts_of(pictures: list[Picture], ids: list[list[int]]) -> dict[str, Any]:
    """Return frames and ids as TrackEval takes them."""
    true_ids: dict[int, int] = {}
    our_ids: dict[int, int] = {}
    facts: dict[str, Any] = {"gt_ids": [], "tracker_ids": [], "similarity_scores": []}
    for picture, numbers in zip(pictures, ids, strict=True):
        chosen = np.flatnonzero(np.asarray(numbers, int) >= 0)
        names = [numbers[i] for i in chosen]
        there = [
            true_ids.setdefault(i, len(true_ids)) for i in picture.true_ids.tolist()
        ]
        seen = [our_ids.setdefault(i, len(our_ids)) for i in names]
        facts["gt_ids"].append(np.asarray(there, int))
        facts["tracker_ids"].append(np.asarray(seen, int))
        facts["similarity_scores"].append(
            iou(picture.true_boxes, picture.boxes[chosen])
        )
    facts["num_gt_ids"], facts["num_tracker_ids"] = len(true_ids), len(our_ids)
    facts["num_gt_dets"] = sum(map(len, facts["gt_ids"]))
    facts["num_tracker_dets"] = sum(map(len, facts["tracker_ids"]))
    facts["num_timesteps"] = len(pictures)
    return facts


def measure(
    sequences: list[Sequence], rate: str, track: Track, metrics: list[Any]
) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Return the figures of all sequences together, and those of each."""
    seeds = range(_RANDOM) if rate == "half" else range(1)
    parts: list[dict[str, Any]] = [{} for _ in metrics]
    spent = []
    for sequence in sequences:
        for seed in seeds:
            pictures, fps = thinned(sequence, rate, seed)
            ids, ms = track(sequence, pictures, fps)
            spent.append((ms, len(pictures)))
            facts = facts_of(pictures, ids)
            for part, metric in zip(parts, metrics, strict=True):
                part[f"{sequence.name}/{seed}"] = metric.eval_sequence(facts)
    alone: dict[str, dict[str, float]] = {}
    for sequence in sequences:
        some = [
            {k: v for k, v in part.items() if k.startswith(f"{sequence.name}/")}
            for part in parts
        ]
        alone[sequence.name] = _figures(metrics, some, len(seeds))
    figures = _figures(metrics, parts, len(seeds))
    figures["ms"] = sum(ms * n for ms, n in spent) / sum(n for _, n in spent)
    return figures, alone


def _figures(
    metrics: list[Any], parts: list[dict[str, Any]], repeats: int
) -> dict[str, float]:
    joined: dict[str, Any] = {}
    for part, metric in zip(parts, metrics, strict=True):
        joined |= metric.combine_sequences(part)
    return {
        "HOTA": 100 * float(np.mean(joined["HOTA"])),
        "IDF1": 100 * float(joined["IDF1"]),
        "MOTA": 100 * float(joined["MOTA"]),
        "switches": float(joined["IDSW"]) / repeats,
    }


def main() -> int:
    """Measure and print; exit 3 if another tracker has a better IDF1 at any rate."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DATA)
    parser.add_argument("--peers", type=Path, help="folder that peers.sh made")
    parser.add_argument("--scores", choices=sorted(SCORES), default="own")
    parser.add_argument("--rates", nargs="+", choices=RATES, default=RATES)
    parser.add_argument("--each", action="store_true", help="print each sequence, too")
    options = parser.parse_args()
    if options.peers:
        # Behind our own packages: only what we do not have comes from there.
        places = (options.peers / "trackers/lib").glob("python3*/site-packages")
        sys.path += map(str, places)
    try:
        from trackeval.metrics import CLEAR, HOTA, Identity
    except ImportError:
        parser.error(
            "this needs TrackEval, which is not installed. Run: sh benchmarks/peers.sh"
            ", then pass --peers build/peers"
        )
    quiet = {"PRINT_CONFIG": False, "THRESHOLD": 0.5}
    metrics = [HOTA(), CLEAR(quiet), Identity(quiet)]
    folders = [path.parent for path in sorted(options.folder.glob("*/seqinfo.ini"))]
    if not folders:
        parser.error(f"{options.folder} has no folder with a seqinfo.ini")
    change = SCORES[options.scores]
    sequences = []
    for folder in folders:
        sequence = read(folder)
        for place, picture in enumerate(sequence.pictures):
            values = {**picture.__dict__, "scores": change(picture.scores)}
            sequence.pictures[place] = Picture(**values)
        sequences.append(sequence)
    print(f"{len(sequences)} sequences: {', '.join(one.name for one in sequences)}")
    print(
        f"{'':10}{'rate':>6}{'HOTA':>7}{'IDF1':>7}{'MOTA':>7}{'switches':>9}{'ms':>7}"
    )
    best: dict[str, tuple[str, float]] = {}

    def _show(name: str, track: Track) -> None:
        for rate in options.rates:
            figures, alone = measure(sequences, rate, track, metrics)
            print(_line(name, rate, figures), flush=True)
            for one, its in alone.items() if options.each else ():
                print(_line(f"  {one}"[:10], rate, its))
            if rate not in best or figures["IDF1"] > best[rate][1]:
                best[rate] = name, figures["IDF1"]

    _show("EdgeVision", ours)
    if options.peers:
        with worker(options.peers / "trackers/bin/python") as of:
            for name in PEERS:
                _show(name, of(name))
    return 0 if all(name == "EdgeVision" for name, _ in best.values()) else 3


def _line(name: str, rate: str, figures: dict[str, float]) -> str:
    ms = f"{figures['ms']:7.2f}" if "ms" in figures else ""
    return (
        f"{name:10}{rate:>6}{figures['HOTA']:7.1f}{figures['IDF1']:7.1f}"
        f"{figures['MOTA']:7.1f}{figures['switches']:9.0f}{ms}"
    )


if __name__ == "__main__":
    sys.exit(main())
