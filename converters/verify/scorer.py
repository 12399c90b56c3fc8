"""What every scorer does: read one sample's outputs, and compare two readings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy.typing as npt

from ...runtime.geometry import Letterbox

Outputs = Sequence[npt.NDArray[Any]]


class Scorer(ABC):
    """The comparison of the float model and the file, per task.

    Attributes:
        metric: Name of the score.
        error_name: Name of the error.
        counts: Whether a score is 0 or 1, so that shares have Wilson intervals.
        weighs: What :meth:`weight` counts, such as boxes; "" means samples.
    """

    metric: str
    error_name: str = "mean_relative_error"
    counts: bool = False
    weighs: str = ""

    @abstractmethod
    def read_float(self, outputs: Outputs, letterbox: Letterbox) -> Any:
        """Return the float model's reading of a sample."""

    @abstractmethod
    def read(self, outputs: Outputs, letterbox: Letterbox) -> Any:
        """Return the file's reading of a sample, from its raw output tensors."""

    @abstractmethod
    def score(self, reference: Any, other: Any) -> float:
        """Return how well two readings agree, 0..1."""

    @abstractmethod
    def error(self, reference: Any, other: Any) -> float:
        """Return how far two readings differ; 0 means equal."""

    def answer(self, reading: Any) -> int:
        """Return the class that a reading names; -1 where the task has none."""
        return -1

    def weight(self, reference: Any, other: Any) -> int:
        """Return how many things the score is a share of."""
        return 1

    def details(self) -> dict[str, float]:
        """Return more figures over all samples, by name."""
        return {}
