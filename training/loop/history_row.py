"""The row of one epoch in the history of a training."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from ...errors import TrainingError
from ..job import Job, TrainingStage

Row = Mapping[str, float]

_HIDDEN: Final = ("epoch", "stage", "learning_rate", "seconds")


def line_of(row: Row, *, job: Job, stage: TrainingStage, best: int) -> str:
    """Return the line that people read at the end of an epoch.

    Args:
        row: The epoch's figures.
        job: The training.
        stage: The stage that runs.
        best: The best epoch so far, from 1.
    """
    numbers = ", ".join(
        f"{name.replace('_', ' ')} {value:.4g}"
        for name, value in row.items()
        if name not in _HIDDEN
    )
    part = f" ({stage.name})" if len(job.stages) > 1 else ""
    mark = ", best so far" if best == row["epoch"] else ""
    return (
        f"epoch {row['epoch']:.0f} of {job.epochs}{part}: {numbers}{mark}, "
        f"{row['seconds']:.0f} s"
    )


def refuse_nan(row: Row, stage: TrainingStage) -> None:
    """Refuse a row with a number that is not finite.

    Raises:
        TrainingError: There is one; the sentence names it and the learning rate.
    """
    for name, value in row.items():
        if not math.isfinite(value):
            raise TrainingError(
                f"The {name.replace('_', ' ')} is {value} in epoch "
                f"{row['epoch']:.0f}: the training diverged. Pass a lower "
                f"--learning-rate than {stage.learning_rate:g}."
            )
