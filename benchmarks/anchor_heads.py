"""Raw heads with anchors for ``decode.py``: a made-up EfficientDet-Lite0.

Each yields name, source, candidates, decode, scan and the goal in milliseconds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from edgevision.runtime.decoders.ssd import SsdDecoder, SsdOptions  # noqa: E402
from edgevision.runtime.geometry import Letterbox  # noqa: E402
from edgevision.runtime.tensors import TensorSpec  # noqa: E402

Work = tuple[str, str, int, Callable[[], Any], Callable[[], object], float]

ROWS, CLASSES = 19206, 90
SIZE = (320, 320)
BUDGET_MS = 1.0


def efficientdet(shared: Path) -> Iterator[Work]:
    """Give 19206 rows of 90 scores with 40 objects, as floats, logits and bytes."""
    rng = np.random.default_rng(7)
    shape = (1, ROWS, CLASSES)
    scores = rng.exponential(4e-3, shape).astype(np.float32).clip(0, 0.2)
    objects = rng.choice(ROWS - 3, 40, replace=False)[:, None] + np.arange(3)
    scores[0, objects.ravel(), np.repeat(rng.integers(0, CLASSES, 40), 3)] = 0.6
    boxes = rng.normal(0, 0.3, (1, ROWS, 4)).astype(np.float32)
    logits = np.log(scores.clip(1e-6) / (1 - scores)).astype(np.float32)
    raw = np.rint(scores * 256).astype(np.uint8)
    frame = Letterbox.fit((640, 480), SIZE)
    for kind, tensor, scale, activation, floor in (
        ("float", scores, 0.0, "none", 0.25),
        ("logits", logits, 0.0, "sigmoid", float(np.log(1 / 3))),
        ("uint8", raw, 1 / 256, "none", 64),
    ):
        specs = [
            TensorSpec("scores", 0, tensor.shape, tensor.dtype, scale),
            TensorSpec("boxes", 1, boxes.shape, boxes.dtype),
        ]
        decoder = SsdDecoder(
            specs, model_size=SIZE, options=SsdOptions(activation=activation)
        )

        def scan(tensor: np.ndarray = tensor, floor: float = floor) -> np.ndarray:
            return np.flatnonzero(tensor.reshape(-1) >= floor)

        yield (
            f"efficientdet {kind}",
            "made up",
            len(scan()),
            lambda d=decoder, t=tensor: d.decode([t, boxes], frame),
            scan,
            BUDGET_MS,
        )


HEADS: dict[str, Callable[[Path], Iterator[Work]]] = {"efficientdet": efficientdet}
