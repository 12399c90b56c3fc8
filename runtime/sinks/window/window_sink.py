"""The live picture in a window of this machine's desktop: ``window:``."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from typing import IO, Final, cast

from ....child import child_command
from ....errors import MissingDependencyError, SinkError
from ....escapes import printable
from ...event import Event
from ...frame import Image
from ...process import StderrTail
from ...uri_options import Options
from ..base import RunContext, Sink
from ..picture import VIEWS, no_wider, picture_of
from .window_process import HEAD

_PROCESS: Final = "edgevision.runtime.sinks.window.window_process"
_START_S: Final = 30.0
_INSTEAD: Final = "use --sink web:8080 and look at the pictures in a browser."


class WindowSink(Sink):
    """A window that shows the newest frame with its result.

    The window lives in a child process: a display that is wrong or goes away, or a GUI
    that aborts, never ends the run. Frames are drawn and sent to it in a thread of
    their own, at most ``fps`` per second; frames for which the window is too slow are
    skipped. ``q`` and Esc in it end the run as Ctrl-C does; closing it only closes it.

    Args:
        title: Title of the window.
        width: Largest width in pixels; wider pictures are made smaller.
        fps: Pictures per second at most.
        view: Of a model that answers with a picture: ``picture``, ``beside`` or
            ``overlay``.
    """

    needs_target = False
    needs_pictures = True
    example = "window:"

    def __init__(
        self,
        title: str = "EdgeVision",
        *,
        width: int = 1280,
        fps: float = 30.0,
        view: str = "beside",
    ) -> None:
        # Halves of characters, of bytes that are no UTF-8, crash OpenCV.
        title = printable(title)
        self.name = f"window:{title}"
        self._title = title
        self._width = width
        self._view = view
        self._pause_s = 1 / fps
        self._newest: Event | None = None
        self._gone = ""
        self._is_wanted = True  # until the user closes it
        self._stop: Callable[[], None] = _nothing
        self._wake = threading.Event()
        self._closed = threading.Event()
        _check_display()
        self._window: _Window | None = _Window(title, self._hear)
        self._sender = threading.Thread(
            target=self._send, name="edgevision-window", daemon=True
        )
        self._sender.start()

    @classmethod
    def open(
        cls, target: str, options: Mapping[str, str], *, force: bool = False
    ) -> WindowSink:
        """Open by ``window:`` or ``window:TITLE?width=1280&fps=30&view=picture``.

        Raises:
            SinkError: There is no display, it cannot be used, or an option is not.
            MissingDependencyError: This OpenCV is built without windows.
        """
        del force
        texts = Options("the window sink", options, error=SinkError)
        width = texts.integer("width", 1280, low=64, high=7680)
        fps = texts.number("fps", 30.0, low=0.1, high=240.0)
        view = texts.text("view", "beside", one_of=VIEWS)
        texts.finish()
        return cls(target or "EdgeVision", width=width, fps=fps, view=view)

    def attach(self, run: RunContext) -> None:
        """Take the function that ends the run, for the keys."""
        self._stop = run.stop

    def write(self, event: Event) -> None:
        """Take an event; costs microseconds.

        Raises:
            SinkError: The window is gone, and not because the user closed it.
        """
        if not self._is_wanted:
            return
        self._newest = event
        self._wake.set()  # also opens a window again that is gone
        if self._gone:
            raise SinkError(self._gone)
        if not self._sender.is_alive() and not self._closed.is_set():
            raise SinkError(f"{self.name} has ended by an error of its own.")

    def close(self) -> None:
        """Close the window; may be called twice."""
        self._closed.set()
        self._wake.set()
        window = self._window
        if window is not None:
            window.kill()  # a hand-over that waits for it ends, too
        self._sender.join(5)

    def _send(self) -> None:
        try:
            self._show_newest()
        finally:
            if self._window is not None:
                self._window.close()

    def _show_newest(self) -> None:
        due = 0.0
        while True:
            self._wake.wait()
            if self._closed.wait(max(0.0, due - time.monotonic())):
                return
            self._wake.clear()
            due = time.monotonic() + self._pause_s
            event = self._newest
            if event is None or not self._is_wanted:
                continue
            try:
                if self._window is None:
                    self._window = _Window(self._title, self._hear)
                    self._gone = ""
                self._window.show(no_wider(picture_of(event, self._view), self._width))
            except (SinkError, MissingDependencyError) as error:
                window, self._window = self._window, None
                if window is not None:
                    window.close()  # after that its last word was heard
                if self._is_wanted:
                    self._gone = str(error)

    def _hear(self, word: str) -> None:
        """Take a word of the window's own process; called in a thread of its own."""
        if word in ("key", "closed"):
            self._is_wanted = False
        if word == "key":
            self._stop()


