"""The outcome of a training loop."""

from __future__ import annotations

from dataclasses import dataclass

from .history_row import Row


@dataclass(frozen=True)
class Outcome:
    """The outcome of a training; the network has the weights that are kept.

    Attributes:
        epochs: Number of finished epochs.
        best_epoch: The epoch whose weights are kept, from 1; 0 means the last one.
        seconds: Training time; that of interrupted runs is included.
        ended: finished, early, time or interrupted.
        history: One row per epoch: stage, seconds, learning_rate, loss and so on.
    """

    epochs: int
    best_epoch: int
    seconds: float
    ended: str
    history: tuple[Row, ...]
