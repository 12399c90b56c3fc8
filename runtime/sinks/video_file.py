"""A video of the frames with their results: ``video:out.mkv``."""

from __future__ import annotations

import itertools
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any, Final

import cv2
import numpy as np

from ...errors import OutputExistsError, SinkError
from ...files import native_path
from ..event import Event
from ..frame import Frame, Image
from ..image import STILL_SUFFIXES
from ..uri_options import Options
from .base import Sink
from .picture import VIEWS, picture_of

logger = logging.getLogger(__name__)

# What OpenCV's own FFmpeg can write everywhere; it has no H.264 encoder.
CODECS: Final = {".mkv": "mp4v", ".avi": "MJPG", ".mp4": "mp4v"}
_PROBE: Final = 5  # so many frames tell the rate of a live source
_IMAGES_FPS: Final = 1.0
_USUAL_FPS: Final = 25.0
_SAME: Final = 0.05  # a file's times may be rounded to milliseconds
_LONGEST_FILL_S: Final = 10.0
_ROOM_BYTES: Final = 16 << 20
_CHECK_EVERY: Final = 50


class VideoFileSink(Sink):
    """A video that plays as fast as what it shows.

    An image stands for a second. Other frames are repeated or skipped so that playing
    takes as long as it took: by the positions in a video file, by the time of capture
    of a live source (a loss of the camera takes at most 10 s). The rate is that of the
    video file, or is measured over the first five frames of a live source. With ``fps``
    given, every frame is written once, at that rate.

    A ``.mkv`` that is cut off by a kill or a power loss can be read up to a few seconds
    before; a ``.mp4`` cannot be read at all then, and a warning says so.

    Args:
        path: Ends in .mkv, .avi or .mp4.
        fps: Frames per second of the file; 0 means that the frames decide.
        fourcc: Codec, four letters; empty means that of the file type.
        draw: Draw the result; otherwise the frame as it came.
        view: Of a model that answers with a picture: ``picture``, ``beside`` or
            ``overlay``.
    """

    needs_target = True
    example = "video:out.mkv"

    def __init__(
        self,
        path: Path,
        *,
        fps: float = 0.0,
        fourcc: str = "",
        draw: bool = True,
        view: str = "picture",
    ) -> None:
        self.name = f"video:{path}"
        self._path = path
        self._fps = fps
        self._paced = fps == 0
        self._fourcc = fourcc or CODECS[path.suffix.lower()]
        self._draw = draw
        self._view = view
        self._waiting: list[tuple[Image, int]] = []
        self._writer: Any = None
        self._size = (0, 0)
        self._began_ns = 0
        self._position_ns: int | None = None
        self._stated = 0.0  # frames per second, by the header of a video file
        self._written = 0
        self._resized = False

    @classmethod
    def open(
        cls, target: str, options: Mapping[str, str], *, force: bool = False
    ) -> VideoFileSink:
        """Open by ``video:out.mkv?fps=25&fourcc=MJPG&draw=0&view=beside``.

        Raises:
            OutputExistsError: The file exists, without ``force``.
            SinkError: The file type is unknown, or an option is not usable.
        """
        texts = Options("the video sink", options, error=SinkError)
        fps = texts.number("fps", 0.0, low=0.0, high=240.0)
        fourcc = texts.text("fourcc")
        draw = texts.switch("draw", default=True)
        view = texts.text("view", "picture", one_of=VIEWS)
        texts.finish()
        path = Path(target)
        if path.suffix.lower() not in CODECS:
            raise SinkError(
                f"Cannot write {path} as a video: expected a name that ends in "
                f"{', '.join(CODECS)}. Choose .mkv when in doubt."
            )
        if fourcc and (len(fourcc) != 4 or not fourcc.isascii()):
            raise SinkError(f"fourcc={fourcc} is not usable: expected four letters.")
        if path.exists() and not force:
            raise OutputExistsError(
                f"{path} already exists. Pass --force to replace it."
            )
        if not path.parent.is_dir():
            raise SinkError(f"Cannot write {path}: there is no folder {path.parent}.")
        if path.suffix.lower() == ".mp4":
            logger.warning(
                "%s: an mp4 is finished only when the run ends; after a kill or a "
                "power loss none of it can be read, where a .mkv can",
                path,
            )
        return cls(path, fps=fps, fourcc=fourcc, draw=draw, view=view)

    def write(self, event: Event) -> None:
        """Add a frame.

        Raises:
            SinkError: The video cannot be opened, or the disk is nearly full.
        """
        image = picture_of(event, self._view) if self._draw else event.frame.image
        stamp = self._stamp_of(event.frame)
        if self._writer is None:
            suffix = Path(event.frame.source).suffix.lower()
            if not self._fps and suffix in STILL_SUFFIXES:
                self._fps, self._paced = _IMAGES_FPS, False
            if not self._fps:
                self._waiting.append((image, stamp))
                self._stated = float((event.frame.details or {}).get("fps") or 0.0)
                if len(self._waiting) == _PROBE:
                    self._write_waiting()
                return
            self._open(image, stamp)
        self._add(image, stamp)

    def close(self) -> None:
        """Finish the file."""
        if self._waiting:
            self._write_waiting()
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.release()

    def _stamp_of(self, frame: Frame) -> int:
        """Return the time at which a frame is to be shown, in nanoseconds."""
        if frame.position_s is not None:
            self._position_ns = int(frame.position_s * 1e9)
        elif self._position_ns is not None:
            # A file that gives no more positions; its frames follow each other.
            self._position_ns += int(1e9 / (self._fps or self._stated or _USUAL_FPS))
        else:
            return frame.timestamp_ns
        return self._position_ns

    def _write_waiting(self) -> None:
        """Choose the rate by the frames that wait, and write them."""
        waiting, self._waiting = self._waiting, []
        measured = _rate_of([stamp for _, stamp in waiting])
        self._fps = self._stated or measured or _USUAL_FPS
        if self._stated and self._position_ns is None:
            self._paced = False
        elif self._stated and measured and abs(measured / self._stated - 1) > _SAME:
            self._fps = measured  # what the file's header states is wrong
        self._open(*waiting[0])
        for image, stamp in waiting:
            self._add(image, stamp)

    def _open(self, image: Image, stamp: int) -> None:
        height, width = image.shape[:2]
        # Most encoders want even sides; one column less shows nowhere.
        self._size = (width - width % 2 or width, height - height % 2 or height)
        code = int.from_bytes(self._fourcc.encode("ascii"), "little")
        # FFmpeg alone: OpenCV's own AVI writer ends at two gigabytes.
        with native_path(self._path) as writable:
            writer = cv2.VideoWriter(
                writable, cv2.CAP_FFMPEG, code, self._fps, self._size
            )
        if not writer.isOpened():
            writer.release()
            raise SinkError(
                f"Cannot write {self._path} with the codec {self._fourcc} at "
                f"{self._size[0]}x{self._size[1]}: this OpenCV does not have it. Omit "
                "fourcc, or choose MJPG."
            )
        self._writer = writer
        self._began_ns = stamp

    def _add(self, image: Image, stamp: int) -> None:
        if self._written % _CHECK_EVERY == 0:
            self._check_room()
        times = 1
        if self._paced:
            due = round((stamp - self._began_ns) / 1e9 * self._fps) + 1
            times = due - self._written
            longest = max(1, int(_LONGEST_FILL_S * self._fps))
            if times > longest:
                # A gap of hours must not fill the disk: the clock is set back.
                self._began_ns += int((times - longest) / self._fps * 1e9)
                times = longest
        if times < 1:
            return
        fitted = self._fit(image)
        for _ in range(times):
            self._writer.write(fitted)
        self._written += times

    def _fit(self, image: Image) -> Image:
        width, height = self._size
        rows, columns = image.shape[:2]
        if (columns, rows) == (width, height):
            return image
        if columns - width in (0, 1) and rows - height in (0, 1):
            return np.ascontiguousarray(image[:height, :width])
        if not self._resized:
            self._resized = True
            logger.warning(
                "%s: frames changed from %dx%d to %dx%d and are resized to fit",
                *(self._path, width, height, columns, rows),
            )
        return np.asarray(cv2.resize(image, self._size), np.uint8)

    def _check_room(self) -> None:
        # VideoWriter.write says nothing when the disk is full.
        try:
            free = shutil.disk_usage(self._path.parent).free
        except OSError as error:
            raise SinkError(f"Cannot write {self._path}: {error.strerror}.") from error
        if free < _ROOM_BYTES:
            raise SinkError(
                f"Cannot write {self._path}: less than {_ROOM_BYTES >> 20} MB are free "
                "on its disk."
            )


def _rate_of(stamps: list[int]) -> float:
    """Return frames per second by the median step between times; 0 without a step."""
    steps = [later - earlier for earlier, later in itertools.pairwise(stamps)]
    step = median(steps) / 1e9 if steps else 0.0
    return round(min(max(1 / step, 0.5), 120.0), 2) if step > 0 else 0.0
