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
from ...frame import Frame, Image, as_bgr
from ...uri_options import Options
from ..base import Source
from .jpeg_stream import JpegSplitter

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
        index = 0
        for index, image in enumerate(pictures, 1):
            if image is not None:
                yield Frame(image, time.monotonic_ns(), index - 1, self.name)
        if not self.closed.is_set() and index == self.status.unreadable:
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

    def _jpegs(self) -> Iterator[Image | None]:
        splitter = JpegSplitter()
        for data in self._portions():
            for file in splitter.feed(data):
                image = decode_jpeg(file)
                if image is None:
                    self.status.unreadable += 1
                    self.status.on_note(
                        f"A JPEG of {len(file)} bytes from standard input is damaged. "
                        "It is skipped."
                    )
                yield image

    def _raw(self) -> Iterator[Image]:
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
                yield np.asarray(picture, np.uint8)
        if buffer and not self.closed.is_set():
            self.status.on_note(
                f"Standard input ended {wanted - len(buffer)} bytes before the end of "
                f"a frame: is it really {width}x{height} {self._pixels}?"
            )


def decode_jpeg(data: bytes) -> Image | None:
    """Return a JPEG file as uint8 (H, W, 3) BGR, or None when it is damaged."""
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return None if image is None else as_bgr(np.asarray(image, np.uint8))


def _check_even(pixels: str, size: tuple[int, int]) -> None:
    if size[0] % 2 or size[1] % 2:
        raise SourceError(
            f"{pixels} frames have an even width and height, got {size[0]}x{size[1]}."
        )
