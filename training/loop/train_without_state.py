"""Train without a state on disk: an interrupted training cannot go on."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ..callbacks import NO_CALLBACKS, TrainCallbacks
from ..job import Job
from . import loop
from .outcome import Outcome
from .state import Workspace


def train_at_once(
    job: Job,
    *,
    max_seconds: float | None = None,
    callbacks: TrainCallbacks = NO_CALLBACKS,
) -> Outcome:
    """Train, and leave the weights in the network; nothing stays on disk.

    Args:
        job: Network, data and stages.
        max_seconds: Longest training time; the learning rate falls within it.
        callbacks: Its ``on_epoch`` and ``on_progress`` are called.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed.
        TrainingError: See :func:`~edgevision.training.loop.loop.run`.
    """
    with tempfile.TemporaryDirectory(prefix="edgevision-") as folder:
        outcome = loop.run(
            job,
            Workspace(Path(folder) / "state", {}),
            max_seconds=max_seconds,
            callbacks=callbacks,
        )
    if outcome.ended == "interrupted":
        raise KeyboardInterrupt  # a network that is half trained is no result
    return outcome
