"""What a caller says of a file that the file itself does not prove.

What lives here: heads by name, values of inputs from files, and the questions that ask
for both. What may not: what a file proves (``recognition``). Start reading at
``named_heads.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .extra_values import input_values
    from .named_heads import with_head_options, with_heads
    from .questions import (
        outputs_question,
        picture_question,
        pixels_question,
        takes_picture,
    )
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "extra_values": "input_values",
            "named_heads": "with_head_options with_heads",
            "questions": (
                "outputs_question picture_question pixels_question takes_picture"
            ),
        },
    )
