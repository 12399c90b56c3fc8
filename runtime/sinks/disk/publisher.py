"""A thread that gives finished files their names, once their content is on the disk."""

from __future__ import annotations

import errno
import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ....files import PartFile, sync_folder
from .disk_sync import LONGEST_WAIT_S

MOST_WAITING: Final = 16
"""Files that wait for the disk; each keeps a descriptor open."""
_EVERY_S: Final = 0.25


class Publisher:
    """Publishes files of one folder: each is whole under its name, also at power loss.

    A file system writes the name of a new file before its content, and a power loss in
    between leaves an empty picture. So the content goes to the disk first, in a thread:
    that takes milliseconds on a PC and up to a second on an SD card. Files that come
    within a quarter of a second share the work. A kill in that time loses nothing: the
    next start gives them their names.

    Args:
        folder: Where the files are to stand.
        on_published: Called with the path of each file that has its name, in the thread
            of the disk (or of the caller, without ``sync``). An OSError that it raises
            comes out of :meth:`take_losses`.
        sync: Without it every file has its name at once, and a power loss can leave
            empty ones.
    """

    def __init__(
        self, folder: Path, on_published: Callable[[Path], None], *, sync: bool = True
    ) -> None:
        self._folder = folder
        self._on_published = on_published
        self._sync = sync
        self._changed = threading.Condition()
        self._waiting: dict[Path, PartFile] = {}
        self._lost = 0
        self._error: OSError | None = None
        self._ended = False
        self._thread: threading.Thread | None = None

    def is_taken(self, path: Path) -> bool:
        """Return whether a name is in use, or will be in a moment."""
        with self._changed:
            return path in self._waiting or path.exists()

    def publish(self, path: Path, data: bytes) -> None:
        """Write a file; it has its name soon afterwards.

        Raises:
            OSError: It cannot be written, or the disk takes nothing any more.
        """
        part = PartFile(self._folder)
        try:
            part.write(data)
            if not self._sync:
                part.publish(path, sync=False)
                self._on_published(path)
                return
            part.keep(path.name, zlib.crc32(data))
            with self._changed:
                # A disk that is slower than the pictures holds the run up.
                if not self._changed.wait_for(
                    lambda: self._has_room_for(path), LONGEST_WAIT_S
                ):
                    raise _no_answer()
                self._waiting[path] = part
                self._begin()
        except BaseException:
            part.discard()
            raise

    def take_losses(self) -> tuple[int, OSError | None]:
        """Return how many files the disk did not take since the last call, and why."""
        with self._changed:
            lost, error = self._lost, self._error
            self._lost, self._error = 0, None
        return lost, error

    def close(self) -> None:
        """Wait until all files have their names; may be called twice.

        Raises:
            OSError: The disk did not take them in time.
        """
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(LONGEST_WAIT_S)
            if self._thread.is_alive():
                raise _no_answer()

    def _has_room_for(self, path: Path) -> bool:
        return len(self._waiting) < MOST_WAITING and path not in self._waiting

    def _is_urgent(self) -> bool:
        return self._ended or len(self._waiting) >= MOST_WAITING // 2

    def _begin(self) -> None:
        if self._thread is None:
            thread = threading.Thread(
                target=self._run, name="edgevision-disk", daemon=True
            )
            thread.start()
            self._thread = thread  # now there is one to wait for
        self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._ended)
                batch = dict(self._waiting)
                if not batch:
                    return
            self._publish(batch)
            with self._changed:
                self._changed.wait_for(self._is_urgent, _EVERY_S)

    def _publish(self, batch: dict[Path, PartFile]) -> None:
        # One wait for the disk then serves all of them.
        for part in batch.values():
            part.begin_sync()
        for path, part in batch.items():
            lost = 1
            try:
                part.publish(path, sync_name=False)
                lost = 0
                self._on_published(path)
            except OSError as error:
                with self._changed:
                    self._lost, self._error = self._lost + lost, error
            with self._changed:
                if self._waiting.get(path) is part:
                    del self._waiting[path]
                self._changed.notify_all()
        sync_folder(self._folder)


def _no_answer() -> OSError:
    return OSError(errno.ETIMEDOUT, f"the disk did not answer for {LONGEST_WAIT_S:g} s")
