"""The times of a video's frames, from its first frame on."""

from __future__ import annotations


class FileClock:
    """The times of a video's frames, made to rise from 0.

    Some containers (H.264 in AVI) begin later than 0, and have no time for the last
    frames: such a frame comes one step after the one before.
    """

    def __init__(self) -> None:
        self._first_ms: float | None = None
        self._before_ms = self._step_ms = 0.0

    def position_s(self, stated_ms: float | None) -> float | None:
        """Return the time of the next frame in seconds; None means that it has none.

        Args:
            stated_ms: The time that the file states; None means that it states none.
        """
        if self._first_ms is None:
            self._first_ms = self._before_ms = stated_ms or 0.0
            return 0.0
        if stated_ms is not None and stated_ms > self._before_ms:
            self._step_ms = stated_ms - self._before_ms
        elif not self._step_ms:
            return None
        self._before_ms += self._step_ms
        return (self._before_ms - self._first_ms) / 1000
