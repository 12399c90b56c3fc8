"""The base class of what makes pictures of a stream of bytes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from ...late_frame import Stamped

Portion = Callable[[], bytes]
"""Waits for the next bytes and returns them; none at the end of the stream."""


class PictureStream(ABC):
    """The pictures of one stream.

    Attributes:
        what: What the stream is, in words.
        position_ms: The time that the stream states for the last picture; None means
            that it states none.
    """

    what: str
    position_ms: float | None = None

    @abstractmethod
    def take(self) -> Stamped | None:
        """Wait for the next picture; return None at the end.

        Returns:
            uint8 (H, W, 3) BGR, or a picture that is decoded small; and
            ``time.monotonic_ns()`` when it was whole.

        Raises:
            DamagedPictureError: The next picture arrived damaged; it is taken.
            SourceError: The stream cannot be read.
        """

    def last_words(self) -> str:
        """Return what is to be said at the end of the stream; may be empty."""
        return ""

    def close(self) -> None:  # noqa: B027  most have nothing to let go of
        """Let go of the decoder."""
