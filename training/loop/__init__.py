"""The training loop: epochs, learning rate, state on disk, best weights.

What lives here: what every training needs whatever its task is. What may not: networks,
pictures and tasks. Start reading at ``loop.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...registry import lazy_names

if TYPE_CHECKING:
    from .curves import draw_curves, history_csv
    from .outcome import Outcome
    from .saving import save
    from .state import Workspace
    from .train_without_state import train_at_once
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "curves": "draw_curves history_csv",
            "outcome": "Outcome",
            "saving": "save",
            "state": "Workspace",
            "train_without_state": "train_at_once",
        },
    )

MODULES: Final = ("loop",)
"""Modules that others use whole, by their names."""
