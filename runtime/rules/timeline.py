"""What each rule believed over a stream: a chart of signs, and the list of events."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from ..event import Event
from ..rule_event import RuleEvent
from .holding import Truth
from .judgement import Leaf
from .moment import Moment
from .rule_run import RuleRun
from .rules_stage import RulesStage

_TRUTHS: Final[dict[Truth, str]] = {True: "#", False: ".", None: "?"}
# Of all that a column covers, the sign that stands first here is shown.
_STRONGEST: Final = "#+-?.~ "
_MOST_CHANGES: Final = 20_000
_MOST_EVENTS: Final = 5_000
LEGEND: Final = (
    "rule: # an event goes on, + its condition holds and must go on to, - the "
    "cool-down keeps it quiet, . nothing",
    "condition: # holds (for any object), . does not, ? not known; ~ no pictures",
)
"""What the signs of a timeline mean."""


class _Row:
    """The signs of one line of the chart, as far as they change."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.changes: list[tuple[float, str]] = []
        self.is_full = False

    def add(self, time_s: float, sign: str) -> None:
        if self.changes and self.changes[-1][1] == sign:
            return
        self.is_full = len(self.changes) >= _MOST_CHANGES
        if not self.is_full:
            self.changes.append((time_s, sign))

    def signs(self, end_s: float, columns: int) -> str:
        """Return one sign for each column of the time from 0 to the end."""
        cells = [" "] * columns
        if not self.changes:
            return ""
        ends = [time_s for time_s, _ in self.changes[1:]] + [end_s]
        for (start_s, sign), stop_s in zip(self.changes, ends, strict=True):
            first = min(int(start_s / end_s * columns), columns - 1)
            # Up to a column that it only touches, but its own one in any case.
            last = max(min(-int(-stop_s / end_s * columns // 1), columns), first + 1)
            for column in range(first, last):
                cells[column] = min(cells[column], sign, key=_STRONGEST.index)
        return "".join(cells)


class Timeline:
    """Collects what the rules of a stage believe, frame by frame.

    Memory is bounded: a line that changes too often ends early, and says so.

    Args:
        stage: The stage; it may have seen frames before.

    Attributes:
        reports: What the rules reported.
    """

    def __init__(self, stage: RulesStage) -> None:
        self.reports: list[RuleEvent] = []
        self._times_s: list[float] = []
        self._stage = stage
        self._rows: dict[tuple[int, int], _Row] = {}
        self._end_s = 0.0
        self._lost = 0
        for number, run in enumerate(stage.runs):
            self._rows[number, 0] = _Row(run.rule.name)
            for place, leaf in enumerate(run.judgement.leaves, 1):
                self._rows[number, place] = _Row(f"  {leaf.condition}")

    def add(self, event: Event) -> None:
        """Take an event that the stage has just returned."""
        moment = self._stage.moment
        if moment is None:
            return
        clock = moment.clock
        now = self._end_s = clock.elapsed_s
        names = {run.rule.name for run in self._stage.runs}
        self.finish(tuple(one for one in event.rule_events if one.rule in names))
        for number, run in enumerate(self._stage.runs):
            signs = [run.belief().value]
            signs += [
                _TRUTHS[_truth(leaf, run, moment)] for leaf in run.judgement.leaves
            ]
            for place, sign in enumerate(signs):
                row = self._rows[number, place]
                if clock.gap_s:
                    row.add(now - clock.gap_s, "~")
                row.add(now, sign)

    def finish(self, rule_events: tuple[RuleEvent, ...]) -> None:
        """Take reports that came with no frame: those of the end of the stream."""
        room = _MOST_EVENTS - len(self.reports)
        self.reports += rule_events[:room]
        self._times_s += [self._end_s] * len(rule_events[:room])
        self._lost += len(rule_events[room:])

    def lines(self, width: int = 100) -> Iterator[str]:
        """Yield the chart, what its signs mean, and the events.

        Args:
            width: Characters of a line, at least 40.
        """
        titles = max((len(row.title) for row in self._rows.values()), default=0)
        titles = min(titles, max(width // 2, 20))
        columns = max(width - titles - 2, 10)
        end_s = max(self._end_s, 1e-9)
        yield f"{'seconds':<{titles}}  {_axis(self._end_s, columns)}".rstrip()
        for row in self._rows.values():
            title = row.title
            if len(title) > titles:
                title = f"{title[: titles - 3]}..."
            yield f"{title:<{titles}}  {row.signs(end_s, columns)}".rstrip()
        yield from LEGEND
        if any(row.is_full for row in self._rows.values()):
            yield f"A line is not drawn after its {_MOST_CHANGES} first changes."
        yield ""
        if not self.reports:
            yield "No rule reported an event."
        for time_s, report in zip(self._times_s, self.reports, strict=True):
            yield event_line(report, time_s)
        if self._lost:
            yield f"and {self._lost} more"


def event_line(report: RuleEvent, time_s: float) -> str:
    """Return one line about a report: its time, rule, phase, sentence and track.

    Args:
        report: The report.
        time_s: Seconds since the stream began.
    """
    track = f" (track {report.track_id})" if report.track_id >= 0 else ""
    return f"{time_s:9.2f} s  {report.rule} {report.phase:<6}  {report.sentence}{track}"


def _truth(leaf: Leaf, run: RuleRun, moment: Moment) -> Truth:
    truths = [leaf.judge(moment, who) for who in run.candidates.values()]
    if not truths and not leaf.is_of_object:
        truths = [leaf.judge(moment, run.nobody)]
    if any(truths):
        return True
    return None if None in truths else False


def _axis(end_s: float, columns: int) -> str:
    """Return round times at their columns, at most six of them."""
    if end_s <= 0:
        return "0"
    scale = 10.0 ** math.floor(math.log10(end_s / 6))
    step_s = next(k * scale for k in (1, 2, 5, 10, 20) if k * scale >= end_s / 6)
    text, time_s = "", 0.0
    while time_s <= end_s:
        mark, column = f"{time_s:g}", int(time_s / end_s * columns)
        if column + len(mark) <= columns:
            text = f"{text:<{column}}{mark}"
        time_s = round(time_s + step_s, 9)
    return text
