"""What the operations behind an output say: its channels' parts, and its values.

What lives here: walks from an output towards the input. What may not: decoders, and
what an output is for. Start reading at ``parts.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from .....registry import lazy_names

if TYPE_CHECKING:
    from .bounds import value_bounds
    from .parts import ChannelPart, channel_parts, operations_behind
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "parts": "ChannelPart channel_parts operations_behind",
            "bounds": "value_bounds",
        },
    )
