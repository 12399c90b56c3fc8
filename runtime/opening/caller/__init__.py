"""What a caller says of a file that the file itself does not prove.

What lives here: heads by name, and values of inputs from files. What may not: what a
file proves (``recognition``). Start reading at ``named_heads.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .named_heads import heads_question, with_head_options, with_heads
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "named_heads": "heads_question with_head_options with_heads",
        },
    )
