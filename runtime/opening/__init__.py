"""From a model file to a model: checks, decisions and their reasons.

What lives here: admission in a child process, recognition of inputs and outputs,
inspection. What may not: per-frame work. Start reading at ``open_file.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...registry import lazy_names

if TYPE_CHECKING:
    from .admission import remember
    from .evidence import OPTION
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
    from .resolve_settings import CARD, resolve
    from .run_shapes import file_as_run, run_shapes_of
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "admission": "remember",
            "evidence": "OPTION",
            "open_file": "open_model open_tiled",
            "options": "OpenOptions",
            "raw_pixels": "pass_through",
            "recognition": (
                "POST_PROCESS boxes_question computed_tensor proven_options recognise"
            ),
            "resolve_settings": "CARD resolve",
            "run_shapes": "file_as_run run_shapes_of",
        },
    )

MODULES: Final = ("admission",)
"""Modules that others use whole, by their names."""
