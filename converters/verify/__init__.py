"""The float model against the file, as the device will run it.

What lives here: comparison, scores per task, true boxes and budgets. What may not:
conversion itself. Start reading at ``comparison.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .box_accuracy import BoxAccuracy
    from .budget import check_budget, check_float
    from .comparison import compare_pictures, compare_rows, float_answers, open_kernels
    from .picture_scorer import PictureAccuracy
    from .scorers import scorer_for, tally_for
    from .tallies import Tally
    from .verification import Verification
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "box_accuracy": "BoxAccuracy",
            "budget": "check_budget check_float",
            "comparison": "compare_pictures compare_rows float_answers open_kernels",
            "picture_scorer": "PictureAccuracy",
            "scorers": "scorer_for tally_for",
            "tallies": "Tally",
            "verification": "Verification",
        },
    )
