"""A model file explains itself: what it holds, how it would be run and why.

What lives here: the facts of one file as typed records, with ``to_dict`` at the edge.
What may not: text for people, which the command writes. Start reading at
``model_inspection.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .model_inspection import Inspection, inspect_model
    from .model_row import ModelRow, summarise
    from .run_plan import RunPlan, plan_of
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "model_inspection": "Inspection inspect_model",
            "model_row": "ModelRow summarise",
            "run_plan": "RunPlan plan_of",
        },
    )
