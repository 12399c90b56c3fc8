"""Values: numbers with names and units, such as an age or a steering angle.

What lives here: the decoder, and its options as texts of the command line or as lists.
What may not: results and how they are shown. Start reading at ``decoder.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .decoder import ValuesDecoder
    from .options import ValuesOptions
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "decoder": "ValuesDecoder",
            "options": "ValuesOptions",
        },
    )
