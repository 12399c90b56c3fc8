"""FCOS heads: a score per class and four distances for each cell of a grid.

What lives here: the decoder, and the grid that other anchor-free heads share. What may
not: other families. Start reading at ``decoder.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .anchor_free_grid import Cells
    from .decoder import FcosDecoder, FcosOptions
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "anchor_free_grid": "Cells",
            "decoder": "FcosDecoder FcosOptions",
        },
    )
