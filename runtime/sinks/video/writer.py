"""What the video sink needs of an encoder, whichever package it comes from."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final, Protocol

from ....errors import SinkError
from ...frame import Image

_ROOM_BYTES: Final = 16 << 20


class VideoWriter(Protocol):
    """One video file that grows.

    A writer is made with the open file, the rate, the size and, where frames are shown
    by their times, ``paced=True``.
    """

    def add(self, image: Image, at_s: float) -> None:
        """Append a picture.

        Args:
            image: uint8 (H, W, 3), BGR, of the video's size.
            at_s: When it is shown, from the first picture on; times rise.

        Raises:
            SinkError: It cannot be kept.
        """
        ...

    def close(self) -> None:
        """Finish the video; the file stays open.

        Raises:
            SinkError: The last second cannot be kept.
        """
        ...


def check_room(path: Path) -> None:
    """Refuse to write while the disk is nearly full.

    Raises:
        SinkError: Less than 16 MB are free, or the folder is gone.
    """
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError as error:
        raise SinkError(f"Cannot write {path}: {error.strerror}.") from error
    if free < _ROOM_BYTES:
        raise SinkError(
            f"Cannot write {path}: less than {_ROOM_BYTES >> 20} MB are free "
            "on its disk."
        )
