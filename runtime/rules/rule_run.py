"""One rule over the frames of a stream: its events begin, change and end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from ..rule_event import RuleEvent, new_event_id
from .candidate import RuleCandidate
from .judgement import Judgement
from .moment import Box, Moment
from .rule import Rule
from .sentences import Sentences, spoken

UPDATE_S: Final = 1.0
"""An event reports what changes at most so often, in seconds."""

_PICTURE: Final = -1  # the key of the candidate of a rule that is about no object


class Belief(str, Enum):
    """What a rule believes at a moment; the value is its sign in a timeline.

    ``happens``: an event goes on. ``quiet``: its condition holds, and the cool-down
    keeps an event from beginning. ``waits``: a part of it holds, and must go on to.
    """

    NOTHING = "."
    WAITS = "+"
    QUIET = "-"
    HAPPENS = "#"


@dataclass
class _Happening:
    """An event that has begun and not ended.

    Attributes:
        id: The same in all its reports.
        who: What it is about.
        started_s: When it began, on the stream's clock.
        looked_s: When it was looked at last for changes, in elapsed time.
        sentence: The sentence of its start.
    """

    id: str
    who: RuleCandidate
    started_s: float
    looked_s: float
    sentence: str
    regions: tuple[str, ...]
    count: int | None
    score: float | None
    box: Box | None


class RuleRun:
    """A rule with all that it remembers of a stream.

    Args:
        rule: The rule.
        camera: The name of the camera, for the events.

    Attributes:
        rule: As above.
        judgement: Its condition as functions.
        candidates: Key of an object -> what is remembered of it.
        nobody: The candidate of what is about no object.
    """

    def __init__(self, rule: Rule, camera: str = "") -> None:
        self.rule = rule
        self._camera = camera
        self._open: dict[int, _Happening] = {}
        self._quiet_until_s = 0.0
        self._start_over()

    def _start_over(self) -> None:
        self.judgement = Judgement(self.rule.condition)
        self._sentences = Sentences(self.rule.condition, self.judgement)
        self.nobody = RuleCandidate(self.judgement.holds)
        self.candidates: dict[int, RuleCandidate] = {}
        if self.rule.labels is None:
            self.candidates[_PICTURE] = self.nobody

    def update(self, moment: Moment) -> list[RuleEvent]:
        """Return what the rule reports at one moment."""
        self.judgement.update(moment)
        if self.rule.labels is not None:
            self._take_things(moment)
        judge = self.judgement.part.judge
        root = self.judgement.holds - 1
        events: list[RuleEvent] = []
        idle: list[int] = []
        for key, who in self.candidates.items():
            if judge(moment, who):
                if key in self._open:
                    self._go_on(self._open[key], moment, events)
                elif who.holds[root].off_since_s is None and self._may_begin(moment):
                    self._begin(key, who, moment, events)
            else:
                if key in self._open:
                    time_s = moment.clock.time_s
                    events.append(self._end(key, moment, time_s, moment.wall_s))
                if who.thing is None and key != _PICTURE and who.is_idle:
                    idle.append(key)
        for key in idle:
            del self.candidates[key]
        return events

    def stop(self, moment: Moment, time_s: float, wall_s: float) -> list[RuleEvent]:
        """End all events and forget everything: the stream ends, or begins again.

        Args:
            moment: The last moment that was seen.
            time_s: Its time on the stream's clock, which may have gone on since.
            wall_s: Its time in seconds since 1970.
        """
        events = [self._end(key, moment, time_s, wall_s) for key in list(self._open)]
        self._start_over()
        return events

    def belief(self) -> Belief:
        """Return what the rule believes since the last update."""
        if self._open:
            return Belief.HAPPENS
        held = [who for who in self.candidates.values() if not who.is_idle]
        if any(who.holds[-1].is_on for who in held):
            return Belief.QUIET
        return Belief.WAITS if held else Belief.NOTHING

    def _take_things(self, moment: Moment) -> None:
        candidates, labels = self.candidates, self.rule.labels
        for who in candidates.values():
            who.thing = None
        for thing in moment.things:
            known = candidates.get(thing.key)
            if known is None:
                if labels and thing.label not in labels:
                    continue
                known = candidates[thing.key] = RuleCandidate(self.judgement.holds)
            known.thing = thing
            known.label = thing.label
            known.track_id = thing.track_id

    def _may_begin(self, moment: Moment) -> bool:
        if not self.rule.cool_down_s:
            return True
        return not self._open and moment.clock.elapsed_s >= self._quiet_until_s

    def _begin(
        self, key: int, who: RuleCandidate, moment: Moment, events: list[RuleEvent]
    ) -> None:
        words = self._sentences
        self._open[key] = _Happening(
            new_event_id(moment.wall_s),
            who,
            who.holds[-1].onset_s,
            moment.clock.elapsed_s,
            words.sentence(moment, who),
            words.regions(moment, who),
            words.count(moment, who),
            words.score(moment, who),
            None if who.thing is None else moment.box(who.thing),
        )
        time_s = moment.clock.time_s
        events.append(self._report("start", self._open[key], time_s, moment.wall_s))

    def _go_on(
        self, happening: _Happening, moment: Moment, events: list[RuleEvent]
    ) -> None:
        who, words = happening.who, self._sentences
        score = words.score(moment, who)
        if score is not None:
            happening.score = max(score, happening.score or 0.0)
        if moment.clock.elapsed_s - happening.looked_s < UPDATE_S:
            return
        happening.looked_s = moment.clock.elapsed_s
        if who.holds[-1].off_since_s is not None:
            return  # it is on its way to its end: nothing new holds
        regions = words.regions(moment, who) or happening.regions
        count = words.count(moment, who)
        if (regions, count) == (happening.regions, happening.count):
            return
        happening.regions, happening.count = regions, count
        happening.sentence = words.sentence(moment, who)
        if who.thing is not None:
            happening.box = moment.box(who.thing)
        time_s = moment.clock.time_s
        events.append(self._report("update", happening, time_s, moment.wall_s))

    def _end(self, key: int, moment: Moment, time_s: float, wall_s: float) -> RuleEvent:
        happening = self._open.pop(key)
        if happening.who.thing is not None:
            happening.box = moment.box(happening.who.thing)
        self._quiet_until_s = moment.clock.elapsed_s + self.rule.cool_down_s
        lasted = spoken(max(time_s - happening.started_s, 0))
        happening.sentence += f"; ended after {lasted}"
        return self._report("end", happening, time_s, wall_s)

    def _report(
        self, phase: str, happening: _Happening, time_s: float, wall_s: float
    ) -> RuleEvent:
        who = happening.who
        return RuleEvent(
            happening.id,
            self.rule.name,
            phase,
            time_s,
            happening.started_s,
            wall_s,
            self._camera,
            self._sentences.label(who),
            who.track_id,
            happening.regions,
            happening.score,
            happening.box,
            happening.count,
            happening.sentence,
        )
