"""Signals to a command: the first ends it in order, the second at once.

Python calls a handler between two instructions of its own, so a library that does not
return keeps every handler waiting. Therefore a thread reads the numbers of signals from
a pipe, which Python's C code fills at once (``signal.set_wakeup_fd``).
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NoReturn

from .orderly import has_terminal, is_orderly, is_reloadable
from .reloads import Reloads

_PATIENCE_S: Final = 3.0
_HANDLED_WITHIN_S: Final = 0.2
# "timeout 60 edgevision run" sends its signal twice: to the command, and to its group.
_SAME_WITHIN_S: Final = 0.25
STOPPED: Final = "Stopped before the first frame."
_WAITING: Final = "Waiting for work that goes on; a second signal ends it at once."

_current: CommandSignals | None = None


class CommandSignals:
    """What signals do to this process; made and closed in its main thread.

    An orderly command stops at the next step that allows it, and ends with exit code 0.
    Any other command gets ``KeyboardInterrupt`` for Ctrl-C, and the system ends it for
    the other signals. In both cases a second signal ends a process that hangs.

    Args:
        is_orderly: The command ends in order.
        is_reloadable: SIGHUP asks it to read its file again, also before it runs.

    Attributes:
        is_stopped: A signal asked for the end.
    """

    def __init__(self, *, is_orderly: bool, is_reloadable: bool = False) -> None:
        self.is_stopped = False
        self.is_working = False
        self._is_orderly = is_orderly
        self._on_stop: Callable[[], None] | None = None
        self._is_reloadable = is_reloadable
        self._reloads = Reloads()
        self._had_terminal = is_orderly and has_terminal()
        self._hint = STOPPED
        self._handled = 0
        self._before: dict[int, object] = {}
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._writing, False)
        self._old_writing = signal.set_wakeup_fd(
            self._writing, warn_on_full_buffer=False
        )
        for number in _numbers(is_orderly=is_orderly):
            self._before[number] = signal.signal(number, self._handle)
        self._thread = threading.Thread(target=self._watch, name="signals", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Give the signals back to whoever had them before."""
        for number, old in self._before.items():
            signal.signal(number, old)  # type: ignore[arg-type]
        signal.set_wakeup_fd(self._old_writing)
        os.close(self._writing)
        self._thread.join()
        os.close(self._reading)

    def call(self, on_stop: Callable[[], None] | None) -> None:
        """Let the first signal call a function, now or later.

        Args:
            on_stop: Called from a thread of its own; None means that the work is done
                and the first signal changes nothing.
        """
        self._on_stop = on_stop
        self._hint = "" if on_stop is None else _WAITING
        if self.is_stopped and on_stop is not None:
            on_stop()

    def call_at_reload(self, on_reload: Callable[[], None] | None) -> None:
        """Let SIGHUP call a function, unless the terminal was closed.

        Args:
            on_reload: Called from a thread of its own, also for a signal that came
                before; None means that the work is done.
        """
        self._reloads.call(on_reload)

    def _handle(self, number: int, _frame: object) -> None:
        """Take a signal between two instructions of the main thread."""
        self._handled += 1
        if self._is_orderly:
            return  # the thread does what there is to do
        if not self.is_working:
            # An exception in the middle of an import prints a traceback.
            end_by_signal(number)
        raise KeyboardInterrupt

    def _watch(self) -> None:
        wait: float | None = None
        handled = unhandled = 0
        again_from = 0.0
        while True:
            ready, _, _ = select.select([self._reading], [], [], wait)
            wait = None
            if not ready:
                self._lose_patience()
                continue
            numbers = os.read(self._reading, 1)
            if not numbers:
                return
            if numbers[0] not in self._before:
                continue
            if not self._is_orderly:
                time.sleep(_HANDLED_WITHIN_S)
                unhandled = unhandled + 1 if self._handled == handled else 0
                handled = self._handled
                if unhandled > 1:
                    end_by_signal(numbers[0])
                continue
            if self._is_reload(numbers[0]):
                continue
            wait = _PATIENCE_S
            if self.is_stopped:
                # The system and the shell both say that a terminal was closed.
                is_second = numbers[0] != signal.SIGHUP
                if is_second and time.monotonic() > again_from:
                    end_by_signal(numbers[0])
                continue
            self.is_stopped = True
            again_from = time.monotonic() + _SAME_WITHIN_S
            if self._on_stop is not None:
                # It may wait for a lock, and a second signal must be read meanwhile.
                threading.Thread(target=self._on_stop, daemon=True).start()

    def _is_reload(self, number: int) -> bool:
        """Begin a reload where a signal asks for it, and return whether it does."""
        is_closed = self._had_terminal and not has_terminal()
        is_wish = number == signal.SIGHUP and self._is_reloadable
        if not is_wish or is_closed or self.is_stopped:
            return False
        self._reloads.want()
        return True

    def _lose_patience(self) -> None:
        if self._hint:
            with contextlib.suppress(OSError):
                os.write(2, f"{self._hint}\n".encode())
        if self._hint == STOPPED:
            os._exit(0)


