"""One call from a 1080p frame against the bare loop that one would write by hand.

A bare loop (``bare_loops.py``) does for one model what must be done and nothing else;
ours does that and returns a result with labels and all. Both run in one process with as
many threads, in turns, and the one that goes first changes every time, because who runs
second wins. With the environments that ``peers.sh`` builds, MediaPipe Tasks and
Ultralytics are called on the same frame, block by block, on the same core.

    python benchmarks/frame.py [classifier] [ssd] [yolo] [face-mesh] [face-mesh-static]
        [--threads 1] [--blocks 10] [--calls 100] [--shared ../shared]
        [--peers build/peers] [--json]

``face-mesh`` follows a face as in a video: a detector, then the mesh of 468 points; in
``face-mesh-static`` the detector runs on each frame. The bare loop and ours return
points; MediaPipe's own face mesh, which draws nothing, is compared with ours and the
overlay on a copy of the frame together.

Exit code 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "benchmarks"))

import bare_loops  # noqa: E402

import edgevision  # noqa: E402


def make_frame(shared: Path) -> np.ndarray:
    """Return a 1080p picture with something in it."""
    photo = cv2.imread(str(shared / "data/images/cat_1080p.jpg"))
    if photo is not None:
        return cv2.resize(photo, (1920, 1080))
    rng = np.random.default_rng(0)
    small = rng.integers(0, 256, (27, 48, 3), np.uint8)
    return cv2.resize(small, (1920, 1080), interpolation=cv2.INTER_CUBIC)


def make_face(shared: Path) -> np.ndarray:
    """Return a 1080p picture with one face in it, 500 pixels wide."""
    photo = cv2.imread(str(shared / "data/images/grace_hopper.bmp"))
    if photo is None:
        raise SystemExit(f"face-mesh needs {shared}/data/images/grace_hopper.bmp.")
    width = round(photo.shape[1] * 1080 / photo.shape[0])
    frame = np.zeros((1080, 1920, 3), np.uint8)
    left = (1920 - width) // 2
    frame[:, left : left + width] = cv2.resize(photo, (width, 1080))
    return frame


@dataclass(frozen=True)
class Ours:
    """What of ours is timed.

    Attributes:
        call: Returns the result for a frame, as the bare loop does.
        complete: The same with an overlay, which a peer is compared with; None means
            that it is compared with ``call``.
    """

    call: Callable[[np.ndarray], Any]
    complete: Callable[[np.ndarray], Any] | None = None


def open_single(stack: ExitStack, path: Path, threads: int) -> Ours:
    """Open a model of one file."""
    return Ours(stack.enter_context(edgevision.load_model(path, threads=threads)))


def open_face_mesh(
    stack: ExitStack, path: Path, threads: int, *, follow: bool = True
) -> Ours:
    """Open the face detector and the mesh behind it, as a stream runs them or not."""
    finder = path.with_name("mp_face_detection_short_range.tflite")
    first = edgevision.load_model(finder, threads=threads)
    pair = stack.enter_context(first.then(edgevision.load_model(path, threads=threads)))
    if follow:
        pair = pair.for_stream()

    def call(frame: np.ndarray) -> Any:
        return pair.look(frame, "bgr")[0]

    return Ours(call, lambda frame: call(frame).draw(frame))


@dataclass(frozen=True)
class Case:
    """A model, the loop for it, and how much slower ours may be.

    Attributes:
        model: Its file, below the shared data.
        loop: Makes the bare loop.
        target: The most that ours may take, as a multiple of the bare loop.
        peer: The environment of the library that is compared; "" means none.
        peer_target: The least that the peer must take, as a multiple of ours.
        peer_kind: What ``peer_worker.py`` runs; "" means the environment's name.
        open: Makes ours.
        frame: Makes the frame.
    """

    model: str
    loop: Callable[[Path, int], bare_loops.Loop]
    target: float
    peer: str = ""
    peer_target: float = 0.0
    peer_kind: str = ""
    open: Callable[[ExitStack, Path, int], Ours] = open_single
    frame: Callable[[Path], np.ndarray] = make_frame


CASES = {
    "classifier": Case(
        "models/tf2_mobilenet_v2_1.0_224_ptq.tflite", bare_loops.classify, 1.05
    ),
    "ssd": Case(
        "models/coco_ssd_mobilenet_v1_1.0_quant_metadata.tflite",
        bare_loops.ssd,
        1.03,
        "mediapipe",
        1.15,
    ),
    "yolo": Case(
        "models/yolov8n_416_full_integer_quant.tflite",
        bare_loops.yolo,
        1.05,
        "ultralytics",
        1.25,
    ),
    "face-mesh": Case(
        "tflite-foreign/mp_face_landmark.tflite",
        bare_loops.face_mesh,
        1.2,
        "mediapipe-solutions",
        1.1,
        "mediapipe-face-mesh",
        open_face_mesh,
        make_face,
    ),
    "face-mesh-static": Case(
        "tflite-foreign/mp_face_landmark.tflite",
        functools.partial(bare_loops.face_mesh, follow=False),
        1.2,
        "mediapipe-solutions",
        1.1,
        "mediapipe-face-mesh-static",
        functools.partial(open_face_mesh, follow=False),
        make_face,
    ),
}


@dataclass
class Row:
    """What was measured of one case, in milliseconds, and the ratios."""

    case: str
    bare_ms: float
    ours_ms: float
    ratio: float
    target: float
    blocks: list[float]
    complete_ms: float | None = None
    peer: str = ""
    peer_ms: float | None = None
    peer_ratio: float | None = None
    peer_target: float = 0.0

    @property
    def passed(self) -> bool:
        """Return whether every target that was measured is met."""
        ahead = self.peer_ratio is None or self.peer_ratio >= self.peer_target
        return self.ratio <= self.target and ahead


class Peer:
    """Another library in its own process, told how many calls to time."""

    def __init__(self, python: Path, kind: str, model: Path, frame: Path) -> None:
        one_thread = {
            name: "1"
            for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_THREADS")
        }
        self._process = subprocess.Popen(
            [str(python), str(ROOT / "benchmarks/peer_worker.py"), kind, model, frame],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **one_thread},
        )
        self._wait("ready")

    def _wait(self, word: str = "") -> str:
        assert self._process.stdout is not None
        for line in self._process.stdout:  # libraries print whatever they like
            if line.strip() == word or (not word and line.startswith("[")):
                return line
        raise SystemExit(f"the peer ended with code {self._process.wait()}")

    def times(self, calls: int) -> list[float]:
        """Return the milliseconds of so many calls."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{calls}\n")
        self._process.stdin.flush()
        times: list[float] = json.loads(self._wait())
        return times

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)


