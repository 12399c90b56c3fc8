"""Time decoding and suppression of raw heads, one thread, nothing else.

    python benchmarks/decode.py [yolo] [blazeface] [landmarks] [--shared ../shared]
        [--blocks 9] [--rounds 200] [--json]

``yolo`` is the output [1, 84, 8400] of ``yolov8n_640_int8_float_io.tflite`` on the COCO
picture with the most candidates, quantized to int8 with one scale. ``blazeface`` is the
output of MediaPipe's face detector for short range on pictures with and without faces.
``landmarks`` are made-up outputs of MediaPipe's landmark nets, with the thing there.
Without the shared data made-up heads of the same kind are used, and the report says so.
``fomo``, ``multipose``, ``posenet`` and ``centernet`` are in ``people_heads.py``,
``efficientdet`` is in ``anchor_heads.py``.
The spread of the blocks shows whether the machine was calm. Exit code 1 when a goal is
missed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from anchor_heads import HEADS as ANCHORED  # noqa: E402
from edgevision.runtime.decoders.blaze import BlazeFaceDecoder  # noqa: E402
from edgevision.runtime.decoders.landmarks import LandmarksDecoder  # noqa: E402
from edgevision.runtime.decoders.yolo import YoloDecoder, YoloOptions  # noqa: E402
from edgevision.runtime.geometry import Letterbox  # noqa: E402
from edgevision.runtime.tensors import TensorSpec  # noqa: E402
from people_heads import HEADS as PEOPLE  # noqa: E402

SIZE = (640, 640)
ANCHORS = 8400
BUDGETS_MS = {0.25: 0.15, 0.001: 1.5}
BLAZE_BUDGET_MS = 0.1
# Net -> side of its input, sizes of its outputs in the published order, goal.
LANDMARK_NETS: dict[str, tuple[int, list[tuple[int, ...]], float]] = {
    "face mesh": (192, [(1, 1404), (1, 1)], 0.1),
    "face with attention": (
        192,
        [(1, n) for n in (1404, 160, 142, 142, 10, 10, 1)],
        0.15,
    ),
    "hand": (224, [(1, 63), (1, 1), (1, 1), (1, 63)], 0.1),
    "iris": (64, [(1, 213), (1, 15)], 0.1),
    "pose": (
        256,
        [(1, 195), (1, 1), (1, 256, 256, 1), (1, 64, 64, 39), (1, 117)],
        0.3,
    ),
}
# Blocks of the same work that differ by more say that the machine did other things too.
CALM = 1.25

Times = list[float]


@dataclass(frozen=True)
class Work:
    """One head to decode.

    Attributes:
        name: What is decoded.
        source: Where its numbers come from.
        candidates: Rows that pass the threshold.
        decode: Decodes it, and returns what was found.
        scan: Looks for what passes the threshold, and does nothing else.
        budget_ms: What one call may take.
    """

    name: str
    source: str
    candidates: int
    decode: Callable[[], Any]
    scan: Callable[[], object]
    budget_ms: float


def real_head(shared: Path) -> tuple[np.ndarray, str]:
    """Return the float output with the most candidates among the COCO pictures."""
    from edgevision.runtime.image import read_image

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


def yolo(shared: Path) -> Iterator[Work]:
    """Give the YOLO head at two thresholds."""
    if (shared / "data/models").is_dir():
        head, source = real_head(shared)
    else:
        head, source = made_up_head(), "made up: no shared data"
    scale = float(head.max()) / 255
    raw = np.clip(np.rint(head / scale) - 128, -128, 127).astype(np.int8)
    spec = TensorSpec("head", 0, raw.shape, raw.dtype, scale, -128)
    frame = Letterbox.fit((640, 480), SIZE, resize="letterbox")
    for threshold, budget in BUDGETS_MS.items():
        decoder = YoloDecoder(
            [spec],
            model_size=SIZE,
            options=YoloOptions(score_threshold=threshold, iou_threshold=0.7),
        )
        floor = decoder._floor

        def scan(floor: float = floor) -> np.ndarray:
            return np.flatnonzero(raw[0, 4:].max(axis=0) >= floor)

        yield Work(
            f"yolo int8 at {threshold}",
            source,
            len(scan()),
            lambda d=decoder: d.decode([raw], frame),
            scan,
            budget,
        )


def made_up_faces() -> list[np.ndarray]:
    """Return the two tensors of the short-range detector with two faces."""
    rng = np.random.default_rng(7)
    boxes = np.zeros((1, 896, 16), np.float32)
    boxes[0, :, 2:4] = 26.0
    boxes[0, :, 4:] = rng.uniform(-9, 9, (896, 12))
    logits = rng.normal(-14, 3, (1, 896, 1)).astype(np.float32)
    logits[0, [600, 601, 602, 603, 700, 701, 702, 703, 704, 705]] = 2.0
    return [boxes, logits]


def blazeface(shared: Path) -> Iterator[Work]:
    """Give MediaPipe's face detector on pictures with and without faces."""
    path = shared / "data/tflite-foreign/mp_face_detection_short_range.tflite"
    heads: list[tuple[str, list[np.ndarray]]] = []
    if path.is_file():
        from edgevision.runtime.image import read_image

        import edgevision

        with edgevision.load_model(path) as model:
            for name in ("face.jpg", "grace_hopper.bmp", "cat_1080p.jpg"):
                model.prepare(read_image(shared / "data/images" / name))
                model.invoke()
                views = model.interpreter.outputs_now()
                heads.append((name, [np.array(view) for view in views]))
                del views  # no view may be alive while the interpreter computes
    else:
        boxes, logits = made_up_faces()
        source = "made up: no shared data"
        heads.append((source, [boxes, logits]))
        heads.append((source, [boxes, np.full_like(logits, -9.0)]))
    frame = Letterbox.fit((512, 355), (128, 128), resize="letterbox")
    for source, outputs in heads:
        specs = [TensorSpec("", i, a.shape, a.dtype) for i, a in enumerate(outputs)]
        decoder = BlazeFaceDecoder(specs, model_size=(128, 128))
        logits = outputs[1].reshape(-1)

        def scan(logits: np.ndarray = logits) -> np.ndarray:
            return np.flatnonzero(logits >= 0.0)

        yield Work(
            "blazeface float",
            source,
            len(scan()),
            lambda d=decoder, o=outputs: d.decode(o, frame),
            scan,
            BLAZE_BUDGET_MS,
        )


