"""Tallies: what becomes of all samples' answers, per kind of answer.

What lives here: one file per kind. What may not: pictures and interpreters, which
``comparison.py`` brings together. Start reading at ``tally.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .head_tally import HeadTally
    from .label_tally import LabelTally
    from .score_tally import ScoreTally
    from .tally import Tally
    from .value_tally import ValueTally
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "head_tally": "HeadTally",
            "label_tally": "LabelTally",
            "score_tally": "ScoreTally",
            "tally": "Tally",
            "value_tally": "ValueTally",
        },
    )
