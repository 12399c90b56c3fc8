"""The rules of a camera, with a record of what they believed."""

from __future__ import annotations

from ...runtime.event import Event
from ...runtime.rule_event import RuleEvent
from ...runtime.rules import RulesStage, Timeline
from ...runtime.stage import Stage


class ExplainedRules(Stage):
    """Rules as always, and a timeline beside them.

    The timeline asks the rules after each frame, so it must stand in their thread.

    Args:
        rules: The stage of the rules; closed here.

    Attributes:
        timeline: What they believed so far.
    """

    name = RulesStage.name

    def __init__(self, rules: RulesStage) -> None:
        self.timeline = Timeline(rules)
        self._rules = rules

    def apply(self, event: Event) -> Event:
        """Return the event with what the rules report."""
        event = self._rules.apply(event)
        self.timeline.add(event)
        return event

    def end(self, rule_events: tuple[RuleEvent, ...]) -> tuple[RuleEvent, ...]:
        """Return what the rules report at the end."""
        reports = self._rules.end(rule_events)
        self.timeline.finish(reports[len(rule_events) :])
        return reports

    def close(self) -> None:
        """Close the rules."""
        self._rules.close()
