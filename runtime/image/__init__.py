"""From a picture file or a frame to a model's input.

What lives here: reading picture files, normalization by name, and the compiled
preprocessor. What may not: models and interpreters. Start reading at ``preprocess.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .image_file import (
        check_output,
        fit_to,
        read_mask,
        read_with_alpha,
        write_image,
    )
    from .normalization import (
        NORMALIZATIONS,
        Normalization,
        format_normalize,
        parse_normalize,
    )
    from .preprocess import Preprocessor, input_layout, pixel_table
    from .resize_rule import parse_resize
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "image_file": "check_output fit_to read_mask read_with_alpha write_image",
            "normalization": (
                "NORMALIZATIONS Normalization format_normalize parse_normalize"
            ),
            "preprocess": "Preprocessor input_layout pixel_table",
            "resize_rule": "parse_resize",
        },
    )
