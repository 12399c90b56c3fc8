"""SIGHUP as a wish to read a file again: never lost, never twice at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Reloads:
    """Calls a function after each wish; wishes that come meanwhile are one.

    A wish from before there is a function waits for it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._function: Callable[[], None] | None = None
        self._is_wanted = self._is_running = False

    def call(self, function: Callable[[], None] | None) -> None:
        """Set what is called, from a thread of its own; None means nothing."""
        self._function = function
        self._begin()

    def want(self) -> None:
        """Call the function, now or as soon as it can be called."""
        self._is_wanted = True
        self._begin()

    def _begin(self) -> None:
        with self._lock:
            if self._is_running or not self._is_wanted or self._function is None:
                return
            self._is_running = True
        threading.Thread(target=self._run, name="reload", daemon=True).start()

    def _run(self) -> None:
        function = self._next()
        while function is not None:
            try:
                function()
            except BaseException:
                self._is_running = False
                raise
            function = self._next()

    def _next(self) -> Callable[[], None] | None:
        with self._lock:
            function = self._function if self._is_wanted else None
            self._is_wanted = self._is_wanted and function is None
            self._is_running = function is not None
            return function
