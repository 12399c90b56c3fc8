"""The language of rules: ``person in yard for 3s and time in 22:00..06:00``.

What lives here: the grammar, the tree of conditions that it gives, and the checks of a
rule before a camera is opened. What may not: frames, results, and whether something
holds at a moment. Start reading at ``grammar.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .comparison import (
        SIGNS,
        Comparison,
        CountOf,
        CrossingsOf,
        DwellOf,
        Lasting,
        PlainNumber,
        ScoreOf,
        Term,
        ValueOf,
    )
    from .conditions import (
        DAYS,
        FRAME,
        And,
        CameraIs,
        Crosses,
        Free,
        Hold,
        IsIn,
        Name,
        Not,
        Or,
        Passage,
        RuleCondition,
        Seen,
        Subject,
        TimeIn,
        WeekdayIn,
        label_text,
        walk,
    )
    from .grammar import FUNCTIONS, parse
    from .object_of import ANY, is_about_object, object_labels
    from .rule_error import RuleError
    from .scope import CAMERA_STATES, Scope
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "comparison": (
                "Comparison CountOf CrossingsOf DwellOf Lasting PlainNumber SIGNS "
                "ScoreOf Term ValueOf"
            ),
            "conditions": (
                "And CameraIs Crosses DAYS FRAME Free Hold IsIn Name Not Or Passage "
                "RuleCondition Seen Subject TimeIn WeekdayIn label_text walk"
            ),
            "grammar": "FUNCTIONS parse",
            "object_of": "ANY is_about_object object_labels",
            "rule_error": "RuleError",
            "scope": "CAMERA_STATES Scope",
        },
    )
