"""An MJPEG camera: a web server whose answer holds one JPEG after another."""

from __future__ import annotations

import time
from typing import Final

from ....errors import SourceError
from ...image.jpeg import JpegQueue, ReducedDecoding
from ...late_frame import Stamped
from ..first_picture import TRIES, FirstPicture
from ..live import EndOfStreamError
from .http_answer import HttpAnswer, SilentError

_STREAMS: Final = frozenset(
    {"video/x-motion-jpeg", "video/x-jpeg", "video/mjpeg", "video/x-mjpeg"}
)
_ONE_PICTURE: Final = frozenset({"image/jpeg", "image/jpg", "image/pjpeg"})
_LARGEST: Final = 32 << 20
# A picture comes in pieces; with any pause among them it is no live picture.
_PICTURE_S: Final = 10.0


def is_mjpeg(kind: str) -> bool:
    """Return whether an answer of this content type is read here."""
    is_parts = kind.startswith("multipart/")
    return is_parts or kind in _STREAMS or kind in _ONE_PICTURE


class MjpegGrabber:
    """An open MJPEG stream, or a single picture.

    The JPEG files are found by their own markers. So the boundaries and lengths of the
    parts, which cameras write in many wrong ways, are not needed.

    Args:
        answer: The server's answer; closed here.
        reduction: How small pictures may be decoded.
    """

    def __init__(self, answer: HttpAnswer, reduction: ReducedDecoding) -> None:
        self._answer = answer
        self._is_single = answer.kind in _ONE_PICTURE
        self._queue = JpegQueue(limit=_LARGEST, reduction=reduction)
        try:
            self._first = FirstPicture(
                self._next, tries=1 if self._is_single else TRIES
            )
        except SourceError:
            self.close()
            raise
        self.mode = "{}x{}".format(*self._first.size)

    def read(self) -> Stamped:
        """Wait for the next picture; the stamp is the moment of its last byte."""
        picture = self._first.take()
        if picture is not None:
            return picture
        if self._is_single:
            raise EndOfStreamError
        return self._next()

    def close(self) -> None:
        """Close the connection."""
        self._answer.close()

    def _next(self) -> Stamped:
        until = time.monotonic() + _PICTURE_S
        while True:
            picture = self._queue.take()
            if picture is not None:
                return picture
            if time.monotonic() > until:
                raise SilentError(f"no whole picture came for {_PICTURE_S:.0f} s.")
            self._queue.feed(self._answer.read())
