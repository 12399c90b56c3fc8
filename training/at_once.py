"""Train from beginning to end in one go: no state is left that could be taken up."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from . import loop
from .job import Job
from .request import TrainEvent
from .state import Workspace

Progress = Callable[[str], None]


def train_at_once(
    job: Job,
    *,
    max_seconds: float | None = None,
    progress: Progress | None = None,
) -> loop.Outcome:
    """Train, and leave the weights in the network; nothing stays on disk.

    Args:
        job: Network, data and stages.
        max_seconds: The training ends when they are over; the rate falls in time.
        progress: Is told a line twice a second and one after every epoch.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed.
        TrainingError: See :func:`~edgevision.training.loop.run`.
    """

    def tell(event: TrainEvent) -> None:
        if progress is not None:
            progress(event.text)

    with tempfile.TemporaryDirectory(prefix="edgevision-") as folder:
        outcome = loop.run(
            job,
            Workspace(Path(folder) / "state", {}),
            max_seconds=max_seconds,
            tell=tell,
        )
    if outcome.ended == "interrupted":
        raise KeyboardInterrupt  # half a network is not what was asked for
    return outcome
