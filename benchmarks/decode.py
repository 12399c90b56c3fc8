"""Time decoding and NMS of a [1, 84, 8400] int8 head, stage by stage.

    python benchmarks/decode.py [--shared ../shared] [--blocks 9] [--json]

The head is the output of ``yolov8n_640_int8_float_io.tflite`` on the COCO picture with
the most candidates, quantized to int8 with one scale. Without the shared data a made-up
head of the same kind is used, and the report says so. The spread of the blocks shows
whether the machine was calm. Exit code 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from edgevision.runtime.decoders.yolo import YoloDecoder, YoloOptions  # noqa: E402
from edgevision.runtime.geometry import Letterbox  # noqa: E402
from edgevision.runtime.tensors import TensorSpec  # noqa: E402

SIZE = (640, 640)
ANCHORS = 8400
BUDGETS_MS = {0.25: 0.15, 0.001: 1.5}
# Blocks of the same work that differ by more say that the machine did other things too.
CALM = 1.25

Times = list[float]


def real_head(shared: Path) -> tuple[np.ndarray, str]:
    """Return the float output with the most candidates among the COCO pictures."""
    from edgevision.runtime.frame import read_image

    import edgevision

    pictures = sorted((shared / "data/coco/images/train2017").glob("*.jpg"))
    best, name, most = None, "", -1
    path = shared / "data/models/yolov8n_640_int8_float_io.tflite"
    with edgevision.load_model(path) as model:
        for picture in pictures:
            model.prepare(read_image(picture))
            model.invoke()
            head = np.array(model.interpreter.outputs_now()[0])
            count = int((head[0, 4:].max(axis=0) >= 0.001).sum())
            if count > most:
                best, name, most = head, picture.name, count
    assert best is not None
    return best, name


def made_up_head() -> np.ndarray:
    """Return a head with objects that overlap, as a crowd gives it."""
    rng = np.random.default_rng(7)
    head = np.zeros((1, 84, ANCHORS), np.float32)
    head[0, 4:] = rng.exponential(2e-4, (80, ANCHORS))
    centers = rng.uniform(0.05, 0.95, (60, 2))
    chosen = rng.integers(0, 60, ANCHORS)
    head[0, :2] = (centers[chosen] + rng.normal(0, 0.01, (ANCHORS, 2))).T
    head[0, 2:4] = rng.uniform(0.04, 0.3, (2, ANCHORS))
    busy = rng.choice(ANCHORS, 1600, replace=False)
    classes = rng.choice(12, 1600)
    head[0, 4 + classes, busy] = rng.uniform(0.004, 0.2, 1600)
    head[0, 4 + classes[:104], busy[:104]] = rng.uniform(0.26, 0.95, 104)
    return head.clip(0, 1)


def block_medians(function: Callable[[], object], blocks: int, rounds: int) -> Times:
    """Return the median of each block, in milliseconds."""
    medians = []
    for _ in range(blocks):
        function()
        times = []
        for _ in range(rounds):
            start = time.perf_counter_ns()
            function()
            times.append(time.perf_counter_ns() - start)
        medians.append(statistics.median(times) / 1e6)
    return medians


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--blocks", type=int, default=9)
    parser.add_argument("--rounds", type=int, default=200, help="calls per block")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if (options.shared / "data/models").is_dir():
        head, source = real_head(options.shared)
    else:
        head, source = made_up_head(), "made up: no shared data"
    scale = float(head.max()) / 255
    raw = np.clip(np.rint(head / scale) - 128, -128, 127).astype(np.int8)
    spec = TensorSpec("head", 0, raw.shape, raw.dtype, scale, -128)
    frame = Letterbox.fit((640, 480), SIZE, resize="letterbox")
    rows: list[dict[str, Any]] = []
    for threshold, budget in BUDGETS_MS.items():
        decoder = YoloDecoder(
            [spec],
            model_size=SIZE,
            options=YoloOptions(score_threshold=threshold, iou_threshold=0.7),
        )
        floor = decoder._floor
        decode, scan = (
            block_medians(function, options.blocks, options.rounds)
            for function in (
                lambda d=decoder: d.decode([raw], frame),
                lambda f=floor: np.flatnonzero(raw[0, 4:].max(axis=0) >= f),
            )
        )
        rows.append(
            {
                "score_threshold": threshold,
                "candidates": int((raw[0, 4:].max(axis=0) >= floor).sum()),
                "boxes": len(decoder.decode([raw], frame)),
                "decode_ms": statistics.median(decode),
                "fastest_block_ms": min(decode),
                "slowest_block_ms": max(decode),
                "scan_ms": statistics.median(scan),
                "budget_ms": budget,
            }
        )
    missed = [row for row in rows if row["decode_ms"] > row["budget_ms"]]
    load = os.getloadavg()[0]
    if options.json:
        report = {"head": source, "load": load, "cpus": os.cpu_count(), "rows": rows}
        print(json.dumps(report, indent=2))
        return 1 if missed else 0
    print(
        f"[1, 84, 8400] int8 head from {source}; median of {options.blocks} blocks of "
        f"{options.rounds} calls; load {load:.1f} on {os.cpu_count()} CPUs"
    )
    print(
        f"{'floor':>7} {'cand.':>6} {'boxes':>6} {'decode':>9} {'blocks':>15} "
        f"{'scan':>9} {'goal':>8}"
    )
    for row in rows:
        low, high = row["fastest_block_ms"], row["slowest_block_ms"]
        print(
            f"{row['score_threshold']:>7} {row['candidates']:>6} {row['boxes']:>6} "
            f"{row['decode_ms']:>6.3f} ms {low:>7.3f}-{high:<7.3f} "
            f"{row['scan_ms']:>6.3f} ms {row['budget_ms']:>5} ms"
            + ("" if high <= CALM * low else "  the machine was busy")
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
