"""Rules: what turns frames into events that begin and end.

What lives here: the language of rules, and what holds at each moment by the stream's
own clock. What may not: pictures, tracking and geometry, of which rules only read the
results. Start reading at ``rule.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .holding import END_S
    from .language import CAMERA_STATES, RuleError, Scope
    from .rule import Rule, RuleTable, check_rules, fault_of
    from .rule_run import UPDATE_S, Belief
    from .rules_stage import RulesStage
    from .stream_clock import BACK_S, GAP_S
    from .timeline import LEGEND, Timeline, event_line
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "holding": "END_S",
            "language": "CAMERA_STATES RuleError Scope",
            "rule": "Rule RuleTable check_rules fault_of",
            "rule_run": "Belief UPDATE_S",
            "rules_stage": "RulesStage",
            "stream_clock": "BACK_S GAP_S",
            "timeline": "LEGEND Timeline event_line",
        },
    )
