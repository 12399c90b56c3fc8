"""Text: a line of characters, read step by step.

What lives here: the decoder and its options. What may not: finding lines in a picture.
Start reading at ``decoder.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .decoder import TextDecoder
    from .options import TextOptions
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "decoder": "TextDecoder",
            "options": "TextOptions",
        },
    )
