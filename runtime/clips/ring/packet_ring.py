"""The last seconds of a camera's own video, in bounded memory."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class RingPacket:
    """One packet of a stream.

    Attributes:
        time_s: Seconds on the stream's own clock.
        wall_s: Seconds since 1970 (UTC), by the clock of the board.
        data: The packet, in Annex B.
        is_key: A decoder can begin here.
        headers: Units that a decoder needs before the first packet; often empty.
        left_out: Packets just before it that are missing.
    """

    time_s: float
    wall_s: float
    data: bytes
    is_key: bool
    headers: bytes = b""
    left_out: int = 0

    @property
    def size(self) -> int:
        """Return its bytes."""
        return len(self.data)

    def is_other_stream(self, later: object) -> bool:
        """Return whether a piece that comes after it belongs to another stream."""
        return (
            not isinstance(later, RingPacket)
            or later.time_s < self.time_s
            or later.headers != self.headers
        )


class PacketRing:
    """The newest packets of a stream, from one at which a decoder can begin.

    They come and go in groups: a whole picture, and those that build on it. A group
    that is larger than the memory alone goes as a whole, and the ring is empty until
    the next one begins.

    Args:
        seconds: How far back it reaches at least, to the whole picture before that.
        most_bytes: How many bytes its packets may have.
    """

    def __init__(self, seconds: float, most_bytes: int) -> None:
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._groups: deque[list[RingPacket]] = deque()
        self._sizes: deque[int] = deque()
        self._first_s: float | None = None
        self._pushed_out_s: float | None = None

    @property
    def size(self) -> int:
        """Return the bytes of its packets."""
        return sum(self._sizes)

    @property
    def newest(self) -> RingPacket | None:
        """Return the newest packet; None means that there is none."""
        return self._groups[-1][-1] if self._groups else None

    def reach(self, seconds: float) -> None:
        """Let the ring reach at least so far back, as the memory permits."""
        self._seconds = max(self._seconds, seconds)

    def add(self, packet: RingPacket) -> None:
        """Add a packet that is newer than those before, and drop what is too old."""
        if self.newest is not None and self.newest.is_other_stream(packet):
            self.clear()
        if packet.is_key:
            self._groups.append([])
            self._sizes.append(0)
        if not self._groups:
            return
        if self._first_s is None:
            self._first_s = packet.time_s
        self._groups[-1].append(packet)
        self._sizes[-1] += packet.size
        oldest_s = packet.time_s - self._seconds
        while len(self._groups) > 1 and self._groups[1][0].time_s <= oldest_s:
            self._drop()
        while self._groups and self.size > self._most_bytes:
            self._pushed_out_s = self._drop()

    def since(self, time_s: float) -> list[RingPacket]:
        """Return the packets from the last whole picture at or before a time on.

        Where there is none before it, they begin with the first one after it.
        """
        groups = list(self._groups)
        first = sum(group[0].time_s <= time_s for group in groups[1:])
        return [packet for group in groups[first:] for packet in group]

    def why_short(self, time_s: float) -> str:
        """Return why it does not reach back to a time; see the ring of JPEGs."""
        if self._pushed_out_s is not None and self._pushed_out_s >= time_s:
            return "memory"
        if self._first_s is None or self._first_s > time_s:
            return "stream"
        return "gap"

    def clear(self) -> None:
        """Forget all packets: the stream begins anew."""
        self._groups.clear()
        self._sizes.clear()
        self._first_s = self._pushed_out_s = None

    def _drop(self) -> float:
        self._sizes.popleft()
        return self._groups.popleft()[-1].time_s
