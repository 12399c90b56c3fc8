"""Packets of a camera's own video, brought to the clock of its frames."""

from __future__ import annotations

from typing import Final

from ...frame import Frame
from ...video_packets import VideoPacket
from ...wall_clock import wall_seconds
from .packet_ring import RingPacket

_MOST_EARLY: Final = 1000
_SILENT_S: Final = 2.0


class PacketFeed:
    """Turns the moment at which a packet arrives into one on the clock of the frames.

    A packet has the moment at which it arrived. The frames of a stream that states its
    own times have another clock, and the difference is that of the first frame. Packets
    that come before it wait.
    """

    def __init__(self) -> None:
        self._offset_s: float | None = None
        self._early: list[tuple[VideoPacket, int]] = []
        self._last_s: float | None = None

    def take(self, packet: VideoPacket, left_out: int) -> list[RingPacket]:
        """Return the packets that have their times now.

        Args:
            packet: The next one.
            left_out: How many before it are missing.
        """
        self._last_s = packet.arrived_s
        if self._offset_s is not None:
            return [_timed(packet, self._offset_s, left_out)]
        if len(self._early) < _MOST_EARLY:
            self._early.append((packet, left_out))
        return []

    def meet(self, frame: Frame) -> list[RingPacket]:
        """Take a frame; return the packets that waited for the first one."""
        if self._offset_s is not None or not self._early:
            return []
        self._offset_s = offset_s = frame.time_s - frame.timestamp_ns / 1e9
        early, self._early = self._early, []
        return [_timed(packet, offset_s, left_out) for packet, left_out in early]

    def is_silent(self, frame: Frame) -> bool:
        """Return whether a frame comes from a stream that gives no packets."""
        last_s = self._last_s
        return last_s is None or frame.timestamp_ns / 1e9 - last_s > _SILENT_S


def _timed(packet: VideoPacket, offset_s: float, left_out: int) -> RingPacket:
    return RingPacket(
        packet.arrived_s + offset_s,
        wall_seconds(int(packet.arrived_s * 1e9)),
        packet.data,
        packet.is_key,
        packet.headers,
        left_out,
    )
