"""The batches of an epoch: shuffled for training, in order for validation.

What a batch holds is the task's: it gives a function that makes a batch of positions.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ...runtime.results import ClassIds
from ..keras_import import load_keras
from .pictures import Pixels

Positions = npt.NDArray[np.int64]

MakeBatch = Callable[[Positions, int, int], tuple[Any, Any]]


def shuffled_batches(
    count: int,
    make_batch: MakeBatch,
    *,
    batch_size: int,
    seed: int,
    stream: tuple[int, ...] = (),
) -> Any:
    """Return the batches of an epoch as a ``PyDataset`` with ``set_epoch``.

    Each epoch has its own order. Pictures that fill no batch are left out of the epoch;
    the order of another epoch includes them.

    Args:
        count: Number of pictures, at least 1.
        make_batch: Called with the positions of the pictures in the order in which they
            are drawn, int64 (batch_size,), the epoch and the number of the batch;
            returns inputs and targets. They must depend on these three alone: then an
            interrupted training continues with the same batches.
        batch_size: Pictures per step; fewer when there are fewer pictures.
        seed: Random seed; with the epoch it decides the order.
        stream: Further numbers for the random generator of the order.
    """
    size = min(batch_size, count)

    def order(epoch: int) -> Positions:
        return np.random.default_rng([seed, *stream, epoch]).permutation(count)

    return _batches_class()(order, count // size, size, make_batch)


def ordered_batches(count: int, make_batch: MakeBatch, *, batch_size: int) -> Any:
    """Return the batches of pictures in their own order, for ``evaluate``.

    Args:
        count: Number of pictures; the last batch may be smaller than the others.
        make_batch: As for :func:`shuffled_batches`.
        batch_size: Pictures per batch.
    """
    positions = np.arange(count)
    return _batches_class()(
        lambda epoch: positions, -(-count // batch_size), batch_size, make_batch
    )


def picture_batches(
    pixels: Pixels,
    class_ids: ClassIds,
    *,
    batch_size: int,
    seed: int,
    augment: Callable[[Any, int, int], Any] | None = None,
) -> Any:
    """Return shuffled batches of pictures, float32 (N, H, W, C), and their classes.

    Args:
        pixels: uint8 (N, H, W, C).
        class_ids: int64 (N,).
        batch_size: Pictures per step; fewer when there are fewer.
        seed: Random seed of the order.
        augment: Called with the pictures, the epoch and the number of the batch;
            returns the changed pictures, which depend on these alone.
    """

    def make_batch(positions: Positions, epoch: int, index: int) -> tuple[Any, Any]:
        chosen = np.sort(positions)
        pictures: Any = pixels[chosen].astype(np.float32)
        if augment is not None:
            pictures = augment(pictures, epoch, index)
        return pictures, class_ids[chosen]

    return shuffled_batches(len(pixels), make_batch, batch_size=batch_size, seed=seed)


@functools.cache
def _batches_class() -> Any:
    """Return the class, which cannot exist before Keras is imported."""

    class Batches(load_keras().utils.PyDataset):  # type: ignore[misc]
        """Batches of the epoch that ``set_epoch`` names, at first of epoch 0."""

        def __init__(
            self,
            order: Callable[[int], Positions],
            count: int,
            size: int,
            make_batch: MakeBatch,
        ) -> None:
            super().__init__()
            self._order_of = order
            self._count = count
            self._size = size
            self._make_batch = make_batch
            self.set_epoch(0)

        def __len__(self) -> int:
            return self._count

        def set_epoch(self, epoch: int) -> None:
            """Take the number of the epoch that begins, from 0."""
            self._epoch = epoch
            self._order = self._order_of(epoch)

        def __getitem__(self, index: int) -> tuple[Any, Any]:
            chosen = self._order[index * self._size : (index + 1) * self._size]
            return self._make_batch(chosen, self._epoch, index)

    return Batches
