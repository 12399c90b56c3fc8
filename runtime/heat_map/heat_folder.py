"""The folder that keeps the map and the counts, over restarts and power losses."""

from __future__ import annotations

import io
import logging
import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from ...errors import SinkError
from ...files import close_output, hold_folder, remove_dead_parts, write_pieces
from ..closing import Closing
from .day_counts import DayCounts
from .heat_grid import HeatGrid
from .heat_record import HeatRecord

if TYPE_CHECKING:
    from ..event import Event
    from ..frame import Frame, Image

logger = logging.getLogger(__name__)

EVERY_S: Final = 60.0
"""So often both are written; a power loss costs what came since."""

_GRID: Final = "heat-map.npy"
_PICTURE: Final = "heat-map.jpg"
_LARGEST: Final = 4_000_000  # bytes of a file that is read at the start
_CLOSING_S: Final = 30.0


class HeatFolder(Closing):
    """The map and the counts of a run, in a folder that outlives it.

    ``heat-map.jpg`` is the map over the last frame, ``heat-map.npy`` its seconds, and
    ``counts-2026-11-30.csv`` has the counts of a day. Each is written whole or not at
    all, in a thread of its own; a run in the same folder goes on from them. To begin
    anew, remove ``heat-map.npy``.

    Args:
        folder: Made where it is absent; nobody else may write into it meanwhile.
        every_s: Seconds between two writings.

    Raises:
        SinkError: The folder cannot be used, or another process writes into it.
    """

    def __init__(self, folder: Path, *, every_s: float = EVERY_S) -> None:
        self.folder = folder
        self._every_s = every_s
        self._changes = threading.Lock()
        self._saving = threading.Lock()
        self._frame: Frame | None = None
        self._error: OSError | None = None
        self._ended = threading.Event()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock: int | None = hold_folder(folder, error=SinkError)
            remove_dead_parts(folder)
        except OSError as error:
            raise SinkError(
                f"Cannot keep a heat map in {folder}: {error.strerror}. Choose another "
                "folder."
            ) from error
        today = datetime.now().astimezone().strftime("%Y-%m-%d")
        try:
            self._record = HeatRecord(
                self._read_grid(),
                self._read_counts(today),
                kept_counts=self._read_counts,
            )
        except BaseException:
            close_output(self._lock)
            raise
        self._thread = threading.Thread(
            target=self._save_often, name="edgevision-heat", daemon=True
        )
        self._thread.start()

    def add(self, event: Event) -> None:
        """Take an event; one without ``tracks`` has nothing to add.

        Raises:
            SinkError: The disk did not take the last writing.
        """
        if event.tracks is None:
            return
        with self._changes:
            self._record.add(event)
            self._frame = event.frame
            error, self._error = self._error, None
        if error is not None:
            raise SinkError(f"Cannot write the heat map: {error}.") from error

    def picture(self) -> Image | None:
        """Return the map over the newest frame; None before the first one."""
        with self._changes:
            frame = self._frame
            grid = HeatGrid(self._record.grid.seconds.copy())
        return None if frame is None else grid.picture(frame.image)

    def text(self) -> str:
        """Return the counts of the day as CSV."""
        with self._changes:
            counts = self._record.counts
            return DayCounts("").text() if counts is None else counts.text()

    def save(self) -> None:
        """Write all files.

        Raises:
            OSError: The disk does not take them.
        """
        with self._saving:
            picture = self.picture()
            with self._changes:
                record = self._record
                days = [*record.finished, *([record.counts] if record.counts else [])]
                texts = {f"counts-{day.day}.csv": day.text() for day in days}
                finished = list(record.finished)
                buffer = io.BytesIO()
                np.save(buffer, record.grid.seconds)
            for name, text in texts.items():
                write_pieces(self.folder / name, [text.encode()])
            write_pieces(self.folder / _GRID, [buffer.getvalue()])
            if picture is not None:
                _, data = cv2.imencode(".jpg", picture)
                write_pieces(self.folder / _PICTURE, [data.tobytes()])
            with self._changes:
                record.finished = [
                    day for day in record.finished if day not in finished
                ]

    def close(self) -> None:
        """Write all that came, and let go of the folder; may be called twice.

        Raises:
            SinkError: The disk does not take it.
        """
        if self._lock is None:
            return
        self._ended.set()
        self._thread.join(_CLOSING_S)
        lock, self._lock = self._lock, None
        try:
            if self._frame is not None:
                self.save()
        except OSError as error:
            raise SinkError(f"Cannot write the heat map: {error}.") from error
        finally:
            close_output(lock)

    def _save_often(self) -> None:
        while not self._ended.wait(self._every_s):
            if self._frame is None:
                continue
            try:
                self.save()
            except OSError as error:
                with self._changes:
                    self._error = error

    def _read_grid(self) -> HeatGrid | None:
        try:
            data = self._bytes(_GRID)
            return (
                None
                if data is None
                else HeatGrid(np.load(io.BytesIO(data), allow_pickle=False))
            )
        except SinkError:
            raise
        except Exception as error:  # a damaged array raises whatever it likes
            self._set_aside(_GRID, error)
            return None

    def _read_counts(self, day: str) -> DayCounts | None:
        name = f"counts-{day}.csv"
        try:
            data = self._bytes(name)
            return None if data is None else DayCounts.of_text(day, data.decode())
        except SinkError:
            raise
        except Exception as error:  # text, a table of it, numbers: each has its errors
            self._set_aside(name, error)
            return None

    def _bytes(self, name: str) -> bytes | None:
        path = self.folder / name
        try:
            with path.open("rb") as file:
                data = file.read(_LARGEST + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SinkError(f"Cannot read {path}: {error.strerror}.") from error
        if len(data) > _LARGEST:
            raise ValueError(f"it has more than {_LARGEST} bytes")
        return data

    def _set_aside(self, name: str, error: Exception) -> None:
        """Rename a file that is none of ours, so that nothing of it is lost."""
        path = self.folder / name
        stamp = datetime.now().astimezone().strftime("%Y%m%dT%H%M%S")
        other = path.with_name(f"unreadable-{stamp}-{name}")
        logger.warning(
            "cannot go on from %s (%s); it is now %s", path, error, other.name
        )
        try:
            path.rename(other)
        except OSError as failure:
            raise SinkError(f"Cannot rename {path}: {failure.strerror}.") from failure
