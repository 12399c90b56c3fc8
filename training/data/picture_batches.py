"""Batches of pictures in memory, as the trainer draws them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...runtime.results import ClassIds
from ..keras_import import load_keras
from .pictures import Pixels


def batches(
    pixels: Pixels,
    class_ids: ClassIds,
    *,
    batch_size: int,
    seed: int,
    augment: Callable[[Any, int, int], Any] | None = None,
) -> Any:
    """Return the batches of an epoch as a ``PyDataset`` with ``set_epoch``.

    Every epoch has its own order. What is left when the batches are full is left out;
    another epoch draws it.

    Args:
        pixels: uint8 (N, H, W, C).
        class_ids: int64 (N,).
        batch_size: Pictures per step; fewer when there are fewer.
        seed: Decides the order.
        augment: Told pictures, epoch and batch; what it returns depends on these alone.
    """
    size = min(batch_size, len(pixels))

    class Batches(load_keras().utils.PyDataset):  # type: ignore[misc]
        """Draw batches; the base class is known only once Keras is loaded."""

        def __init__(self) -> None:
            super().__init__()
            self._epoch = 0
            self._order = np.arange(len(pixels))
            self.set_epoch(0)

        def __len__(self) -> int:
            return len(pixels) // size

        def set_epoch(self, epoch: int) -> None:
            self._epoch = epoch
            rng = np.random.default_rng([seed, epoch])
            self._order = rng.permutation(len(pixels))

        def __getitem__(self, index: int) -> tuple[Any, Any]:
            chosen = np.sort(self._order[index * size : (index + 1) * size])
            pictures: Any = pixels[chosen].astype(np.float32)
            if augment is not None:
                pictures = augment(pictures, self._epoch, index)
            return pictures, class_ids[chosen]

    return Batches()
