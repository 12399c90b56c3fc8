"""Pictures, and maps of numbers such as a depth, that a model answers with.

What lives here: the decoder and its options. What may not: writing and drawing of
pictures. Start reading at ``decoder.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .decoder import ImageDecoder
    from .options import ImageOptions
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "decoder": "ImageDecoder",
            "options": "ImageOptions",
        },
    )
