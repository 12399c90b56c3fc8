"""Videos through OpenCV's FFmpeg: without the extra ``video``, and for other codecs."""

from __future__ import annotations

import contextlib
import os
import select
import tempfile
import threading
from collections.abc import Iterator
from typing import Any, Final

import cv2

from ....errors import SinkError
from ....files import native_path
from ...frame import Image
from ...pyav import INSTALL
from .matroska_file import MatroskaFile
from .piece_file import PieceFile
from .writer import check_room

_PORTION: Final = 1 << 20
_CHECK_EVERY: Final = 50


class OpencvWriter:
    """A video at a fixed rate: pictures are repeated or left out to keep their times.

    A ``.mkv`` is handed to the system each second.

    Args:
        file: Its name ends in .mkv, .avi or .mp4.
        fourcc: Codec, four letters.
        fps: Frames per second.
        size: Width and height of the pictures.
        paced: Show pictures at their times; otherwise each is written once.

    Raises:
        SinkError: This OpenCV has no such encoder.
    """

    def __init__(
        self,
        file: PieceFile,
        fourcc: str,
        *,
        fps: float,
        size: tuple[int, int],
        paced: bool,
    ) -> None:
        self._file = file
        self._path = path = file.path
        self._fps = fps
        self._paced = paced
        self._written = 0
        self._before: Image | None = None
        self._pipe: _Pipe | None = None
        code = int.from_bytes(fourcc.encode("ascii"), "little")
        with self._target() as target:
            # FFmpeg alone: OpenCV's own AVI writer ends at two gigabytes.
            writer = cv2.VideoWriter(target, cv2.CAP_FFMPEG, code, fps, size)
        self._writer: Any = writer
        if not writer.isOpened():
            self.close()
            h264 = fourcc.lower() in ("avc1", "h264", "x264")
            cure = f"Install PyAV, which has ({INSTALL})" if h264 else "Omit fourcc"
            raise SinkError(
                f"Cannot write {path} with the codec {fourcc} at {size[0]}x{size[1]}: "
                f"this OpenCV does not have it. {cure}, or choose MJPG."
            )

    def add(self, image: Image, at_s: float) -> None:
        """Append a picture so often that it is shown at its time.

        Raises:
            SinkError: The disk is nearly full, or did not take what came before.
        """
        if self._written % _CHECK_EVERY == 0:
            check_room(self._path)
        times = 1
        if self._paced:
            times = max(0, round(at_s * self._fps) + 1 - self._written)
        if times:
            # The one before stands until this one comes.
            for _ in range(times - 1):
                self._writer.write(image if self._before is None else self._before)
            self._writer.write(image)
            self._before = image
        self._written += times
        if self._pipe is not None:
            self._pipe.empty()
        else:
            self._file.changed()

    def close(self) -> None:
        """Finish the video; the file stays open.

        Raises:
            SinkError: The end of it cannot be kept.
        """
        self._writer.release()
        if self._pipe is not None:
            pipe, self._pipe = self._pipe, None
            pipe.finish()

    @contextlib.contextmanager
    def _target(self) -> Iterator[str]:
        """Yield the name that FFmpeg opens: the file's, or that of a pipe to it."""
        if self._path.suffix.lower() == ".mkv":
            with contextlib.suppress(OSError), _Pipe.to(self._file) as (pipe, name):
                self._pipe = pipe
                yield name
                return
        # An absolute name: FFmpeg takes "12:30.avi" for an address.
        with native_path(os.path.abspath(self._path)) as writable:
            yield writable


class _Pipe:
    """A pipe whose other end is copied into a Matroska file.

    FFmpeg hands each packet to a pipe, and 256 kB at a time to a file. What is in the
    pipe after a picture is copied at once; a thread copies what FFmpeg writes until
    then, because a pipe that is full would stop it.
    """

    def __init__(self, descriptor: int, file: PieceFile) -> None:
        self._descriptor = descriptor
        self._stream = MatroskaFile(file)
        self._error: SinkError | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(
            target=self._run, name="edgevision-video", daemon=True
        )
        self._thread.start()

    @classmethod
    @contextlib.contextmanager
    def to(cls, file: PieceFile) -> Iterator[tuple[_Pipe, str]]:
        """Yield a pipe to a file, and the name under which it can be opened."""
        with tempfile.TemporaryDirectory(prefix="edgevision-") as folder:
            read_end, write_end = os.pipe()
            # FFmpeg chooses the format by the name's end.
            name = os.path.join(folder, "pipe.mkv")
            try:
                os.symlink(f"/dev/fd/{write_end}", name)
                pipe = cls(read_end, file)
            except OSError:
                os.close(read_end)
                os.close(write_end)
                raise
            try:
                yield pipe, name
            finally:
                os.close(write_end)

    def empty(self) -> None:
        """Copy what is in the pipe.

        Raises:
            SinkError: The file did not take this, or what came before.
        """
        self._copy()
        error, self._error = self._error, None
        if error is not None:
            raise error

    def finish(self) -> None:
        """Wait for the last bytes, and finish the file.

        Raises:
            SinkError: The file did not take them.
        """
        self._thread.join()
        os.close(self._descriptor)
        try:
            self._stream.finish()
        finally:
            error, self._error = self._error, None
            if error is not None:
                raise error

    def _run(self) -> None:
        while self._copy(wait=True):
            pass

    def _copy(self, *, wait: bool = False) -> bool:
        """Copy what is in the pipe; return False at its end."""
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        if wait:
            poll.poll()
        with self._lock:  # one reads and writes at a time: the order stays
            while poll.poll(0):
                data = os.read(self._descriptor, _PORTION)
                if not data:
                    return False
                try:
                    self._stream.write(data)
                except SinkError as error:
                    self._error = error  # the encoder goes on
        return True
