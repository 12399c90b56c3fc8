"""Sinks: where results go.

What lives here: one module per kind of sink, and the parser of sink strings. What may
not: models, decoders, sources. Start reading at ``jsonl.py``.
"""

from __future__ import annotations

from typing import Final, Protocol

from ..event import Event

SINKS: Final[dict[str, str]] = {
    "csv": "edgevision.runtime.sinks.csv_rows:CsvSink",
    "images": "edgevision.runtime.sinks.image_files:ImageFilesSink",
    "jsonl": "edgevision.runtime.sinks.jsonl:JsonlSink",
    "web": "edgevision.runtime.sinks.web.web_sink:WebSink",
    "video": "edgevision.runtime.sinks.video_file:VideoFileSink",
    "window": "edgevision.runtime.sinks.window.window_sink:WindowSink",
}


class Sink(Protocol):
    """Take events until ``close`` is called.

    A sink is opened as ``Class.open(target, options, force=...)`` with the text and the
    options of its string. ``write`` and ``close`` are called from one thread. One that
    can be asked to end the run (a key in a window) has ``attach(stop)`` besides, and
    calls ``stop()`` from any thread.

    Attributes:
        name: What the sink calls itself in logs and errors.
    """

    name: str

    def write(self, event: Event) -> None:
        """Take one event; raise ``SinkError`` when it cannot be kept."""
        ...

    def close(self) -> None:
        """Finish what is open; may be called twice."""
        ...
