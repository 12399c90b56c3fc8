"""The float model against the file, as the device will run it.

What lives here: comparison, scores per task, true boxes and budgets. What may not:
conversion itself. Start reading at ``verification.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .box_accuracy import BoxJudge
    from .budget import judge, judge_float
    from .scoring import scorer_for
    from .verification import (
        Verification,
        compare_pictures,
        compare_rows,
        float_answers,
    )
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "box_accuracy": "BoxJudge",
            "budget": "judge judge_float",
            "scoring": "scorer_for",
            "verification": "Verification compare_pictures compare_rows float_answers",
        },
    )
