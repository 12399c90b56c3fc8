"""Heads: several tasks in one network, each output with a decoder of its own.

What lives here: the decoder, and its heads as objects of a card. What may not: the
decoders of the heads themselves. Start reading at ``decoder.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .decoder import HeadsDecoder
    from .options import Head, HeadsOptions, read_heads
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "decoder": "HeadsDecoder",
            "options": "Head HeadsOptions read_heads",
        },
    )
