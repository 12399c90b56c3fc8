"""Copies of the H.264 packets of a stream, for whoever wants them as they came."""

from __future__ import annotations

import time
from typing import Any

from ...pyav import import_pyav
from ...video_packets import PacketTap, VideoPacket


class PacketCopy:
    """Hands on the packets of one stream in Annex B, while somebody takes them.

    What does not become Annex B is damaged. It is left out with all that builds on it,
    up to the next whole picture.

    Args:
        tap: Where they go.
        stream: PyAV's stream; see :meth:`can_copy`.
    """

    def __init__(self, tap: PacketTap, stream: Any) -> None:
        self._tap = tap
        self._av = import_pyav("Copying H.264")
        self._filter: Any = None
        self._needs_key = True
        headers = bytes(stream.codec_context.extradata or b"")
        if headers[:1] == b"\x01":
            # As in MP4, with lengths: the filter makes start codes and adds headers.
            from av.bitstream import BitStreamFilterContext

            self._filter = BitStreamFilterContext("h264_mp4toannexb", stream)
            headers = b""
        self._headers = headers

    @staticmethod
    def can_copy(context: Any) -> bool:
        """Return whether packets of a codec follow each other as they are shown.

        Of a stream with B-frames only the times of a file tell the order, and a bare
        stream has none.
        """
        return context.name == "h264" and not context.has_b_frames

    def take(self, packet: Any) -> None:
        """Hand on a packet; it stays as it is."""
        taker = self._tap.taker
        if taker is None:
            self._needs_key = True
            return
        now_s, is_key = time.monotonic(), bool(packet.is_keyframe)
        if self._needs_key and not is_key:
            return
        try:
            pieces = self._in_annex_b(packet)
        except (self._av.FFmpegError, ValueError):
            self._needs_key = True
            return
        self._needs_key = False
        for piece in pieces:
            taker(VideoPacket(now_s, piece, is_key, self._headers))

    def _in_annex_b(self, packet: Any) -> list[bytes]:
        data = bytes(packet)
        if self._filter is None:
            return [data]
        # The filter keeps the packet that it gets.
        copy = self._av.Packet(data)
        copy.pts, copy.dts, copy.time_base = packet.pts, packet.dts, packet.time_base
        copy.is_keyframe = packet.is_keyframe
        return [bytes(piece) for piece in self._filter.filter(copy)]
