"""Train a Keras classifier on pictures in memory: seeded, bounded in time."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..runtime.results import ClassIds
from .architectures import load_keras

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Training:
    """Hold how a training went.

    Attributes:
        epochs: Passes over the pictures that were finished.
        seconds: Wall time, with the time TensorFlow took to trace the network.
        stopped: The time was over before the last epoch was.
        accuracy: 0..1, on the pictures of the last epoch while it ran; on pictures that
            the network has seen, so it is no measure of quality.
    """

    epochs: int
    seconds: float
    stopped: bool
    accuracy: float


def seed_everything(seed: int) -> None:
    """Seed Python, NumPy and TensorFlow; call it before a model is built."""
    load_keras().utils.set_random_seed(seed)


def fit(
    model: Any,
    images: npt.NDArray[np.uint8],
    class_ids: ClassIds,
    *,
    epochs: int,
    batch_size: int = 32,
    learning_rate: float = 2e-3,
    augmentation: Any = None,
    max_seconds: float | None = None,
    progress: Progress | None = None,
) -> Training:
    """Train a classifier with Adam; the rate warms up, then falls along a cosine.

    Args:
        model: An untrained Keras model that ends in a softmax; it is changed.
        images: uint8 (N, H, W, C), channels in the model's order.
        class_ids: int64 (N,).
        epochs: Passes over the pictures.
        batch_size: Pictures per step.
        learning_rate: The highest rate.
        augmentation: A layer from ``edgevision.training.augmentation``; every epoch
            then sees other versions of the pictures.
        max_seconds: Stop after the step in which this much time is over.
        progress: Is told a line about every second and after every epoch.
    """
    keras = load_keras()
    steps = epochs * -(-len(images) // batch_size)
    warm_up = min(50, steps // 4)
    schedule = keras.optimizers.schedules.CosineDecay(
        learning_rate / 10,
        max(1, steps - warm_up),
        warmup_target=learning_rate,
        warmup_steps=warm_up,
    )
    # "auto" would compile with XLA where a GPU is seen, which makes depthwise layers
    # several times slower.
    model.compile(
        optimizer=keras.optimizers.Adam(schedule),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    watch = _watch(keras, steps, epochs, max_seconds, progress)
    began = time.monotonic()
    if augmentation is None:
        data: dict[str, Any] = {"x": images, "y": class_ids, "batch_size": batch_size}
    else:
        batches = _augmented(images, class_ids, batch_size, augmentation)
        data = {"x": batches, "shuffle": False}
    history = model.fit(**data, epochs=epochs, verbose=0, callbacks=[watch])
    seconds = time.monotonic() - began
    stopped = bool(model.stop_training) and watch.steps < steps
    finished = len(history.epoch) - int(stopped)
    return Training(finished, seconds, stopped, float(history.history["accuracy"][-1]))


def _augmented(
    images: npt.NDArray[np.uint8],
    class_ids: ClassIds,
    batch_size: int,
    augmentation: Any,
) -> Any:
    """Return shuffled batches, changed anew whenever they are drawn."""
    tensorflow = importlib.import_module("tensorflow")
    pairs = tensorflow.data.Dataset.from_tensor_slices((images, class_ids))
    batches = pairs.shuffle(len(images)).batch(batch_size)
    # One call at a time: several would draw from the same seed in any order.
    return batches.map(
        lambda x, y: (augmentation(x, training=True), y), num_parallel_calls=1
    ).prefetch(2)


def accuracy(
    model: Any, images: npt.NDArray[np.uint8], class_ids: ClassIds
) -> tuple[float, int]:
    """Return the share of pictures a Keras classifier names rightly, and their number.

    Raises:
        ValueError: There are no pictures.
    """
    if not len(images):
        raise ValueError("accuracy needs at least one picture, got none.")
    scores = model.predict(images, batch_size=256, verbose=0)
    return float(np.mean(np.argmax(scores, axis=1) == class_ids)), len(images)


def _watch(
    keras: Any,
    steps: int,
    epochs: int,
    max_seconds: float | None,
    progress: Progress | None,
) -> Any:
    """Return a Keras callback that tells the progress and stops when time is over."""

    class Watch(keras.callbacks.Callback):  # type: ignore[misc]
        """Count steps; the base class is known only once Keras is loaded."""

        def __init__(self) -> None:
            super().__init__()
            self.steps = 0
            self._began = self._told = self._second = time.monotonic()
            self._epoch = 0

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self._epoch = epoch + 1

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.steps += 1
            now = time.monotonic()
            spent = now - self._began
            if self.steps == 1:
                self._second = now  # the first step traced the network: no measure
            elif progress is not None and (
                now - self._told >= 1 or self.steps == steps
            ):
                self._told = now
                pace = (now - self._second) / (self.steps - 1)
                left = pace * (steps - self.steps)
                if max_seconds is not None:
                    left = min(left, max(max_seconds - spent, 0))
                progress(
                    f"epoch {self._epoch} of {epochs}, accuracy "
                    f"{(logs or {}).get('accuracy', 0):.1%}, {left:.0f} s left"
                )
            if max_seconds is not None and spent >= max_seconds:
                self.model.stop_training = True

    return Watch()