def timed(call: Callable[[np.ndarray], Any], frame: np.ndarray) -> float:
    start = time.perf_counter_ns()
    call(frame)
    return (time.perf_counter_ns() - start) / 1e6


def measure(name: str, options: argparse.Namespace) -> Row:
    case = CASES[name]
    path = options.shared / "data" / case.model
    frame = case.frame(options.shared)
    bare = case.loop(path, options.threads)
    peer = None
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        ours = case.open(stack, path, options.threads)
        model, complete = ours.call, ours.complete
        for _ in range(3):  # a region that is followed settles
            by_bare, by_model = bare(frame), model(frame)
        agree(name, by_bare, by_model)
        python = options.peers / case.peer / "bin/python"
        if case.peer and python.is_file():
            np.save(Path(folder) / "frame.npy", frame)
            kind = case.peer_kind or case.peer
            peer = Peer(python, kind, path, Path(folder) / "frame.npy")
        for _ in range(20):
            bare(frame), model(frame)
        every: tuple[list[float], list[float], list[float]] = ([], [], [])
        ratios = []
        drawn: list[float] = []
        for number in range(options.blocks):
            if peer is not None and number % 2:
                every[2].extend(peer.times(options.calls))
            block: tuple[list[float], list[float]] = ([], [])
            for turn in range(options.calls):
                order = ((0, bare), (1, model))
                for who, call in order if turn % 2 else order[::-1]:
                    block[who].append(timed(call, frame))
            ratios.append(statistics.median(block[1]) / statistics.median(block[0]))
            for who in (0, 1):
                every[who].extend(block[who])
            if complete is not None:
                drawn.extend(timed(complete, frame) for _ in range(options.calls))
            if peer is not None and not number % 2:
                every[2].extend(peer.times(options.calls))
        if peer is not None:
            peer.close()
    by_hand, own = (statistics.median(times) for times in every[:2])
    row = Row(name, by_hand, own, own / by_hand, case.target, ratios, peer=case.peer)
    if drawn:
        row.complete_ms = own = statistics.median(drawn)
    if every[2]:
        row.peer_ms = statistics.median(every[2])
        row.peer_ratio = row.peer_ms / own
        row.peer_target = case.peer_target
    return row


def agree(name: str, by_hand: Any, ours: Any) -> None:
    """Refuse to compare loops that do not find the same."""
    if name == "classifier":
        assert by_hand == ours.top.class_id
        return
    if name.startswith("face-mesh"):
        apart = np.linalg.norm(by_hand - ours.points[0, :, :2], axis=1)
        side = np.ptp(by_hand, axis=0).max()
        assert len(ours) == 1
        assert apart.max() < 0.02 * side, f"{apart.max() / side:.1%} of the face's side"
        return
    assert [item[0] for item in by_hand] == ours.class_ids.tolist()
    np.testing.assert_allclose([item[1] for item in by_hand], ours.scores, atol=1e-4)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", choices=[*CASES, []])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--blocks", type=int, default=10)
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--peers", type=Path, default=ROOT / "build/peers")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.threads == 1 and hasattr(os, "sched_setaffinity"):
        # One core for all: not every library can be told to use one thread.
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rows = [measure(name, options) for name in options.cases or CASES]
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
    else:
        show(rows, options)
    return 0 if all(row.passed for row in rows) else 1


def show(rows: list[Row], options: argparse.Namespace) -> None:
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs"
    print(f"1920x1080 BGR, {options.threads} thread(s), medians; {load}")
    for row in rows:
        print(f"\n{row.case}: {CASES[row.case].model}")
        print(f"  bare loop     {row.bare_ms:8.3f} ms")
        print(
            f"  edgevision    {row.ours_ms:8.3f} ms   {row.ratio:.3f} of the bare loop "
            f"(target: at most {row.target})"
        )
        print("  per block     " + " ".join(f"{ratio:.3f}" for ratio in row.blocks))
        if row.complete_ms is not None:
            print(f"  with overlay  {row.complete_ms:8.3f} ms")
        if row.peer and row.peer_ms is None:
            print(f"  {row.peer:12}  not measured: run benchmarks/peers.sh")
        elif row.peer_ms is not None:
            whose = "edgevision" if row.complete_ms is None else "that"
            print(
                f"  {row.peer:12}  {row.peer_ms:8.3f} ms   {row.peer_ratio:.3f} of "
                f"{whose} (target: at least {row.peer_target})"
            )


if __name__ == "__main__":
    sys.exit(main())
