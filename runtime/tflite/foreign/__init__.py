"""Files of other formats and for other hardware, in sentences.

What lives here: what a file is that is no model for this processor, and what helps.
What may not: reading such a file. Start reading at ``other_files.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .hardware import HARDWARE, compiled_words
    from .other_files import not_a_file, not_a_model
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "hardware": "HARDWARE compiled_words",
            "other_files": "not_a_file not_a_model",
        },
    )
