"""Videos through OpenCV's FFmpeg: without the extra ``video``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from ....errors import SourceError
from ....files import native_path
from ...frame import Image, as_bgr
from ...pyav import INSTALL
from .codecs import NEEDS_PYAV, codec_name, codec_of_file
from .size_limit import check_size

# Their headers count from 0 to the end of the last frame, wherever the first one is.
_COUNTS_FROM_ZERO: Final = frozenset({".mkv", ".webm"})


class OpencvReader:
    """A video file as OpenCV reads it.

    OpenCV turns pictures upright and tells their times. It hides decoding errors: a
    damaged picture comes as if it were a good one.

    Args:
        path: The file.

    Raises:
        SourceError: OpenCV cannot read it as a video.
    """

    damaged = 0

    def __init__(self, path: str | Path) -> None:
        self._path = path
        # An absolute name: FFmpeg takes "12:30.mp4" for an address.
        with native_path(os.path.abspath(path)) as readable:
            self._capture = cv2.VideoCapture(readable, cv2.CAP_FFMPEG)
            if not self._capture.isOpened():
                # An OpenCV without FFmpeg (some boards' own) may have another reader.
                self._capture = cv2.VideoCapture(readable)
        if not self._capture.isOpened():
            raise SourceError(self._why_not())
        sides = (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
        width, height = (int(self._capture.get(side)) for side in sides)
        try:
            check_size(str(path), max(0, width), max(0, height))
        except SourceError:
            self._capture.release()
            raise
        fps = self._capture.get(cv2.CAP_PROP_FPS)
        self.fps = fps if 0 < fps < 1000 else 0.0
        count = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        # Negative or absurd for what is not a file; an estimate for some that are.
        self.expected_frames = int(count) if 0 < count < 1e9 else 0
        self.codec = self._codec()
        self._read = 0
        self._stamps: list[tuple[float, float]] = []

    @property
    def expected_s(self) -> float:
        """Return the seconds from the first frame to the end, by the header."""
        if not self.fps:
            return 0.0
        return self.expected_frames / self.fps - self._starts_at_s()

    def read(self) -> tuple[Image, float | None] | None:
        """Return the next picture and its time in milliseconds; None at the end.

        Raises:
            SourceError: There is none, because OpenCV has no decoder for it.
        """
        ok, image = self._capture.read()
        if not ok or image is None:
            if self._read == 0 and self.codec in NEEDS_PYAV:
                raise SourceError(self._needs_pyav(self.codec))
            return None
        self._read += 1
        stated_ms = self._capture.get(cv2.CAP_PROP_POS_MSEC)
        self._note_stamp(stated_ms)
        return as_bgr(np.asarray(image, np.uint8)), stated_ms

    def close(self) -> None:
        """Close the file."""
        self._capture.release()

    def _note_stamp(self, stated_ms: float) -> None:
        # OpenCV before 4.10 does not know the stream's own numbers.
        if str(self._path).lower().endswith(tuple(_COUNTS_FROM_ZERO)) and (
            prop := vars(cv2).get("CAP_PROP_PTS")
        ):
            self._stamps[1:] = [(self._capture.get(prop), stated_ms)]

    def _starts_at_s(self) -> float:
        """Return the first frame's own time, where the header's length holds it."""
        if len(self._stamps) < 2:
            return 0.0
        (first, first_ms), (last, last_ms) = self._stamps[0], self._stamps[-1]
        if last <= first or last_ms <= first_ms:
            return 0.0
        return max(0.0, first * (last_ms - first_ms) / (last - first) / 1000)

    def _codec(self) -> str:
        code = int(self._capture.get(cv2.CAP_PROP_FOURCC)) & 0xFFFFFFFF
        text = code.to_bytes(4, "little").decode("ascii", "replace").strip("\0 ")
        return codec_name(text) if text.isprintable() else ""

    def _needs_pyav(self, codec: str) -> str:
        return (
            f"Cannot read {self._path}: its video is {codec}, which this OpenCV cannot "
            f"decode and PyAV can. Run: {INSTALL}"
        )

    def _why_not(self) -> str:
        codec = codec_of_file(self._path)
        if codec in NEEDS_PYAV:
            return self._needs_pyav(codec)
        if codec:
            return (
                f"Cannot read {self._path} as a video: it is damaged, or this OpenCV "
                f"has no decoder for {codec}. Install PyAV, which knows more "
                f"({INSTALL}), or convert it: ffmpeg -i FILE -c:v libx264 new.mp4"
            )
        return (
            f"Cannot read {self._path} as a video: it is damaged or cut off, or of a "
            "format that this OpenCV does not know. See 'edgevision doctor'."
        )
