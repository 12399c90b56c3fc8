"""An app as one file: cameras, a model, rules, and where what happens goes.

What lives here: the description of an app, its file, and what builds and runs it. What
may not: the work of a stage, which is in its own room of ``runtime``. Start reading at
``description.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import lazy_names

if TYPE_CHECKING:
    from .app import App, load_app
    from .plan import AppPlan, CameraPlan
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "app": "App load_app",
            "plan": "AppPlan CameraPlan",
        },
    )
