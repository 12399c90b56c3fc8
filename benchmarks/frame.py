"""One call from a 1080p frame against the bare loop that one would write by hand.

The bare loop resizes into the input tensor, invokes and takes the argmax; ours does
that and returns labels, scores and everything else that a result has. Both run in one
process with as many threads, in turns, and the one that goes first changes every time,
because who runs second wins.

    python benchmarks/frame.py [MODEL.tflite] [--threads 1] [--blocks 10] [--calls 100]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from edgevision.runtime.backends import find_backend  # noqa: E402

import edgevision  # noqa: E402

MODEL = ROOT.parent / "shared/data/models/tf2_mobilenet_v2_1.0_224_ptq.tflite"
TARGET = 1.05


def make_frame() -> np.ndarray:
    """Return a 1080p picture with something in it."""
    rng = np.random.default_rng(0)
    small = rng.integers(0, 256, (27, 48, 3), np.uint8)
    return cv2.resize(small, (1920, 1080), interpolation=cv2.INTER_CUBIC)


def bare_loop(path: Path, threads: int) -> Callable[[np.ndarray], int]:
    """Return the loop that one would write by hand, as fast as it can be written."""
    interpreter = find_backend().interpreter(model_path=str(path), num_threads=threads)
    interpreter.allocate_tensors()
    image = interpreter.get_input_details()[0]
    _, height, width, _ = image["shape"]
    tensor = interpreter.tensor(image["index"])
    scores = interpreter.tensor(interpreter.get_output_details()[0]["index"])
    small = np.empty((height, width, 3), np.uint8)

    def classify(frame: np.ndarray) -> int:
        cv2.resize(frame, (width, height), dst=small)
        cv2.cvtColor(small, cv2.COLOR_BGR2RGB, dst=tensor()[0])
        interpreter.invoke()
        return int(scores()[0].argmax())

    return classify


def timed(call: Callable[[np.ndarray], Any], frame: np.ndarray) -> float:
    start = time.perf_counter_ns()
    call(frame)
    return (time.perf_counter_ns() - start) / 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", type=Path, default=MODEL)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--blocks", type=int, default=10)
    parser.add_argument("--calls", type=int, default=100)
    options = parser.parse_args()

    frame = make_frame()
    bare = bare_loop(options.model, options.threads)
    with edgevision.load_model(options.model, threads=options.threads) as model:
        assert bare(frame) == model(frame).top.class_id
        for _ in range(20):
            bare(frame), model(frame)
        every: tuple[list[float], list[float]] = ([], [])
        ratios = []
        for _ in range(options.blocks):
            block: tuple[list[float], list[float]] = ([], [])
            for turn in range(options.calls):
                order = ((0, bare), (1, model))
                for who, call in order if turn % 2 else order[::-1]:
                    block[who].append(timed(call, frame))
            ratios.append(statistics.median(block[1]) / statistics.median(block[0]))
            for who in (0, 1):
                every[who].extend(block[who])
    by_hand, ours = (statistics.median(times) for times in every)
    print(f"{options.model.name}, {options.threads} thread(s), 1920x1080 BGR")
    print(f"bare loop   {by_hand:8.3f} ms median of {len(every[0])}")
    print(f"edgevision  {ours:8.3f} ms median of {len(every[1])}")
    print("ratio per block  " + " ".join(f"{ratio:.3f}" for ratio in ratios))
    print(f"ratio  {ours / by_hand:.3f}  (target: at most {TARGET})")
    return 0 if ours / by_hand <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
