"""The live picture and the charts in any browser.

What lives here: the sink, its small HTTP server, its state and its one page. What may
not: other sinks. Start reading at ``web_sink.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .http_messages import RefusedError, answer_head, is_loopback, read_request
    from .web_sink import page_address
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "http_messages": "RefusedError answer_head is_loopback read_request",
            "web_sink": "page_address",
        },
    )
