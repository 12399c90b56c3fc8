"""What a run asks for the result of a frame."""

from __future__ import annotations

from typing import Protocol

from ..frame import Frame
from ..results import Result
from ..timing import Timing


class Runner(Protocol):
    """What turns a frame into a result: a model, or a stand-in for tests."""

    def run(self, frame: Frame) -> tuple[Result, Timing]:
        """Return the result and the milliseconds of prepare, invoke and decode."""
        ...
