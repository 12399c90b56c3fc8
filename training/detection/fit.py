"""Train a detector on pictures with boxes: losses, optimizer, batches.

The loop is the trainer's own; what is special about detectors is here.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ...runtime.decoders.fcos import Cells
from ..data import Positions, shuffled_batches
from ..keras_import import load_keras
from .augmentation import FLIPS, BoxAugmentation, augmented
from .losses import focal_loss, giou_loss
from .pictures import DetectorPictures
from .targets import assign

LEARNING_RATE: Final = 3e-3
# The mean of about a hundred steps; of fewer where the whole training has few.
_EMA: Final = (0.9, 0.99)
_BOX_WEIGHT: Final = 2.0


def adamw(steps: int) -> Any:
    """Return the optimizer: AdamW, whose weights in the end are a running mean.

    Args:
        steps: Steps of the whole training.
    """
    low, high = _EMA
    return load_keras().optimizers.AdamW(
        LEARNING_RATE,
        weight_decay=1e-4,
        clipnorm=10.0,
        use_ema=True,
        ema_momentum=min(high, max(low, 1 - 10 / steps)),
    )


def compile_detector(model: Any, optimizer: Any) -> None:
    """Give a detector its losses and an optimizer.

    Args:
        model: From ``build_detector``.
        optimizer: As from :func:`adamw`.
    """
    model.compile(
        optimizer=optimizer,
        loss=[focal_loss, giou_loss],
        loss_weights=[1.0, _BOX_WEIGHT],
        # XLA makes depthwise layers several times slower.
        jit_compile=False,
    )


def boxed_batches(
    pictures: DetectorPictures,
    cells: Cells,
    *,
    batch_size: int,
    seed: int,
    augmentation: BoxAugmentation = FLIPS,
) -> Any:
    """Return shuffled batches of augmented pictures with their targets.

    Args:
        pictures: The samples.
        cells: The network's cells.
        batch_size: Samples per step; fewer when there are fewer.
        seed: Random seed of order and changes.
        augmentation: What is done to each picture.
    """

    def make_batch(positions: Positions, epoch: int, index: int) -> tuple[Any, Any]:
        rng = np.random.default_rng([seed, 5, epoch, index])
        samples = [
            augmented(pictures, i, rng, augmentation) for i in positions.tolist()
        ]
        targets = [
            assign(cells, s.boxes, s.class_ids, ignored=s.ignored) for s in samples
        ]
        images = np.stack([s.image for s in samples]).astype(np.float32)
        classes, distances = (np.stack(t) for t in zip(*targets, strict=True))
        return images, (classes, distances)

    return shuffled_batches(
        len(pictures), make_batch, batch_size=batch_size, seed=seed, stream=(6,)
    )