def begin_signals(words: Sequence[str]) -> None:
    """Take the signals of this process, as its first act.

    Args:
        words: The command's name, and what stands behind it; they decide what a signal
            does.
    """
    global _current
    if _current is None and threading.current_thread() is threading.main_thread():
        _current = CommandSignals(
            is_orderly=is_orderly(words), is_reloadable=is_reloadable(words)
        )


def begin_work() -> None:
    """Begin the command's own work: Ctrl-C is an exception from now on."""
    if _current is not None:
        _current.is_working = True


def is_stopped() -> bool:
    """Return whether a signal asked an orderly command to end."""
    return _current is not None and _current.is_stopped


@contextlib.contextmanager
def on_stop(function: Callable[[], None]) -> Iterator[None]:
    """Let the first signal call a function from a thread of its own, meanwhile.

    The second signal ends the process at once. Nothing happens in another thread than
    the main one, which gets no signals.

    Args:
        function: Called once at most.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = _current or CommandSignals(is_orderly=True)
    try:
        signals.call(function)
        yield
    finally:
        signals.call(None)
        if signals is not _current:
            signals.close()


@contextlib.contextmanager
def on_reload(function: Callable[[], None]) -> Iterator[None]:
    """Let SIGHUP call a function from a thread of its own, meanwhile.

    A terminal that is closed sends the same signal, and ends the command as always. To
    be used inside of :func:`on_stop`; nothing happens in another thread than the main
    one, and where SIGHUP is ignored.

    Args:
        function: Called after each signal, also after one that came before; several
            that come while it is called are one.
    """
    signals = _current
    if signals is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    try:
        signals.call_at_reload(function)
        yield
    finally:
        signals.call_at_reload(None)


def end_by_signal(number: int) -> NoReturn:
    """End this process as if nobody had taken the signal, from any thread.

    A shell that runs a loop of commands ends the loop only then.
    """
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes

        # signal.signal works in the main thread only.
        usual = ctypes.CDLL(None).signal
        usual.argtypes = [ctypes.c_int, ctypes.c_void_p]
        usual.restype = ctypes.c_void_p
        usual(number, None)
        os.kill(os.getpid(), number)
        time.sleep(1)
    os._exit(128 + number)


def end_interrupted() -> None:
    """End a command that Ctrl-C interrupted; return where nobody took its signals."""
    if _current is None:
        return
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    end_by_signal(signal.SIGINT)


def end_process(code: int) -> NoReturn:
    """End this process with an exit code, whatever a thread of it still does.

    Python's own end waits for no thread in a library, and takes away what that library
    uses; a signal that comes meanwhile would change the exit code.
    """
    threads = threading.enumerate()
    if not any(thread.name.startswith("edgevision-") for thread in threads):
        import atexit

        for thread in threads:
            if not thread.daemon and thread is not threading.current_thread():
                thread.join()
        atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


def _numbers(*, is_orderly: bool) -> list[int]:
    if not is_orderly:
        ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        return [] if ignored else [signal.SIGINT]
    # A terminal that is closed sends SIGHUP; nohup lets it be ignored.
    ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([] if ignored else [signal.SIGHUP])]
