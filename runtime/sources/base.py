"""What all sources share: closing from any thread, counters, ``with``."""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Iterator

from ..closing import Closing
from ..frame import Frame
from .status import SourceStatus


class SourceBase(Closing):
    """Keep the closing rules of :class:`~edgevision.runtime.sources.registry.Source`.

    A subclass writes ``_frames`` (a generator that looks at ``_closed``) and
    ``_release`` (lets go of what is open; called once, never while ``_frames`` runs).
    """

    live = False

    def __init__(self, name: str) -> None:
        self.name = name
        self.status = SourceStatus()
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._iterating = False
        self._released = False

    @abstractmethod
    def _frames(self) -> Iterator[Frame]:
        """Yield frames until the end, or soon after ``_closed`` is set."""

    def _release(self) -> None:
        """Let go of the device or file."""

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames; a source can be iterated once."""
        with self._lock:
            if self._released or self._iterating:
                return
            self._iterating = True
        try:
            for frame in self._frames():
                yield frame
                if self._closed.is_set():
                    return
        finally:
            with self._lock:
                self._iterating = False
                self._released = True
            self._release()

    def close(self) -> None:
        """Ask the iteration to end; let go of the device if nobody iterates."""
        self._closed.set()
        with self._lock:
            if self._iterating or self._released:
                return
            self._released = True
        self._release()
