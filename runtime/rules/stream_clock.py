"""The time of a stream, with the parts of it that nobody saw."""

from __future__ import annotations

from typing import Final

BACK_S: Final = 1.0
"""A step back of up to so many seconds is a trembling clock: time stands still until it
is made up for. A longer one is a video that begins again."""

GAP_S: Final = 10.0
"""A step of more seconds is a gap, if it is longer than three of the step before."""

_TIMES: Final = 3.0
_SLACK_S: Final = 0.05  # between two clocks that measure one loss


class StreamClock:
    """Time as rules count it: by the stream's clock, and without what was not seen.

    Attributes:
        time_s: The newest time on the stream's clock.
        seen_s: Seconds since the first frame in which there were pictures. A gap does
            not count, nor does a jump back.
        elapsed_s: Seconds since the first frame, with gaps; a jump back does not count.
        gap_s: The seconds without pictures just before this frame; 0 without a gap.
        unbroken_s: ``seen_s`` since the last gap, jump back or the first frame.
        is_restarted: Whether the stream jumped back with this frame.
    """

    def __init__(self) -> None:
        self.time_s = 0.0
        self.seen_s = 0.0
        self.elapsed_s = 0.0
        self.gap_s = 0.0
        self.unbroken_s = 0.0
        self.is_restarted = False
        self._is_started = False
        self._step_s = 0.0
        self._lost_s = 0.0
        self._owed_s = 0.0

    def advance(self, time_s: float, lost_s: float = 0.0) -> None:
        """Go on to the time of the next frame.

        Args:
            time_s: The frame's time, by the stream's clock.
            lost_s: Seconds without pictures because the source was lost, all together.
        """
        step = time_s - self.time_s
        self._owed_s += max(lost_s - self._lost_s, 0.0)
        self._lost_s = lost_s
        self.gap_s = 0.0
        self.is_restarted = False
        if not self._is_started:
            self._is_started = True
            self.time_s = time_s
            self._owed_s = 0.0
        elif step < -BACK_S:
            self.is_restarted = True
            self.time_s = time_s
            self.unbroken_s = self._step_s = self._owed_s = 0.0
        elif step > 0:
            self.time_s = time_s
            self.elapsed_s += step
            # A loss may be told with the last picture before it: the gap is the step
            # that is as long as the loss.
            is_lost = 0 < self._owed_s <= step + _SLACK_S
            if is_lost or (step > GAP_S and step > _TIMES * self._step_s):
                self.gap_s = step
                self._owed_s = 0.0
                self.unbroken_s = 0.0
            else:
                self.seen_s += step
                self.unbroken_s += step
            self._step_s = step
