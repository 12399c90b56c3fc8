"""How good a detector becomes in five minutes, and what int8 and a second model do.

Makes the shipped detector anew (``edgevision.training.shipped.demo_detector``), judges
the file, its float twin and two stages on 500 scenes that nothing else saw, each opened
by ``load_model`` with nothing but its card. Needs TensorFlow and pycocotools; alone on
two cores it takes about six minutes:

    python benchmarks/detector.py [-o detector.tflite] [--force]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# The checkout that this file is of, not a tree that was installed before.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from edgevision.runtime.demo import CLASSIFIER
from edgevision.runtime.geometry import iou
from edgevision.runtime.metrics import Truth, coco_score, mean_average_precision
from edgevision.runtime.scenes import SHAPES
from edgevision.training.detection import make_scenes
from edgevision.training.shipped import SIZE, make_detector, summary

import edgevision

FLOOR = 0.01


def main() -> int:
    """Make, judge, print; return 1 when a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, help="keep the file here")
    parser.add_argument("--file", type=Path, help="judge this file; train nothing")
    parser.add_argument("--force", action="store_true", help="replace it")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = given.file or given.output or Path(folder) / "detector.tflite"
        files = {"int8": path}
        began = time.monotonic()
        if given.file is None:
            made = make_detector(
                path,
                max_seconds=285.0,
                keep_float=True,
                force=given.force,
                progress=lambda line: print(line, flush=True),
            )
            print(summary(made))
            print(f"drawn, trained, converted in {time.monotonic() - began:.0f} s")
            files["float"] = next(path.parent.glob(f"{path.stem}*float*.tflite"))
        kept = judge_all(files)
        if given.output is not None and "float" in files:
            files["float"].unlink()
    return 0 if kept else 1


def judge_all(files: dict[str, Path]) -> bool:
    """Judge every file on the same scenes; tell whether the promises are kept."""
    scenes = make_scenes(500, SIZE, seed=31_337)
    samples = [scenes.sample(i) for i in range(len(scenes))]
    images = [np.ascontiguousarray(sample.image[..., ::-1]) for sample in samples]
    truths = [Truth(sample.boxes, sample.class_ids) for sample in samples]
    scores = {}
    for name, path in files.items():
        with edgevision.load_model(path, score_threshold=FLOOR) as model:
            found = [model(image) for image in images]
        scores[name] = mean_average_precision(found, truths)
        second = coco_score(found, truths)
        print(
            f"{name:<6} {path.stat().st_size:>9,} bytes  mAP50 "
            f"{scores[name].map50:.4f}  mAP50-95 {scores[name].map50_95:.4f}  "
            f"(pycocotools {second.map50:.4f} {second.map50_95:.4f})"
        )
    judge_two_stages(files["int8"], images, truths)
    best = scores["int8"]
    kept = best.map50 >= 0.93 and best.map50_95 >= 0.75
    if "float" in scores:
        lost = (
            scores["float"].map50 - best.map50,
            scores["float"].map50_95 - best.map50_95,
        )
        print(f"int8 loses {lost[0]:.4f} of mAP50 and {lost[1]:.4f} of mAP50-95")
        kept = kept and max(lost) <= 0.01
    return kept


def judge_two_stages(path: Path, images: list[np.ndarray], truths: list[Truth]) -> None:
    """Compare the detector's labels with those of the shipped classifier behind it.

    The detector is asked for places alone: boxes of any class suppress each other.
    """
    options = {"nms": "agnostic"}
    with edgevision.load_model(path, options=options) as detector:
        alone = [detector(image) for image in images]
        joined = detector.then(edgevision.load_model(CLASSIFIER), margin=0.2)
        with joined:
            both = [joined(image) for image in images]
    for name, found in (("detector alone", alone), ("then classifier", both)):
        placed = right = total = 0
        for result, truth in zip(found, truths, strict=True):
            total += len(truth.class_ids)
            shared = iou(result.boxes, truth.boxes)
            if not shared.size:
                continue
            best = shared.argmax(axis=0)
            hit = shared.max(axis=0) >= 0.5
            labels = [result.labels[i] for i in best[hit]]
            truly = [SHAPES[i] for i in truth.class_ids[hit]]
            placed += len(labels)
            right += sum(a == b for a, b in zip(labels, truly, strict=True))
        print(
            f"{name:<16} {placed} of {total} shapes placed at IoU 0.5, "
            f"{right / max(placed, 1):.1%} of them named rightly"
        )


if __name__ == "__main__":
    sys.exit(main())
