"""From a file or folder on disk to a model that is loaded.

What lives here: reading what a file states about itself, checks that no code of it
runs, and one reader per Keras. What may not: what the model's layers mean. Start
reading at ``loader.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .loader import load, load_as_chosen, load_for_training
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "loader": "load load_as_chosen load_for_training",
        },
    )
