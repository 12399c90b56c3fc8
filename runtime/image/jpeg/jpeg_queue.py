"""The pictures of a stream of JPEG files, in the order in which they came."""

from __future__ import annotations

import time
from collections import deque

from ...late_frame import Stamped
from .decoding import DamagedPictureError, reports_damage
from .reduced_decoding import ReducedDecoding
from .splitter import JpegSplitter


class JpegQueue:
    """Bytes in, pictures out; a picture is decoded when it is taken.

    Args:
        limit: A file of more bytes is left out.
        reduction: How small pictures may be decoded; None means whole.
    """

    def __init__(
        self, *, limit: int = 64 << 20, reduction: ReducedDecoding | None = None
    ) -> None:
        self._reduction = reduction or ReducedDecoding()
        reports_damage()
        self._splitter = JpegSplitter(limit=limit)
        self._waiting: deque[tuple[bytes, int]] = deque()
        self._broken_off = 0

    def feed(self, data: bytes) -> None:
        """Take some bytes, which arrived now."""
        now = time.monotonic_ns()
        self._waiting += ((file, now) for file in self._splitter.feed(data))

    def end(self) -> None:
        """End the stream: what has begun breaks off."""
        self._broken_off -= self._splitter.is_inside

    def take(self) -> Stamped | None:
        """Return the next picture and the time of its last byte; None means none waits.

        Returns:
            uint8 (H, W, 3) BGR or a picture that is decoded small, and
            ``time.monotonic_ns()``.

        Raises:
            DamagedPictureError: The next picture arrived damaged; it is taken.
        """
        if self._broken_off < self._splitter.damaged:
            self._broken_off += 1
            raise DamagedPictureError("a JPEG breaks off")
        if not self._waiting:
            return None
        file, stamp = self._waiting.popleft()
        return self._reduction.decode(file), stamp
