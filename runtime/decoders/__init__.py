"""Decoders: from a model's output tensors to a result.

What lives here: one module or room per family of outputs, and the table of all of them.
What may not: frames, files, clocks and drawing. Start reading at ``registry.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .class_vector import ClassifierOptions
    from .classifier import ClassifierDecoder
    from .factory import (
        check_for_card,
        check_options,
        decoder_options,
        default_options,
        make_decoder,
        named_decoder,
    )
    from .heads import Head, read_heads
    from .options import read_options
    from .own_decoder import OwnDecoder, find_own_decoder
    from .registry import (
        DECODERS,
        Decoder,
        DecoderEntry,
        decoder_entry,
        decoder_of_task,
        only_decoder,
    )
    from .segmentation import enlarged
    from .selection import Selection
    from .selection_options import DetectorOptions, SelectionOptions
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "class_vector": "ClassifierOptions",
            "classifier": "ClassifierDecoder",
            "factory": (
                "check_for_card check_options decoder_options default_options "
                "make_decoder named_decoder"
            ),
            "heads": "Head read_heads",
            "options": "read_options",
            "own_decoder": "OwnDecoder find_own_decoder",
            "registry": (
                "DECODERS Decoder DecoderEntry decoder_entry decoder_of_task "
                "only_decoder"
            ),
            "segmentation": "enlarged",
            "selection": "Selection",
            "selection_options": "DetectorOptions SelectionOptions",
        },
    )
