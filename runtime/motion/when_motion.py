"""A runner that asks its model only when the picture differs from the last one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Protocol

from ..frame import Frame
from ..timing import Timing
from .difference import Difference

if TYPE_CHECKING:
    from ..results import Result

MAX_ANSWER_AGE_S: Final = 5.0
"""After so many seconds the model looks again, whatever the pictures show."""


class _Runner(Protocol):
    def run(self, frame: Frame) -> tuple[Result, Timing]: ...


class WhenMotion:
    """Return the last answer again while the picture stays the same.

    A picture is compared with the one that the model looked at last, never with the one
    just before, so that slow changes add up until they count. An answer that is
    returned again says so: ``timing.answer_age_ms`` is the time between the two
    pictures, in a video file by its own times. The comparison is timed as
    ``motion_ms``.

    Args:
        runner: The model.
        max_answer_age: Seconds after which the model looks again in any case, above 0.

    Raises:
        ValueError: ``max_answer_age`` is not above 0.
    """

    def __init__(
        self, runner: _Runner, *, max_answer_age: float = MAX_ANSWER_AGE_S
    ) -> None:
        if not max_answer_age > 0:
            raise ValueError(f"max_answer_age must be above 0, got {max_answer_age}.")
        self._runner = runner
        self._oldest_ns = int(min(max_answer_age, 1e9) * 1e9)
        self._difference = Difference()
        self._answer: Result | None = None
        self._seen_ns = 0

    def run(self, frame: Frame) -> tuple[Result, Timing]:
        """Return the answer for a frame, and the milliseconds of each stage."""
        from dataclasses import replace

        start = time.perf_counter_ns()
        image, _ = frame.view
        answer = self._answer
        now_ns = int(frame.time_s * 1e9)
        age = now_ns - self._seen_ns
        is_due = answer is None or not 0 < age < self._oldest_ns
        if is_due:
            self._difference.keep(image)
        is_other = is_due or self._difference.differs(image)
        spent = (time.perf_counter_ns() - start) / 1e6
        if answer is not None and not is_other:
            return answer, Timing(motion_ms=spent, answer_age_ms=age / 1e6)
        # Where the model fails, the next picture must be looked at as well.
        self._answer = None
        result, timing = self._runner.run(frame)
        self._answer, self._seen_ns = result, now_ns
        return result, replace(timing, motion_ms=spent)
