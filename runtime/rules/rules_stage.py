"""The stage that adds to each event what its rules report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ..event import Event
from ..rule_event import RuleEvent
from ..stage import Stage
from .language import Scope
from .moment import Moment
from .moment_builder import MomentBuilder
from .rule import Rule, check_rules
from .rule_run import RuleRun


class RulesStage(Stage):
    """Rules over the events of one stream.

    It stands behind the stages of the camera watch, the tracks and the regions, and
    reads what they say.

    Args:
        rules: The rules; each has a name of its own.
        scope: What they may name: the labels, zones and lines of this stream. Without
            it, names are not checked, and what does not exist is never there.
        camera: The name of the camera, for the events.
        began: The local date and time of the first frame, for a recording of another
            day: it is what ``time in`` and ``weekday in`` go by, and the times of the
            events. None means that frames are of now.

    Attributes:
        runs: Each rule with what it believes.
        moment: The newest frame as the rules saw it; None before the first.

    Raises:
        RuleError: A rule names what does not exist.
        ValueError: Two rules have one name.
    """

    name = "rules"

    def __init__(
        self,
        rules: Sequence[Rule],
        *,
        scope: Scope | None = None,
        camera: str = "",
        began: datetime | None = None,
    ) -> None:
        check_rules(rules, scope)
        self.runs = [RuleRun(rule, camera) for rule in rules]
        self._builder = MomentBuilder(began)
        self.moment: Moment | None = None

    def apply(self, event: Event) -> Event:
        """Return the event with what the rules report at its time."""
        last = self.moment
        last_times = None if last is None else (last.clock.time_s, last.wall_s)
        moment = self._builder.moment(event)
        reports: list[RuleEvent] = []
        if moment.clock.is_restarted and last is not None and last_times is not None:
            reports += self._stop(last, *last_times)
        for run in self.runs:
            reports += run.update(moment)
        self.moment = moment
        if not reports:
            return event
        return replace(event, rule_events=(*event.rule_events, *reports))

    def end(self, rule_events: tuple[RuleEvent, ...]) -> tuple[RuleEvent, ...]:
        """End what goes on when the run ends."""
        if self.moment is None:
            return rule_events
        last, self.moment = self.moment, None
        return (*rule_events, *self._stop(last, last.clock.time_s, last.wall_s))

    def _stop(self, last: Moment, time_s: float, wall_s: float) -> list[RuleEvent]:
        reports: list[RuleEvent] = []
        for run in self.runs:
            reports += run.stop(last, time_s, wall_s)
        return reports
