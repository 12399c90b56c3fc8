"""Frames whose full picture is decoded when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .frame import Frame, Image


@dataclass(frozen=True)
class LatePicture:
    """A picture that is there at a part of its size, and whole when it is needed.

    Attributes:
        small: uint8 (h, w, 3) BGR.
        scale: Side of the square of pixels that became one of ``small``.
        whole: Returns the full picture, uint8 (h * scale, w * scale, 3) BGR.
        jpeg: The file that it came as; empty where the picture was turned since.
    """

    small: Image
    scale: int
    whole: Callable[[], Image] = field(repr=False)
    jpeg: bytes = field(default=b"", repr=False)

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height of the full picture."""
        height, width = self.small.shape[:2]
        return width * self.scale, height * self.scale

    def changed(self, change: Callable[[Image], Image]) -> LatePicture:
        """Return the picture turned or mirrored, in both sizes."""
        return LatePicture(change(self.small), self.scale, lambda: change(self.whole()))


Stamped = tuple[Image | LatePicture, int]
"""A picture of either kind, and its ``time.monotonic_ns()``."""


class LateFrame(Frame):
    """A frame of a picture that was decoded at a part of its size.

    ``image`` is the full picture, as in any frame. It is decoded when it is first asked
    for, which costs several times what the small one did.

    Args:
        picture: The picture.
        timestamp_ns: As in :class:`Frame`, and so are the others.
    """

    def __init__(
        self,
        picture: LatePicture,
        timestamp_ns: int,
        index: int = 0,
        source: str = "",
        details: dict[str, Any] | None = None,
        position_s: float | None = None,
    ) -> None:
        self.__dict__.update(
            picture=picture,
            timestamp_ns=timestamp_ns,
            index=index,
            source=source,
            details=details,
            position_s=position_s,
        )

    picture: LatePicture

    @cached_property
    def image(self) -> Image:
        """Return the full picture, uint8 (H, W, 3) BGR."""
        return self.picture.whole()

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height of the full picture; nothing is decoded."""
        return self.picture.size

    @property
    def view(self) -> tuple[Image, int]:
        """Return the picture as it is decoded already, and its scale."""
        return self.picture.small, self.picture.scale


def frame_of(
    stamped: Stamped, index: int, source: str, position_s: float | None = None
) -> Frame:
    """Return the frame of a picture of either kind.

    Args:
        stamped: The picture, and its time.
        index: As in :class:`Frame`.
        source: The same.
        position_s: The same.
    """
    picture, timestamp_ns = stamped
    if isinstance(picture, LatePicture):
        return LateFrame(picture, timestamp_ns, index, source, None, position_s)
    return Frame(picture, timestamp_ns, index, source, None, position_s)
