"""Time training steps with the fused batch normalization against Keras' own layer.

    python benchmarks/training.py [--blocks 5]

Both networks are the same but for that layer, learn from the same made-up batch, and
take turns; printed are medians of the blocks, and their ratio. Needs TensorFlow.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# The checkout that this file is of, not a tree that was installed before.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from edgevision.training.detection import build_detector
from edgevision.training.keras_import import load_keras
from edgevision.training.networks import build, build_unet

NETWORKS: dict[str, tuple[Callable[[], Any], int]] = {
    "detector 192x144": (lambda: build_detector((144, 192, 3), 6, strides=(8,)), 16),
    "unet 128x128": (lambda: build_unet((128, 128, 3), 7), 16),
    "cnn-deep 32x32": (lambda: build("cnn-deep", (32, 32, 3), 10), 32),
    "cnn-separable 96x96": (lambda: build("cnn-separable", (96, 96, 3), 10), 32),
}
STEPS = 20


def main() -> None:
    """Measure all networks and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--blocks", type=int, default=5)
    blocks = parser.parse_args().blocks
    for name, (make, batch) in NETWORKS.items():
        fused = make()
        models = {"fused": fused, "keras": load_keras().models.clone_model(fused)}
        steps = {key: step_of(model, batch) for key, model in models.items()}
        times: dict[str, list[float]] = {key: [] for key in steps}
        for block in range(blocks):
            for key in ("fused", "keras") if block % 2 else ("keras", "fused"):
                times[key].append(steps[key]())
        ours, theirs = (statistics.median(times[key]) for key in ("fused", "keras"))
        print(
            f"{name:<20} batch {batch}: {ours * 1e3:6.1f} ms a step, Keras' layer "
            f"{theirs * 1e3:6.1f} ms: {ours / theirs:.2f} of its time"
        )


def step_of(model: Any, batch: int) -> Callable[[], float]:
    """Return a function that trains for some steps and tells the seconds of one."""
    keras = load_keras()
    rng = np.random.default_rng(0)
    pictures = rng.uniform(0, 255, (batch, *model.input_shape[1:])).astype(np.float32)
    shapes = [tuple(output.shape[1:]) for output in model.outputs]
    targets = [
        rng.uniform(0, 1, (batch, *shape)).astype(np.float32) for shape in shapes
    ]
    model.compile(
        keras.optimizers.AdamW(1e-4), ["mse"] * len(shapes), jit_compile=False
    )
    for _ in range(3):
        model.train_on_batch(pictures, targets)

    def run() -> float:
        began = time.perf_counter()
        for _ in range(STEPS):
            model.train_on_batch(pictures, targets)
        return (time.perf_counter() - began) / STEPS

    return run


if __name__ == "__main__":
    main()