class _Window:
    """A running child process with its window.

    Raises:
        SinkError: The display cannot be used.
        MissingDependencyError: OpenCV has no windows.
    """

    def __init__(self, title: str, hear: Callable[[str], None]) -> None:
        try:
            self._process = subprocess.Popen(
                child_command(_PROCESS, title),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
            )
        except (OSError, ValueError) as error:
            raise SinkError(
                f"Cannot start the window's own process: {error}. Without one, "
                f"{_INSTEAD}"
            ) from error
        self._errors = StderrTail(
            cast("IO[bytes]", self._process.stderr), name="edgevision-window-errors"
        )
        self._hear = hear
        self._first = ""
        self._started = threading.Event()
        self._listener = threading.Thread(
            target=self._listen, name="edgevision-window-words", daemon=True
        )
        self._listener.start()
        self._started.wait(_START_S)
        if self._first == "ready":
            return
        reason = self._why()
        self.close()
        if self._first == "no-gui":
            raise MissingDependencyError(
                "A window needs an OpenCV that has windows, and this one is built "
                "without (opencv-python-headless). Run: pip uninstall -y "
                f"opencv-python-headless; pip install opencv-python; or {_INSTEAD}"
            )
        raise SinkError(
            f"The display {_display()} cannot be used: {reason} Run it on the desktop "
            f"itself, or {_INSTEAD}"
        )

    def show(self, image: Image) -> None:
        """Give the child one picture, waiting while the window is busy.

        Raises:
            SinkError: The child has ended.
        """
        pipe = self._process.stdin
        if pipe is None:
            raise SinkError("The window has no input.")
        data = [HEAD.pack(image.shape[1], image.shape[0]), image.tobytes()]
        try:
            for part in data:
                rest = memoryview(part)
                while rest:
                    rest = rest[pipe.write(rest) or 0 :]
        except (OSError, ValueError) as error:
            raise SinkError(
                f"The window is gone: {self._why()} Without a display, {_INSTEAD}"
            ) from error

    def kill(self) -> None:
        """End the child; from any thread, and more than once."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """End the child and let go of its pipes."""
        self.kill()
        self._listener.join(2)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None and not self._listener.is_alive():
                pipe.close()
        self._errors.close()

    def _listen(self) -> None:
        pipe = self._process.stdout
        for line in iter(pipe.readline, b"") if pipe is not None else ():
            word = line.decode("ascii", "replace").strip()
            if self._started.is_set():
                self._hear(word)
            elif word in ("ready", "no-gui"):  # and not what a GUI says of itself
                self._first = word
                self._started.set()
        self._started.set()

    def _why(self) -> str:
        """Return the last line that the child wrote before it ended."""
        try:
            code: int | None = self._process.wait(1)
        except subprocess.TimeoutExpired:
            code = None
        said = self._errors.lines()
        # Qt's advice to install something comes behind the reason.
        reasons = [line for line in said if "connect" in line] or said[-1:]
        if reasons:
            return reasons[0] if reasons[0][-1] in ".?!" else f"{reasons[0]}."
        if code is None:
            return f"it did not answer within {_START_S:.0f} s."
        return f"its process ended with {code}."


def _check_display() -> None:
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise SinkError(
            "A window needs a display, and there is none (neither DISPLAY nor "
            f"WAYLAND_DISPLAY is set). Run it on the desktop itself, or {_INSTEAD}"
        )


def _display() -> str:
    return os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY", "")


def _nothing() -> None:
    """Do nothing: the sink is not attached to a run."""
