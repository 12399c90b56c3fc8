"""FOMO: the class of each cell of a coarse grid, and objects made of cells.

What lives here: the decoder of Edge Impulse's FOMO, and how its cells become boxes.
What may not: boxes that a network computes. Start reading at ``decoder.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .cells import objects_of_cells
    from .decoder import FomoDecoder, FomoOptions
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "cells": "objects_of_cells",
            "decoder": "FomoDecoder FomoOptions",
        },
    )
