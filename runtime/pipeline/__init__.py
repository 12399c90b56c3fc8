"""Capture, inference and sinks side by side.

What lives here: the threads, the channel between them, and the summary of a run. What
may not: what a source, a model or a sink does. Start reading at ``pipeline.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .pipeline import Pipeline
    from .runner import Runner
    from .stream import open_stream
    from .summary import RunSummary
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "pipeline": "Pipeline",
            "runner": "Runner",
            "stream": "open_stream",
            "summary": "RunSummary",
        },
    )
