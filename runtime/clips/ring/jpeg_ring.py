"""The last seconds of a stream as JPEGs, in bounded memory."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class RingPicture:
    """One picture of a stream.

    Attributes:
        time_s: Seconds on the stream's own clock.
        wall_s: Seconds since 1970 (UTC), by the clock of the board.
        jpeg: The picture as a JPEG file.
        left_out: Frames just before it that are missing, because encoding was too slow.
    """

    time_s: float
    wall_s: float
    jpeg: bytes
    left_out: int = 0
    is_key = True

    @property
    def size(self) -> int:
        """Return its bytes."""
        return len(self.jpeg)

    def is_other_stream(self, later: object) -> bool:
        """Return whether a piece that comes after it belongs to another stream."""
        return not isinstance(later, RingPicture) or later.time_s < self.time_s


class JpegRing:
    """The newest pictures of a stream, limited by seconds and by bytes.

    The newest picture stays in any case. A stream whose clock goes back (a file that
    begins again) makes the ring begin again.

    Args:
        seconds: How far back it reaches; one older picture stays where it takes one to
            reach that far.
        most_bytes: How many bytes its JPEGs may have.
    """

    def __init__(self, seconds: float, most_bytes: int) -> None:
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._pictures: deque[RingPicture] = deque()
        self._bytes = 0
        self._first_s: float | None = None
        self._pushed_out_s: float | None = None

    @property
    def size(self) -> int:
        """Return the bytes of its JPEGs."""
        return self._bytes

    @property
    def newest(self) -> RingPicture | None:
        """Return the newest picture; None means that there is none."""
        return self._pictures[-1] if self._pictures else None

    def reach(self, seconds: float) -> None:
        """Let the ring reach at least so far back, as the memory permits."""
        self._seconds = max(self._seconds, seconds)

    def add(self, picture: RingPicture) -> None:
        """Add a picture that is newer than those before, and drop what is too old."""
        pictures = self._pictures
        if pictures and pictures[-1].is_other_stream(picture):
            self.clear()
        if self._first_s is None:
            self._first_s = picture.time_s
        pictures.append(picture)
        self._bytes += len(picture.jpeg)
        oldest_s = picture.time_s - self._seconds
        while len(pictures) > 1 and pictures[1].time_s <= oldest_s:
            self._drop()
        while len(pictures) > 1 and self._bytes > self._most_bytes:
            self._pushed_out_s = self._drop()

    def since(self, time_s: float) -> list[RingPicture]:
        """Return the pictures of this time and later, the oldest first."""
        pictures: list[RingPicture] = []
        for picture in reversed(self._pictures):
            if picture.time_s < time_s:
                break
            pictures.append(picture)
        return pictures[::-1]

    def why_short(self, time_s: float) -> str:
        """Return why the ring holds no pictures from a time on.

        Returns:
            ``memory``: they did not fit. ``stream``: the stream began later. ``gap``:
            there were none, or the ring did not have to reach so far.
        """
        if self._pushed_out_s is not None and self._pushed_out_s >= time_s:
            return "memory"
        if self._first_s is None or self._first_s > time_s:
            return "stream"
        return "gap"

    def clear(self) -> None:
        """Forget all pictures: the stream begins anew."""
        self._pictures.clear()
        self._bytes = 0
        self._first_s = self._pushed_out_s = None

    def _drop(self) -> float:
        oldest = self._pictures.popleft()
        self._bytes -= len(oldest.jpeg)
        return oldest.time_s