def landmarks(shared: Path) -> Iterator[Work]:
    """Give each kind of landmark net with a thing in its region."""
    rng = np.random.default_rng(7)
    for name, (side, shapes, budget) in LANDMARK_NETS.items():
        outputs = [rng.uniform(0, side, s).astype(np.float32) for s in shapes]
        for place, shape in enumerate(shapes):
            if shape == (1, 1):
                outputs[place][:] = 1.0
        specs = [TensorSpec("", i, a.shape, a.dtype) for i, a in enumerate(outputs)]
        decoder = LandmarksDecoder(specs, model_size=(side, side))
        frame = Letterbox.fit((640, 480), (side, side), resize="letterbox")
        yield Work(
            name,
            "made up",
            1,
            lambda d=decoder, o=outputs, f=frame: d.decode(o, f),
            lambda o=outputs: float(o[1].flat[0]) >= 0.5,
            budget,
        )


def from_beside(heads: dict[str, Any], name: str) -> Callable[[Path], Iterator[Work]]:
    """Return one of the heads of a file beside this one."""
    return lambda shared: (Work(*fields) for fields in heads[name](shared))


HEADS: dict[str, Callable[[Path], Iterator[Work]]] = {
    "yolo": yolo,
    "blazeface": blazeface,
    "landmarks": landmarks,
    **{name: from_beside(ANCHORED, name) for name in ANCHORED},
    **{name: from_beside(PEOPLE, name) for name in PEOPLE},
}


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


def measured(work: Work, blocks: int, rounds: int) -> dict[str, Any]:
    """Return the figures of one head."""
    decode = block_medians(work.decode, blocks, rounds)
    scan = block_medians(work.scan, blocks, rounds)
    return {
        "head": work.name,
        "source": work.source,
        "candidates": work.candidates,
        "boxes": len(work.decode()),
        "decode_ms": statistics.median(decode),
        "fastest_block_ms": min(decode),
        "slowest_block_ms": max(decode),
        "scan_ms": statistics.median(scan),
        "budget_ms": work.budget_ms,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("heads", nargs="*", metavar="HEAD", help=", ".join(HEADS))
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--blocks", type=int, default=9)
    parser.add_argument("--rounds", type=int, default=200, help="calls per block")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    unknown = sorted(set(options.heads) - set(HEADS))
    if unknown:
        parser.error(f"no head {', '.join(unknown)}; known: {', '.join(HEADS)}")
    rows = [
        measured(work, options.blocks, options.rounds)
        for name in options.heads or HEADS
        for work in HEADS[name](options.shared)
    ]
    missed = [row for row in rows if row["decode_ms"] > row["budget_ms"]]
    load = os.getloadavg()[0]
    if options.json:
        report = {"load": load, "cpus": os.cpu_count(), "rows": rows}
        print(json.dumps(report, indent=2))
        return 1 if missed else 0
    print(
        f"median of {options.blocks} blocks of {options.rounds} calls; load {load:.1f} "
        f"on {os.cpu_count()} CPUs"
    )
    print(
        f"{'head':20} {'of':18} {'cand.':>6} {'boxes':>6} {'decode':>9} "
        f"{'blocks':>15} {'scan':>9} {'goal':>8}"
    )
    for row in rows:
        low, high = row["fastest_block_ms"], row["slowest_block_ms"]
        print(
            f"{row['head']:20} {row['source']:18} {row['candidates']:>6} "
            f"{row['boxes']:>6} {row['decode_ms']:>6.3f} ms {low:>7.3f}-{high:<7.3f} "
            f"{row['scan_ms']:>6.3f} ms {row['budget_ms']:>5} ms"
            + ("" if high <= CALM * low else "  the machine was busy")
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
