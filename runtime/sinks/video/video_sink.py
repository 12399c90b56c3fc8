"""A video of the frames with their results: ``video:out.mkv``."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Final

import cv2
import numpy as np

from ....errors import OutputExistsError, SinkError
from ...event import Event
from ...frame import Frame, Image
from ...image import STILL_SUFFIXES
from ...pyav import INSTALL, has_pyav
from ...uri_options import Options
from ..base import Sink
from ..disk import SYNC_S
from ..picture import VIEWS, picture_of
from .encoders import CODECS, H264, new_writer, writes_h264
from .piece_file import PieceFile
from .writer import VideoWriter

logger = logging.getLogger(__name__)

PRESETS: Final = ("ultrafast", "superfast", "veryfast", "fast", "medium")
_PROBE: Final = 5  # so many frames tell the rate of a live source,
_PROBE_S: Final = 1.0  # or those of so many seconds
_IMAGES_FPS: Final = 1.0
_USUAL_FPS: Final = 25.0
_SAME: Final = 0.05  # a file's times may be rounded to milliseconds
_LONGEST_GAP_NS: Final = 10_000_000_000


class VideoFileSink(Sink):
    """A video that plays as fast as what it shows.

    An image stands for a second. Other frames stand as long as it took until the next:
    by the positions in a video file, by the time of capture of a live source (a loss of
    the camera takes at most 10 s). The rate is that of the video file, or is measured
    over the first five frames of a live source. With ``fps`` given, every frame is
    written once, at that rate.

    With PyAV, ``.mp4`` and ``.mkv`` hold H.264, each frame with its own time. Without
    it they hold MPEG-4 at a fixed rate, for which frames are repeated or left out. What
    a kill leaves can be played up to a second or two before, but for ``.mp4`` without
    PyAV: none of it can, and a warning says so.

    Args:
        file: Its name ends in .mkv, .avi or .mp4.
        fps: Frames per second of the file; 0 means that the frames decide.
        fourcc: Codec, four letters; empty means that of the file type.
        draw: Draw the result; otherwise the frame as it came.
        view: Of a model that answers with a picture: ``picture``, ``beside`` or
            ``overlay``.
        preset: x264's word for how much work goes into a small file.
    """

    needs_target = True
    needs_pictures = True
    example = "video:out.mkv"

    def __init__(
        self,
        file: PieceFile,
        *,
        fps: float = 0.0,
        fourcc: str = "",
        draw: bool = True,
        view: str = "picture",
        preset: str = "veryfast",
    ) -> None:
        self.name = f"video:{file.path}"
        self._file = file
        self._path = file.path
        self._fps = fps
        self._paced = fps == 0
        self._fourcc = fourcc
        self._draw = draw
        self._view = view
        self._preset = preset
        self._waiting: list[tuple[Image, int]] = []
        self._writer: VideoWriter | None = None
        self._size = (0, 0)
        self._began_ns = self._newest_ns = 0
        self._position_ns: int | None = None
        self._stated = 0.0  # frames per second, by the header of a video file
        self._resized = False

    @classmethod
    def open(
        cls, target: str, options: Mapping[str, str], *, force: bool = False
    ) -> VideoFileSink:
        """Open by ``video:out.mkv?fps=25&draw=0&view=beside&preset=ultrafast``.

        ``fourcc=MJPG`` chooses another codec.

        Raises:
            OutputExistsError: The file exists, without ``force``.
            SinkError: The file type is unknown, or an option is not usable.
        """
        texts = Options("the video sink", options, error=SinkError)
        fps = texts.number("fps", 0.0, low=0.0, high=240.0)
        fourcc = texts.text("fourcc")
        draw = texts.switch("draw", default=True)
        view = texts.text("view", "picture", one_of=VIEWS)
        preset = texts.text("preset", one_of=PRESETS)
        sync_s = texts.number("sync", SYNC_S, high=3600.0)
        texts.finish()
        path = Path(target)
        if path.suffix.lower() not in CODECS:
            raise SinkError(
                f"Cannot write {path} as a video: expected a name that ends in "
                f"{', '.join(CODECS)}. Choose .mkv when in doubt."
            )
        if fourcc and (len(fourcc) != 4 or not fourcc.isascii()):
            raise SinkError(f"fourcc={fourcc} is not usable: expected four letters.")
        # An empty one is what a run leaves that is killed before its first frame.
        if path.exists() and path.stat().st_size and not force:
            raise OutputExistsError(
                f"{path} already exists. Pass --force to replace it."
            )
        if not path.parent.is_dir():
            raise SinkError(f"Cannot write {path}: there is no folder {path.parent}.")
        is_h264 = writes_h264(path, fourcc)
        if preset and not is_h264:
            raise SinkError(
                f"preset={preset} is for H.264, which PyAV writes into .mp4 and .mkv. "
                f"Omit it, or {_way_to_h264(path, fourcc)}"
            )
        if path.suffix.lower() == ".mp4" and not is_h264:
            logger.warning(
                "%s: OpenCV finishes an mp4 only when the run ends; after a kill or a "
                "power loss none of it can be read, where a .mkv can. For an mp4 that "
                "can, %s",
                *(path, _way_to_h264(path, fourcc)),
            )
        return cls(
            PieceFile(path, sync_s=sync_s),
            fps=fps,
            fourcc=fourcc,
            draw=draw,
            view=view,
            preset=preset or "veryfast",
        )

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
                seen_s = (stamp - self._waiting[0][1]) / 1e9
                if len(self._waiting) == _PROBE or seen_s >= _PROBE_S:
                    self._write_waiting()
                return
            self._open(image, stamp)
        self._add(image, stamp)

    def close(self) -> None:
        """Finish the file.

        Raises:
            SinkError: The end of it cannot be kept.
        """
        try:
            if self._waiting:
                self._write_waiting()
            if self._writer is not None:
                writer, self._writer = self._writer, None
                writer.close()
        finally:
            self._file.close()

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
        self._writer = new_writer(
            self._file,
            fourcc=self._fourcc,
            fps=self._fps,
            size=self._size,
            paced=self._paced,
            preset=self._preset,
        )
        self._began_ns = self._newest_ns = stamp

    def _add(self, image: Image, stamp: int) -> None:
        if self._writer is None:
            return
        # A gap of hours must not fill the disk: the clock is set back.
        self._began_ns += max(0, stamp - self._newest_ns - _LONGEST_GAP_NS)
        self._newest_ns = max(self._newest_ns, stamp)
        self._writer.add(self._fit(image), (stamp - self._began_ns) / 1e9)

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


def _way_to_h264(path: Path, fourcc: str) -> str:
    """Return what to change so that PyAV writes a file, which it does not as it is."""
    if fourcc.lower() not in H264:
        return "omit fourcc" if has_pyav() else f"omit fourcc and run: {INSTALL}"
    if path.suffix.lower() == ".avi":
        return "choose .mp4 or .mkv"
    return f"install PyAV: {INSTALL}"


def _rate_of(stamps: list[int]) -> float:
    """Return frames per second by the median step between times; 0 without a step."""
    steps = [later - earlier for earlier, later in itertools.pairwise(stamps)]
    step = median(steps) / 1e9 if steps else 0.0
    return round(min(max(1 / step, 0.5), 120.0), 2) if step > 0 else 0.0
