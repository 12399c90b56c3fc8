"""A pipeline on a terminal: its lines, its live line, and its closing table."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ..errors import RedactionError, SinkError, SourceError
from .main import is_verbose
from .process import on_stop
from .terminal import TerminalLine

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
    output = None
    if not quiet:
        from .process import StandardOutput

        output = StandardOutput(as_json=as_json, is_only=not pipeline.sinks)
        output.tell(line.say)
    pipeline.source.status.on_note = line.say
    for sink in pipeline.sinks:
        sink.tell(line.say)
        if sink.address:
            line.say(f"Open {sink.address} in a browser.")
    health = pipeline.health
    try:
        with on_stop(pipeline.stop), pipeline:
            if pipeline.source.status.mode:
                line.say(f"{pipeline.source.name}: {pipeline.source.status.mode}")
            for event in pipeline:
                if output is not None:
                    if not as_json:  # a record of JSON has them inside
                        for rule_event in event.rule_events:
                            output.write_rule_event(rule_event)
                    output.write(event)
                news = health.news() if health is not None else ""
                if news:
                    line.say(news)
                live.update(event)
    finally:
        line.clear()
        summary = pipeline.summary()
        if output is not None:
            for rule_event in pipeline.last_reports:
                output.write_rule_event(rule_event)
            output.close()
            summary.lost[output.name] = output.lost
        for row in summary.lines():
            line.say(row)
    return summary


def refuse_losses(summary: RunSummary) -> None:
    """Raise an error when events or pictures were lost, so that a script notices it.

    Raises:
        SinkError: A sink lost events.
        SourceError: Pictures could not be read.
        RedactionError: Pictures were not shown, because they could not be redacted.
    """
    for name, lost in summary.lost.items():
        if lost:
            raise SinkError(
                f"{name} lost {lost} event{'s' * (lost != 1)}; the reason is above."
            )
    if black := summary.failed.get("redact"):
        plural = "s were" if black != 1 else " was"
        raise RedactionError(
            f"{black} picture{plural} replaced by black, because redaction failed; the "
            "reason is above."
        )
    if summary.unreadable:
        plural = "s" * (summary.unreadable != 1)
        raise SourceError(
            f"{summary.unreadable} picture{plural} could not be read; the results of "
            "the others stand."
        )


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
        if event.redaction_failed:
            lost += f", {event.redaction_failed} black"
        if event.redaction_failed:
            lost += f", {event.redaction_failed} black"
        return (
            f"#{event.frame.index}  {self._rate}model {timing.model_ms:.1f} ms, age "
            f"{timing.age_ms:.0f} ms since capture, {event.dropped} dropped{lost}"
            f"{_heat(event)}  {describe(event.result)}"
        )


def _heat(event: Event) -> str:
    heat = event.health.temperature_c if event.health is not None else None
    return "" if heat is None else f", {heat:.0f} °C"
