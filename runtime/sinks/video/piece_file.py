"""A file that holds whole pieces only, each handed to the system as it comes."""

from __future__ import annotations

import contextlib
import os
import weakref
from pathlib import Path

from ....errors import SinkError
from ....files import hold_output
from ..disk import SYNC_S, DiskSync


class PieceFile:
    """A video file of pieces that a player can do without: fragments, clusters.

    A piece that does not fit (a full disk) is taken back, so that what follows it can
    be read. The file is locked for as long as it is open, and a thread brings what it
    holds to the disk. What it held before goes when the first piece comes.

    Args:
        path: The file; made when it is absent.
        sync_s: Seconds after which a piece is on the disk; 0 leaves it to the system.

    Raises:
        SinkError: It cannot be opened, or another process writes to it.
    """

    def __init__(self, path: Path, *, sync_s: float = SYNC_S) -> None:
        self.path = path
        self.size = 0
        self._is_new = True
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            self._descriptor: int | None = os.open(path, flags, 0o644)
            hold_output(self._descriptor, path, error=SinkError)
        except OSError as error:
            raise SinkError(f"Cannot write {path}: {error.strerror}.") from error
        except SinkError:
            self._close_refused()
            raise
        self._disk = DiskSync(path.parent, sync_s)
        self._disk.watch(self._descriptor)
        # One that nobody closes and nobody has any more must not stay locked.
        weakref.finalize(self, self._disk.close)

    def append(self, piece: bytes) -> None:
        """Write a piece, as a whole or not at all.

        Raises:
            SinkError: The system did not take all of it, or not what came before.
        """
        if self._descriptor is None:
            return
        try:
            if self._is_new:
                os.ftruncate(self._descriptor, 0)
                self._is_new = False
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            # A disk that is broken may refuse this, too.
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self.size)
            os.lseek(self._descriptor, self.size, os.SEEK_SET)
            raise SinkError(f"Cannot write {self.path}: {error.strerror}.") from error
        self.size += len(piece)
        self.changed()

    def replace(self, position: int, data: bytes) -> None:
        """Write other bytes over those at a position; the length stays.

        Raises:
            SinkError: The system did not take them.
        """
        if self._descriptor is None:
            return
        try:
            os.pwrite(self._descriptor, data, position)
        except OSError as error:
            raise SinkError(f"Cannot write {self.path}: {error.strerror}.") from error

    def changed(self) -> None:
        """Note that the file has grown, here or by somebody else's hand.

        Raises:
            SinkError: The disk did not take what came before.
        """
        self._is_new = False
        self._disk.changed()
        lost = self._disk.take_error()
        if lost is not None:
            raise SinkError(
                f"Cannot bring {self.path} to the disk: {lost.strerror}. The last "
                "seconds may be lost."
            )

    def close(self) -> None:
        """Close the file; may be called twice. One without any piece is removed.

        Raises:
            SinkError: The disk did not take the last pieces.
        """
        if self._descriptor is None:
            return
        is_empty = self._is_new and not os.fstat(self._descriptor).st_size
        self._descriptor = None
        try:
            if is_empty:
                self.path.unlink(missing_ok=True)
            self._disk.close()
        except OSError as error:
            raise SinkError(
                f"Cannot bring {self.path} to the disk: {error.strerror}."
            ) from error

    def _close_refused(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
