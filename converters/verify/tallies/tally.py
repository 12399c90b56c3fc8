"""What every tally does: read outputs, take readings of samples, return figures."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy.typing as npt

from ....runtime.geometry import Letterbox
from ..verification import Verification

Outputs = Sequence[npt.NDArray[Any]]


class Tally(ABC):
    """The readings of all samples so far, per set of kernels."""

    @abstractmethod
    def read_float(self, outputs: Outputs, letterbox: Letterbox) -> Any:
        """Return the float model's reading of a sample."""

    @abstractmethod
    def read(self, outputs: Outputs, letterbox: Letterbox) -> Any:
        """Return the file's reading of a sample, from its raw output tensors."""

    @abstractmethod
    def reference(self, reading: Any) -> None:
        """Add the float model's reading of the next sample."""

    @abstractmethod
    def add(self, name: str, reference: Any, other: Any) -> None:
        """Add the reading of one set of kernels of the same sample."""

    @abstractmethod
    def result(self, source: str) -> Verification:
        """Return the figures; of both sets of kernels the lower one counts."""

    def warnings(self) -> tuple[str, ...]:
        """Return what needs attention, after :meth:`result`."""
        return ()
