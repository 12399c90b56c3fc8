"""The table of the sinks that come with EdgeVision."""

from __future__ import annotations

from typing import Final

SINKS: Final[dict[str, str]] = {
    "csv": "edgevision.runtime.sinks.csv_rows:CsvSink",
    "heat": "edgevision.runtime.sinks.heat_sink:HeatSink",
    "images": "edgevision.runtime.sinks.image_files:ImageFilesSink",
    "jsonl": "edgevision.runtime.sinks.jsonl:JsonlSink",
    "web": "edgevision.runtime.sinks.web.web_sink:WebSink",
    "video": "edgevision.runtime.sinks.video.video_sink:VideoFileSink",
    "window": "edgevision.runtime.sinks.window.window_sink:WindowSink",
}
"""Kind -> ``"module:class"`` of a :class:`~edgevision.runtime.sinks.base.Sink`."""
