"""From the tree of a condition to functions that say what holds at a moment."""

from __future__ import annotations

from dataclasses import dataclass

from .candidate import RuleCandidate
from .forms import form_of
from .holding import END_S, Judge, JudgedPart, Onset, Truth, hold, hold_until
from .language import (
    And,
    Comparison,
    Hold,
    Not,
    Or,
    RuleCondition,
    is_about_object,
)
from .moment import Moment
from .numbers import (
    NumberOf,
    all_hold,
    any_holds,
    compare,
)
from .passage_counter import PassageCounter


@dataclass(frozen=True)
class Leaf:
    """One form of a rule that is made of no other conditions.

    Attributes:
        condition: The form.
        judge: Whether it holds.
        numbers: Its numbers, for a comparison.
        is_of_object: Whether it is about one object.
    """

    condition: RuleCondition
    judge: Judge
    numbers: tuple[NumberOf, ...] = ()
    is_of_object: bool = False


class Shared:
    """A condition that is about no object: it is judged once for all candidates.

    Attributes:
        truth: Whether it holds at this moment.
        since_s: Since when, on the stream's clock.
    """

    def __init__(self, part: JudgedPart, who: RuleCandidate) -> None:
        self.truth: Truth = None
        self.since_s: float | None = None
        self._part = part
        self._who = who

    def update(self, moment: Moment) -> None:
        """Judge it at one moment."""
        truth = self._part.judge(moment, self._who)
        if truth and not self.truth:
            onset = self._part.onset
            known = onset(moment, self._who) if onset is not None else None
            self.since_s = moment.clock.time_s if known is None else known
        self.truth = truth


class Judgement:
    """A rule's condition as functions of a moment and a candidate.

    Args:
        condition: The whole condition.

    Attributes:
        part: Whether it holds, as an event has it: with a time after which it is over.
        leaves: Its forms, from left to right.
        holds: How many states a candidate has.
        is_of_object: Whether it is about one object.
    """

    def __init__(self, condition: RuleCondition) -> None:
        self.leaves: list[Leaf] = []
        self.holds = 0
        self.is_of_object = is_about_object(condition)
        self._counters: list[PassageCounter] = []
        self._shared: list[Shared] = []
        self._pictures: list[RuleCandidate] = []
        if not isinstance(condition, Hold):
            condition = Hold(condition, 0.0, END_S)
        elif condition.until is None and condition.until_s is None:
            condition = Hold(condition.part, condition.for_s, END_S)
        self.part = self._part(condition)

    def update(self, moment: Moment) -> None:
        """Take what is about no object, before the candidates are judged."""
        for counter in self._counters:
            counter.update(moment)
        for shared in self._shared:
            shared.update(moment)

    def _part(self, condition: RuleCondition) -> JudgedPart:
        if self.is_of_object and not is_about_object(condition):
            return self._shared_part(condition)
        if isinstance(condition, Hold):
            return self._hold(condition)
        if isinstance(condition, Not):
            part = self._part(condition.part)
            return JudgedPart(_not(part.judge), has_holds=part.has_holds)
        if isinstance(condition, (And, Or)):
            return self._joined(condition)
        return self._leaf(condition)

    def _joined(self, condition: And | Or) -> JudgedPart:
        parts = [self._part(part) for part in condition.joined]
        judges = [part.judge for part in parts]
        has_holds = any(part.has_holds for part in parts)
        if isinstance(condition, And):
            return JudgedPart(all_hold(judges), _latest(parts), has_holds)
        return JudgedPart(any_holds(judges), _earliest(parts), has_holds)

    def _shared_part(self, condition: RuleCondition) -> JudgedPart:
        """Return a condition about no object in a rule about objects."""
        place, self.holds = self.holds, 0
        self.is_of_object = False
        part = self._part(condition)
        shared = Shared(part, RuleCandidate(self.holds))
        self.is_of_object, self.holds = True, place
        self._shared.append(shared)
        return JudgedPart(
            lambda moment, who: shared.truth, lambda moment, who: shared.since_s
        )

    def _hold(self, condition: Hold) -> JudgedPart:
        part = self._part(condition.part)
        if condition.until is None:
            until_s = condition.until_s or 0.0
            return hold(part, self._next_hold(), condition.for_s, until_s)
        end = self._part(condition.until).judge
        place = self._next_hold()
        return hold_until(part, place, condition.for_s, end, self.is_of_object)

    def _next_hold(self) -> int:
        self.holds += 1
        return self.holds - 1

    def _leaf(self, condition: RuleCondition) -> JudgedPart:
        numbers: tuple[NumberOf, ...] = ()
        if isinstance(condition, Comparison):
            part, numbers = compare(condition, self._counters)
        else:
            part = form_of(condition)
        is_of_object = is_about_object(condition)
        self.leaves.append(Leaf(condition, part.judge, numbers, is_of_object))
        return part


def _not(judge: Judge) -> Judge:
    def judge_not(moment: Moment, who: RuleCandidate) -> Truth:
        truth = judge(moment, who)
        return None if truth is None else not truth

    return judge_not


def _latest(parts: list[JudgedPart]) -> Onset:
    """Return when the last of some conditions began that all hold."""

    def onset(moment: Moment, who: RuleCandidate) -> float | None:
        known = [part.onset(moment, who) for part in parts if part.onset is not None]
        return max((one for one in known if one is not None), default=None)

    return onset


def _earliest(parts: list[JudgedPart]) -> Onset:
    """Return when the first of those conditions began that hold now."""

    def onset(moment: Moment, who: RuleCandidate) -> float | None:
        known = [
            part.onset(moment, who)
            for part in parts
            if part.onset is not None and part.judge(moment, who)
        ]
        return min((one for one in known if one is not None), default=None)

    return onset
