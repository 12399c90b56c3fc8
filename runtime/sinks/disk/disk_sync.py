"""A thread that brings what is written to the disk: a power loss costs little then."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Final

from ....files import close_output, sync_folder

LONGEST_WAIT_S: Final = 30.0
"""How long the end of a run waits for a disk."""
_MOST_RETIRED: Final = 4
# Of a file system that cannot do it; that is no loss of data.
_NOT_SUPPORTED: Final = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EROFS)


class DiskSync:
    """Brings a growing file to the disk at most so many seconds after each write.

    The system itself may keep data in memory for half a minute. An SD card can take a
    second for it, so this waits in a thread of its own.

    Args:
        folder: Where the file's name stands.
        every_s: Seconds from a write to its being on the disk; the next writes wait for
            the same moment. 0 leaves everything to the system.
    """

    def __init__(self, folder: Path, every_s: float) -> None:
        self._folder = folder
        self._every_s = every_s
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._ended = threading.Event()
        self._descriptor: int | None = None
        self._changed = False
        self._names_changed = True
        self._retired: list[int] = []
        self._error: OSError | None = None
        self._thread: threading.Thread | None = None

    def watch(self, descriptor: int) -> None:
        """Take a new file of that name: its descriptor is closed here from now on."""
        with self._lock:
            if self._descriptor is not None:
                self._retired.append(self._descriptor)
            self._descriptor = descriptor
            self._names_changed = True
            # Files that start anew many times a second must not use up descriptors.
            most = _MOST_RETIRED if self._every_s else 0
            surplus = self._retired[: max(0, len(self._retired) - most)]
            del self._retired[: len(surplus)]
        for old in surplus:
            self._finish(old)

    def changed(self) -> None:
        """Note that the file has grown; costs a microsecond."""
        if self._changed or not self._every_s:
            return
        self._changed = True
        if self._thread is None:
            thread = threading.Thread(
                target=self._run, name="edgevision-disk", daemon=True
            )
            thread.start()
            self._thread = thread  # now there is one to wait for
        self._wake.set()

    def take_error(self) -> OSError | None:
        """Return the error that the disk gave since the last call."""
        error, self._error = self._error, None
        return error

    def close(self) -> None:
        """Bring everything to the disk and close the files; may be called twice.

        Raises:
            OSError: The disk did not take it, or not in time.
        """
        thread, self._thread = self._thread, None
        if thread is None:
            self._sync(last=True)
            return
        self._ended.set()
        self._wake.set()
        thread.join(LONGEST_WAIT_S)
        if thread.is_alive():
            raise OSError(
                errno.ETIMEDOUT, f"the disk did not answer for {LONGEST_WAIT_S:g} s"
            )
        error = self.take_error()
        if error is not None:
            raise error

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            # Short: what comes in the meantime goes to the disk with it.
            self._ended.wait(self._every_s)
            ended = self._ended.is_set()
            self._sync(last=ended)
            if ended:
                return

    def _sync(self, *, last: bool) -> None:
        with self._lock:
            retired, self._retired = self._retired, []
            current = self._descriptor
            names_changed, self._names_changed = self._names_changed, False
            # Before the sync: a write that comes during it wakes the thread again.
            self._changed = False
            if last and current is not None:
                retired.append(current)
                current = self._descriptor = None
        for descriptor in retired:
            self._finish(descriptor)
        if current is not None:
            self._sync_one(current)
        if names_changed and self._every_s:
            sync_folder(self._folder)

    def _finish(self, descriptor: int) -> None:
        self._sync_one(descriptor)
        close_output(descriptor)

    def _sync_one(self, descriptor: int) -> None:
        if not self._every_s:
            return
        try:
            os.fdatasync(descriptor)
        except OSError as error:
            if error.errno not in _NOT_SUPPORTED:
                self._error = error
