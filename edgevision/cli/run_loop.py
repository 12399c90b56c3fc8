"""A pipeline on a terminal: its lines, its live line, and its end by a signal."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from ..errors import SinkError, SourceError
from ..escapes import printable
from .main import is_verbose
from .terminal import TerminalLine, json_text, say

if TYPE_CHECKING:
    from ..runtime.event import Event
    from ..runtime.pipeline import Pipeline, RunSummary

_EVERY_S: Final = 0.2
_RATE_S: Final = 2.0
_RATE_STEPS: Final = 5  # a rate of two frames says nothing


def quieten_opencv() -> None:
    """Set OpenCV's environment variables before it is loaded; the user's own stay.

    What it and FFmpeg would print says nothing that our sentences do not. A camera that
    stalls is noticed after five seconds instead of ten.
    """
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "5")
    if not is_verbose():
        os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")
        os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")


def drive(pipeline: Pipeline, *, quiet: bool, as_json: bool) -> RunSummary:
    """Iterate a pipeline and print its events, then its table, however it ends.

    Args:
        pipeline: What to run; it is closed at the end.
        quiet: Print no line per frame.
        as_json: Print JSON lines instead of text.
    """
    line = TerminalLine(
        shown=pipeline.source.live
        and sys.stderr.isatty()
        and (quiet or not sys.stdout.isatty())
    )
    live = LiveEvents(line)
    lines = _Lines(line.say, has_sinks=bool(pipeline.sinks))
    pipeline.source.status.on_note = line.say
    for sink in pipeline.sinks:
        sink.tell(line.say)
        if sink.address:
            line.say(f"Open {sink.address} in a browser.")
    health = pipeline.health
    try:
        with stop_on_signals(pipeline), pipeline:
            if pipeline.source.status.mode:
                line.say(f"{pipeline.source.name}: {pipeline.source.status.mode}")
            for event in pipeline:
                if not quiet:
                    lines.print(_text(event, as_json=as_json))
                news = health.news() if health is not None else ""
                if news:
                    line.say(news)
                live.update(event)
    finally:
        line.clear()
        summary = pipeline.summary()
        for row in summary.lines():
            line.say(row)
    return summary


class _Lines:
    """Lines on standard output. A run with sinks goes on when none can be written."""

    def __init__(self, say: Callable[[str], None], *, has_sinks: bool) -> None:
        self._say = say
        self._has_sinks = has_sinks
        self._is_over = False

    def print(self, text: str) -> None:
        """Print a line.

        Raises:
            SinkError: Standard output takes no more, and no sink does.
        """
        if self._is_over:
            return
        try:
            say(text)
        except OSError as error:
            is_closed = isinstance(error, BrokenPipeError)
            reason = "its reader is gone" if is_closed else error.strerror
            self._is_over = True
            _forget_standard_output()
            if not self._has_sinks:
                raise SinkError(
                    f"Cannot write to standard output: {reason}. Nothing else takes "
                    "the results; pass --sink to keep them."
                ) from error
            self._say(
                f"Cannot write to standard output: {reason}. The run goes on for its "
                "sinks."
            )


def _forget_standard_output() -> None:
    """Discard what is left in the buffer; Python would fail to write it at its end."""
    with contextlib.suppress(OSError), open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def refuse_losses(summary: RunSummary) -> None:
    """Raise an error when events or pictures were lost, so that a script notices it.

    Raises:
        SinkError: A sink lost events.
        SourceError: Pictures could not be read.
    """
    for name, lost in summary.lost.items():
        if lost:
            raise SinkError(
                f"{name} lost {lost} event{'s' * (lost != 1)}; the reason is above."
            )
    if summary.unreadable:
        plural = "s" * (summary.unreadable != 1)
        raise SourceError(
            f"{summary.unreadable} picture{plural} could not be read; the results of "
            "the others stand."
        )


@contextlib.contextmanager
def stop_on_signals(pipeline: Pipeline) -> Iterator[None]:
    """End the stream on Ctrl-C, SIGTERM or SIGHUP, and the process on a second one.

    The second is left to the system: a model that never ends on some picture would keep
    the process from closing what it holds.
    """

    def handle(number: int, _frame: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_DFL)
        threading.Thread(target=pipeline.stop, daemon=True).start()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # A terminal that is closed sends SIGHUP; nohup lets it be ignored.
    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


class LiveEvents:
    """The newest event on a terminal's line, updated a few times per second.

    The figures stand first: a narrow terminal cuts off the results, not the figures.

    Args:
        line: Where it is shown.
        clock: Returns seconds that only rise; for tests.
    """

    def __init__(
        self, line: TerminalLine, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._line = line
        self._clock = clock
        self._next = 0.0
        self._counted = -1  # a rate is of steps, and the first event is none
        self._since: float | None = None
        self._rate = ""

    def update(self, event: Event) -> None:
        """Show an event, unless the line was updated a moment ago."""
        if not self._line.shown:
            return
        self._counted += 1
        now = self._clock()
        if self._since is None:
            self._since = now
        elif now - self._since >= _RATE_S and self._counted >= _RATE_STEPS:
            self._rate = f"{self._counted / (now - self._since):.1f} fps, "
            self._counted, self._since = 0, now
        if now < self._next:
            return
        self._next = now + _EVERY_S
        self._line.show(self._text(event))

    def _text(self, event: Event) -> str:
        from ..runtime.sinks import describe

        timing = event.timing
        lost = f", {event.reconnects} reconnects" if event.reconnects else ""
        lost += f", {event.damaged} damaged" if event.damaged else ""
        return (
            f"#{event.frame.index}  {self._rate}model {timing.model_ms:.1f} ms, age "
            f"{timing.age_ms:.0f} ms since capture, {event.dropped} dropped{lost}"
            f"{_heat(event)}  {describe(event.result)}"
        )


def _heat(event: Event) -> str:
    heat = event.health.temperature_c if event.health is not None else None
    return "" if heat is None else f", {heat:.0f} °C"


def _text(event: Event, *, as_json: bool) -> str:
    from ..runtime.sinks import line_of, record_of

    if as_json:
        return json_text(record_of(event))
    return printable(line_of(event))
