"""Pictures that another program pipes in: ``-``, JPEGs or raw frames."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

import cv2
import numpy as np

from ....errors import SourceError
from ...frame import Frame, Image
from ...image.jpeg import DamagedPictureError, JpegQueue
from ...uri_options import Options
from ..base import Source

# Bytes per pixel, and how OpenCV turns them into BGR (None: they are).
_RAW: Final[dict[str, tuple[float, int | None]]] = {
    "bgr24": (3, None),
    "rgb24": (3, cv2.COLOR_RGB2BGR),
    "gray": (1, cv2.COLOR_GRAY2BGR),
    "yuv420p": (1.5, cv2.COLOR_YUV2BGR_I420),
    "nv12": (1.5, cv2.COLOR_YUV2BGR_NV12),
    "yuyv422": (2, cv2.COLOR_YUV2BGR_YUYV),
}
FORMATS: Final = ("jpeg", *_RAW)
_PORTION: Final = 1 << 20
_LOOK_S: Final = 0.2


class StdinSource(Source):
    """JPEG files that follow each other on a pipe, or raw frames of a fixed size.

    Args:
        descriptor: File descriptor to read; standard input is 0.
        pixels: ``jpeg`` or the name of a raw format (as FFmpeg calls it).
        size: Width and height; needed for raw formats.
        live: Hand over the newest picture only. Otherwise the program that pipes them
            in waits, and none is lost.
    """

    def __init__(
        self,
        descriptor: int = 0,
        *,
        pixels: str = "jpeg",
        size: tuple[int, int] | None = None,
        live: bool = False,
    ) -> None:
        super().__init__("-")
        if pixels != "jpeg" and size is None:
            raise SourceError(
                f"Raw frames ({pixels}) from standard input need their size. Write for "
                f"instance '-?format={pixels}&size=640x480'."
            )
        if pixels in ("yuv420p", "nv12", "yuyv422") and size is not None:
            _check_even(pixels, size)
        self.live = live
        self._descriptor = descriptor
        self._pixels = pixels
        self._size = size or (0, 0)

    @classmethod
    def open(
        cls, target: str, options: Mapping[str, str], **_settings: Any
    ) -> StdinSource:
        """Open by ``-`` or ``-?format=bgr24&size=640x480&live=1``."""
        del target
        texts = Options("standard input", options)
        pixels = texts.text("format", "jpeg", one_of=FORMATS)
        size = texts.size("size")
        live = texts.switch("live")
        texts.finish()
        return cls(pixels=pixels, size=size, live=live)

    def frames(self) -> Iterator[Frame]:
        """Yield the pictures that come in."""
        pictures = self._jpegs() if self._pixels == "jpeg" else self._raw()
        is_any_whole = False
        for index, picture in enumerate(pictures):
            if picture is not None:
                is_any_whole = True
                yield Frame(*picture, index, self.name)
        if not self.closed.is_set() and not is_any_whole:
            raise SourceError(
                f"Standard input held no readable picture ({self._pixels})."
            )

    def _portions(self) -> Iterator[bytes]:
        while not self.closed.is_set():
            try:
                ready, _, _ = select.select([self._descriptor], [], [], _LOOK_S)
                data = os.read(self._descriptor, _PORTION) if ready else None
            except (OSError, ValueError) as error:
                raise SourceError(f"Cannot read standard input: {error}.") from error
            if data == b"":
                return
            if data:
                yield data

    def _jpegs(self) -> Iterator[tuple[Image, int] | None]:
        """Yield each picture and its time, None for a damaged one."""
        queue = JpegQueue()
        for data in self._portions():
            queue.feed(data)
            yield from self._taken(queue)
        if not self.closed.is_set():
            queue.end()
            yield from self._taken(queue)

    def _taken(self, queue: JpegQueue) -> Iterator[tuple[Image, int] | None]:
        while True:
            try:
                picture = queue.take()
            except DamagedPictureError as error:
                self._leave_out(str(error))
                yield None
                continue
            if picture is None:
                return
            yield picture

    def _leave_out(self, reason: str) -> None:
        """Count a damaged picture; those of a camera are reported once."""
        sentence = f"A picture from standard input is damaged: {reason}. It is skipped."
        if not self.live:
            self.status.unreadable += 1
            self.status.on_note(sentence)
            return
        self.status.damaged += 1
        if self.status.damaged == 1:
            self.status.on_note(f"{sentence} All such pictures are counted.")

    def _raw(self) -> Iterator[tuple[Image, int]]:
        per_pixel, code = _RAW[self._pixels]
        width, height = self._size
        wanted = int(width * height * per_pixel)
        shape = {
            3: (height, width, 3),
            2: (height, width, 2),
            1: (height, width),
            1.5: (height * 3 // 2, width),
        }[per_pixel]
        buffer = bytearray()
        for data in self._portions():
            buffer += data
            while len(buffer) >= wanted:
                array = np.frombuffer(bytes(buffer[:wanted]), np.uint8).reshape(shape)
                del buffer[:wanted]
                # A copy of its own in both cases: frombuffer is read-only.
                picture = array.copy() if code is None else cv2.cvtColor(array, code)
                yield np.asarray(picture, np.uint8), time.monotonic_ns()
        if buffer and not self.closed.is_set():
            self.status.on_note(
                f"Standard input ended {wanted - len(buffer)} bytes before the end of "
                f"a frame: is it really {width}x{height} {self._pixels}?"
            )


def _check_even(pixels: str, size: tuple[int, int]) -> None:
    if size[0] % 2 or size[1] % 2:
        raise SourceError(
            f"{pixels} frames have an even width and height, got {size[0]}x{size[1]}."
        )
