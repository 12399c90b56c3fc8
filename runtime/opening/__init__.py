"""From a model file to a model: checks, decisions and their reasons.

What lives here: admission in a child process, recognition of inputs and outputs,
inspection. What may not: per-frame work. Start reading at ``open_file.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .evidence import OPTION
    from .gate import remember
    from .open_file import open_model, open_tiled
    from .options import OpenOptions
    from .raw_pixels import pass_through
    from .recognition import (
        POST_PROCESS,
        boxes_question,
        computed_tensor,
        proven_options,
        recognise,
    )
    from .resolve_settings import resolve
    from .run_shapes import admitted, file_as_run
    from .stated_card import CARD
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "evidence": "OPTION",
            "gate": "remember",
            "open_file": "open_model open_tiled",
            "options": "OpenOptions",
            "raw_pixels": "pass_through",
            "recognition": (
                "POST_PROCESS boxes_question computed_tensor proven_options recognise"
            ),
            "resolve_settings": "resolve",
            "run_shapes": "admitted file_as_run",
            "stated_card": "CARD",
        },
    )
