"""Decoders: from a model's output tensors to a result.

What lives here: one module or room per family of outputs, and the table of all of them.
What may not: frames, files, clocks and drawing. Start reading at ``registry.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .anchor_free_grid import Cells
    from .factory import default_options, make_decoder, named_decoder
    from .fcos import FcosDecoder, FcosOptions
    from .registry import (
        DECODERS,
        Decoder,
        decoder_entry,
        decoder_of_task,
        only_decoder,
    )
    from .segmentation import enlarged
    from .selection import Selection
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "anchor_free_grid": "Cells",
            "factory": "default_options make_decoder named_decoder",
            "fcos": "FcosDecoder FcosOptions",
            "registry": "DECODERS Decoder decoder_entry decoder_of_task only_decoder",
            "segmentation": "enlarged",
            "selection": "Selection",
        },
    )
