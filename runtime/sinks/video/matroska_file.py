"""A Matroska file from a stream of it: readable at any time, and complete at its end.

FFmpeg writes a pipe as it goes: a cluster of pictures each second, and no length and no
index, because it cannot go back. Into a file it writes these two, and hands it to the
system in portions of 256 kB, which are minutes of a quiet scene.
"""

from __future__ import annotations

import struct
from typing import Final

from . import ebml
from .piece_file import PieceFile

_MOST_CUES: Final = 4096


class MatroskaFile:
    """Takes a stream of Matroska, and adds the length and an index.

    Args:
        file: The file; the caller closes it.
    """

    def __init__(self, file: PieceFile) -> None:
        self._file = file
        self._buffer = bytearray()
        self._segment = 0  # where the inside of the segment begins
        self._seek_at = self._duration_at = 0
        # Time and place of clusters that begin with a whole picture, at most 4096.
        self._cues: list[tuple[int, int]] = []
        self._every = 1
        self._clusters = 0
        self._last_ms = self._step_ms = 0

    def write(self, data: bytes) -> None:
        """Take the next bytes; whole elements are handed to the system at once.

        Raises:
            SinkError: The system did not take an element. The next one may be taken.
        """
        self._buffer += data
        while head := ebml.read_head(self._buffer, 0):
            kind, size, inside = head
            if kind == ebml.SEGMENT:
                size = 0  # its elements come one by one
            elif size == ebml.UNKNOWN:
                size = len(self._buffer) - inside
            if inside + size > len(self._buffer):
                return
            whole = bytes(self._buffer[: inside + size])
            del self._buffer[: inside + size]
            self._take(kind, whole, inside)

    def finish(self) -> None:
        """Write the length and the index.

        Raises:
            SinkError: The system did not take them; the file can be read without.
        """
        if not self._segment:
            return
        cues_at = self._file.size - self._segment
        points = (_cue_point(time_ms, at) for time_ms, at in self._cues)
        if self._cues:
            self._file.append(ebml.element(ebml.CUES, b"".join(points)))
            self._file.replace(self._seek_at, _seek_head(ebml.CUES, cues_at))
        if self._duration_at:
            # In milliseconds: FFmpeg's time scale is always that.
            duration = _duration(self._last_ms + self._step_ms)
            self._file.replace(self._duration_at, duration)
        size = ebml.length(self._file.size - self._segment)
        self._file.replace(self._segment - 8, size)

    def _take(self, kind: int, whole: bytes, inside: int) -> None:
        if kind == ebml.SEGMENT:
            unknown = ebml.identifier(kind) + b"\x01" + b"\xff" * 7
            self._file.append(unknown)
            self._segment = self._file.size
        elif kind in (ebml.SEEK_HEAD, ebml.VOID):
            return  # places that are no longer true
        elif kind == ebml.INFO:
            self._take_info(whole[inside:])
        elif kind == ebml.CLUSTER:
            self._take_cluster(whole[inside:], whole)
        else:
            self._file.append(whole)

    def _take_info(self, data: bytes) -> None:
        kept = [
            ebml.element(kind, data[begin:end])
            for kind, begin, end in ebml.children(data)
            if kind not in (ebml.CRC, ebml.DURATION, ebml.VOID)
        ]
        # Until the end there is room instead of a length: players count for themselves.
        room = _room_for(_duration(0))
        info = ebml.element(ebml.INFO, b"".join([*kept, room]))
        self._seek_at = self._file.size
        self._file.append(_room_for(_seek_head(ebml.CUES, 0)) + info)
        self._duration_at = self._file.size - len(room)

    def _take_cluster(self, data: bytes, whole: bytes) -> None:
        position = self._file.size - self._segment
        self._file.append(whole)
        begin_ms = blocks = 0
        for kind, begin, end in ebml.children(data):
            if kind == ebml.TIMESTAMP:
                begin_ms = int.from_bytes(data[begin:end], "big")
            elif kind in (ebml.SIMPLE_BLOCK, ebml.BLOCK_GROUP):
                if kind == ebml.BLOCK_GROUP:
                    begin += _block_in(data[begin:end])
                # One byte of track, two of time from the cluster's on, one of flags.
                later = int.from_bytes(data[begin + 1 : begin + 3], "big", signed=True)
                self._note_time(begin_ms + later)
                is_whole = kind == ebml.SIMPLE_BLOCK and data[begin + 3] & 0x80
                if is_whole and not blocks:
                    self._add_cue(begin_ms, position)
                blocks += 1

    def _note_time(self, time_ms: int) -> None:
        if time_ms > self._last_ms:
            self._step_ms = time_ms - self._last_ms
            self._last_ms = time_ms

    def _add_cue(self, time_ms: int, position: int) -> None:
        if self._clusters % self._every == 0:
            self._cues.append((time_ms, position))
        self._clusters += 1
        if len(self._cues) > _MOST_CUES:
            # An index of a fixed size: memory must not grow over months.
            del self._cues[1::2]
            self._every *= 2


def _block_in(group: bytes) -> int:
    blocks = (begin for kind, begin, _ in ebml.children(group) if kind == ebml.BLOCK)
    return next(blocks, 0)


def _room_for(element: bytes) -> bytes:
    return ebml.element(
        ebml.VOID, bytes(len(element) - len(ebml.element(ebml.VOID, b"")))
    )


def _duration(milliseconds: float) -> bytes:
    return ebml.element(ebml.DURATION, struct.pack(">d", milliseconds))


def _seek_head(kind: int, position: int) -> bytes:
    seek = ebml.element(ebml.SEEK_ID, ebml.identifier(kind)) + ebml.element(
        ebml.SEEK_POSITION, ebml.number(position)
    )
    return ebml.element(ebml.SEEK_HEAD, ebml.element(ebml.SEEK, seek))


def _cue_point(time_ms: int, position: int) -> bytes:
    place = ebml.element(ebml.CUE_TRACK, ebml.number(1)) + ebml.element(
        ebml.CUE_CLUSTER_POSITION, ebml.number(position)
    )
    return ebml.element(
        ebml.CUE_POINT,
        ebml.element(ebml.CUE_TIME, ebml.number(time_ms))
        + ebml.element(ebml.CUE_TRACK_POSITIONS, place),
    )
