"""Sinks: where results go.

What lives here: one module or room per kind of sink, the table of them, and the parser
of sink strings. What may not: models, decoders and sources. Start reading at
``registry.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .base import RunContext, Sink
    from .guard import GuardedSink
    from .open import open_sink, parse_sink
    from .picture import encode, no_wider, picture_of
    from .record import record_of
    from .text import describe, line_of
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "base": "RunContext Sink",
            "guard": "GuardedSink",
            "open": "open_sink parse_sink",
            "picture": "encode no_wider picture_of",
            "record": "record_of",
            "text": "describe line_of",
        },
    )
