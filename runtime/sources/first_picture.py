"""The first picture of a camera that is whole, and the damaged ones before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ...errors import SourceError
from ..image.jpeg import DamagedPictureError
from ..late_frame import Stamped, frame_of

TRIES: Final = 100
"""So many pictures may arrive damaged before a camera counts as not usable."""


class AllDamagedError(SourceError):
    """No picture arrived whole."""


class FirstPicture:
    """Wait for the first whole picture: what cannot be used is an error at once.

    Args:
        read: Waits for a picture, as :meth:`.live.Grabber.read`.
        tries: So many pictures may arrive damaged.

    Attributes:
        size: Width and height of the picture.

    Raises:
        AllDamagedError: None of them is whole.
        SourceError: None comes.
    """

    def __init__(self, read: Callable[[], Stamped], *, tries: int = TRIES) -> None:
        self._damaged = 0
        self._picture: Stamped | None = None
        while self._picture is None:
            try:
                self._picture = read()
            except DamagedPictureError:
                self._damaged += 1
                if self._damaged == tries:
                    raise AllDamagedError(
                        "its pictures arrive damaged, all of them."
                    ) from None
        self.size = frame_of(self._picture, 0, "").size

    def take(self) -> Stamped | None:
        """Return the picture; None when it is taken already.

        Raises:
            DamagedPictureError: Once for each picture that came before it.
        """
        if self._damaged:
            self._damaged -= 1
            raise DamagedPictureError("it came before the first whole picture")
        picture, self._picture = self._picture, None
        return picture
