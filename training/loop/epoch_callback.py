"""The Keras callback of an epoch: learning rate, remaining time, end of a stage."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ..callbacks import TrainCallbacks
from ..job import TrainingStage
from ..keras_import import load_keras
from .checkpoint_values import assign

_TOLD_EVERY: Final = 0.5


def rate(stage: TrainingStage, done: float, steps: int) -> float:
    """Return the learning rate of a stage.

    Args:
        stage: Its schedule and highest rate.
        done: Finished share of the stage, 0..1.
        steps: Steps of the stage; the first of them warm up.
    """
    if stage.schedule == "constant":
        return stage.learning_rate
    warm = max(stage.warm_up, min(0.25, 10 / steps)) if stage.warm_up else 0.0
    if done < warm:
        return stage.learning_rate * (0.1 + 0.9 * done / warm)
    past = min(1.0, (done - warm) / (1 - warm))
    return stage.learning_rate * max(0.01, 0.5 * (1 + math.cos(math.pi * past)))


@dataclass(frozen=True)
class EpochStart:
    """The state of a training at the beginning of an epoch.

    Attributes:
        stage: The stage that runs.
        stage_epoch: Its finished epochs.
        batches: Batches per epoch.
        optimizers: The optimizers whose learning rate is set.
        stage_seconds: Time that the stage has taken.
        stage_limit: Seconds after which the stage ends; None means no limit.
        epoch: Finished epochs of all stages.
        epochs: Epochs of all stages.
        seconds: Time that the training has taken.
        max_seconds: Seconds after which the training ends; None means no limit.
    """

    stage: TrainingStage
    stage_epoch: int
    batches: int
    optimizers: Sequence[Any]
    stage_seconds: float
    stage_limit: float | None
    epoch: int
    epochs: int
    seconds: float
    max_seconds: float | None


def make_ticker(start: EpochStart, callbacks: TrainCallbacks) -> Any:
    """Return a Keras callback: learning rate, remaining time, end of the stage.

    Its ``rate`` is the last learning rate, ``time_is_over`` whether the limit is
    reached; ``restore()`` puts back the weights that ``fit`` replaced by an average.

    Args:
        start: The state at the beginning of the epoch.
        callbacks: Its ``on_progress`` is called about twice a second.
    """
    limit, batches = start.stage_limit, start.batches
    steps = start.stage.epochs * batches
    first = start.stage_epoch * batches

    class Ticker(load_keras().callbacks.Callback):  # type: ignore[misc]
        """Count steps; the base class is known only once Keras is loaded."""

        def __init__(self) -> None:
            super().__init__()
            self.rate = 0.0
            self.time_is_over = False
            self._done = 0
            self._began = self._told = self._second = time.monotonic()
            self._raw: list[Any] = []

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            done = (first + self._done) / steps
            if limit is not None:
                done = max(done, min(1.0, self._spent() / limit) if limit > 0 else 1.0)
            self.rate = rate(start.stage, done, steps)
            for optimizer in start.optimizers:
                optimizer.learning_rate = self.rate

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self._done += 1
            now = time.monotonic()
            if self._done == 1:
                self._second = now  # not the first step: it includes tracing
            elif now - self._told >= _TOLD_EVERY:
                self._told = now
                self._progress(now, logs or {})
            if limit is not None and self._spent() >= limit:
                self.time_is_over = True
                self.model.stop_training = True

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if any(getattr(item, "use_ema", False) for item in start.optimizers):
                self._raw = [np.array(v) for v in self.model.trainable_variables]

        def restore(self) -> None:
            if self._raw:
                assign(self.model.trainable_variables, self._raw)

        def _spent(self) -> float:
            return start.stage_seconds + time.monotonic() - self._began

        def _progress(self, now: float, logs: Mapping[str, float]) -> None:
            pace = (now - self._second) / (self._done - 1)
            left = pace * ((start.epochs - start.epoch) * batches - self._done)
            if start.max_seconds is not None:
                spent = start.seconds + now - self._began
                left = min(left, max(0.0, start.max_seconds - spent))
            callbacks.on_progress(
                f"epoch {start.epoch + 1} of {start.epochs}, "
                f"{self._done}/{batches}: loss {float(logs.get('loss', 0)):.4g}, "
                f"{_duration(left)} left"
            )

    return Ticker()


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
