"""``--then``: models that look at every region that the first one finds.

What lives here: the options, and how such models are opened and joined. What may not:
commands. Start reading at ``joined.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .joined import OF_SECOND, join_models
    from .options import said_of_pair, second_model_options
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "joined": "OF_SECOND join_models",
            "options": "said_of_pair second_model_options",
        },
    )
