"""The numbers of a moment, and whether a comparison of them holds."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Final

from .candidate import RuleCandidate
from .holding import Judge, JudgedPart, Onset, Truth
from .language import (
    Comparison,
    CountOf,
    CrossingsOf,
    DwellOf,
    Lasting,
    PlainNumber,
    ScoreOf,
    Subject,
    Term,
    ValueOf,
)
from .moment import Moment
from .passage_counter import PassageCounter

NumberOf = Callable[[Moment, RuleCandidate], float | None]

_OPERATORS: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def compare(
    comparison: Comparison, counters: list[PassageCounter]
) -> tuple[JudgedPart, tuple[NumberOf, ...]]:
    """Return whether a comparison holds, and its numbers, as functions of a moment.

    Args:
        comparison: The comparison.
        counters: Gets the counters that must be updated with each frame.
    """
    numbers = []
    growing: list[PassageCounter | None] = []
    for term in comparison.terms:
        counter = None
        if isinstance(term, CrossingsOf):
            counter = _counter(term, comparison)
            counters.append(counter)
        growing.append(counter)
        numbers.append(number_of(term, counter))
    judges = [
        _pair(numbers[i], sign, numbers[i + 1], growing[i], growing[i + 1])
        for i, sign in enumerate(comparison.signs)
    ]
    dwelling = [term for term in comparison.terms if isinstance(term, DwellOf)]
    if dwelling:
        judges.append(_is_there(number_of(dwelling[0], None)))
    onset = _entry(dwelling[0].subject) if dwelling else None
    judge = judges[0] if len(judges) == 1 else all_hold(judges)
    return JudgedPart(judge, onset), tuple(numbers)


def all_hold(judges: list[Judge]) -> Judge:
    """Return whether all hold: false beats unknown, unknown beats true.

    Each is asked at each moment, whatever the others say: those that measure how long
    something holds must not miss that it ends.
    """

    def judge(moment: Moment, who: RuleCandidate) -> Truth:
        result: Truth = True
        for each in judges:
            truth = each(moment, who)
            if truth is False:
                result = False
            elif truth is None and result:
                result = None
        return result

    return judge


def any_holds(judges: list[Judge]) -> Judge:
    """Return whether at least one holds: true beats unknown, unknown beats false."""

    def judge(moment: Moment, who: RuleCandidate) -> Truth:
        result: Truth = False
        for each in judges:
            truth = each(moment, who)
            if truth:
                result = True
            elif truth is None and result is False:
                result = None
        return result

    return judge


def number_of(term: Term, counter: PassageCounter | None) -> NumberOf:
    """Return the number of a term as a function of a moment; None means not known."""
    if isinstance(term, (PlainNumber, Lasting)):
        value = term.value
        return lambda moment, who: value
    if isinstance(term, CountOf):
        return _count(term.subject)
    if isinstance(term, ScoreOf):
        return _score(term.subject)
    if isinstance(term, DwellOf):
        return _dwell(term.subject)
    if isinstance(term, ValueOf):
        name = term.name.text
        return lambda moment, who: moment.values.get(name)
    if counter is None:
        raise ValueError("crossings need a counter.")
    return lambda moment, who: counter.count


def texts(subject: Subject) -> frozenset[str]:
    """Return the labels of a subject; empty means all."""
    return frozenset(name.text for name in subject.labels)


def count_of(moment: Moment, labels: frozenset[str], zone: str | None) -> int:
    """Return how many objects of some labels there are, in a zone or anywhere."""
    if zone is not None:
        inside = moment.inside_labels.get(zone, ())
        if not labels:
            return len(inside)
        return sum(label in labels for label in inside)
    if not labels:
        return len(moment.things)
    return sum(thing.label in labels for thing in moment.things)


def zone_of(subject: Subject) -> str | None:
    """Return the name of the zone of a subject; None means anywhere."""
    region = subject.region
    return None if region is None or region.is_frame else region.text


def _count(subject: Subject) -> NumberOf:
    labels, zone = texts(subject), zone_of(subject)
    return lambda moment, who: count_of(moment, labels, zone)


def _score(subject: Subject) -> NumberOf:
    labels, zone = texts(subject), zone_of(subject)

    def score(moment: Moment, who: RuleCandidate) -> float | None:
        inside = None if zone is None else moment.inside.get(zone, {})
        best = 0.0
        for thing in moment.things:
            if (not labels or thing.label in labels) and (
                inside is None or thing.key in inside
            ):
                best = max(best, thing.score)
        if zone is None and moment.class_scores:
            scores = moment.class_scores
            some = (scores.get(label, 0.0) for label in labels or scores)
            best = max(best, *some, 0.0)
        return best

    return score


def _dwell(subject: Subject) -> NumberOf:
    labels, zone = texts(subject), zone_of(subject)

    def dwell(moment: Moment, who: RuleCandidate) -> float | None:
        thing = who.thing
        if thing is None or (labels and thing.label not in labels):
            return None
        since: float | None = thing.since_s
        if zone is not None:
            since = moment.inside.get(zone, {}).get(thing.key)
        # Who is not seen may be gone: a track lives on for a while.
        return None if since is None else max(thing.seen_s - since, 0.0)

    return dwell


def _entry(subject: Subject) -> Onset:
    dwell = _dwell(subject)

    def onset(moment: Moment, who: RuleCandidate) -> float | None:
        lasted, thing = dwell(moment, who), who.thing
        return None if lasted is None or thing is None else thing.seen_s - lasted

    return onset


def _is_there(number: NumberOf) -> Judge:
    """Return false, and not unknown, for an object that is not in the zone."""
    return lambda moment, who: number(moment, who) is not None


def _counter(term: CrossingsOf, comparison: Comparison) -> PassageCounter:
    what = term.passage
    return PassageCounter(
        [name.text for name in what.labels],
        what.region.text,
        what.direction,
        comparison.window_s,
        comparison.period,
    )


def _pair(
    left: NumberOf,
    sign: str,
    right: NumberOf,
    left_counter: PassageCounter | None,
    right_counter: PassageCounter | None,
) -> Judge:
    holds = _OPERATORS[sign]

    def judge(moment: Moment, who: RuleCandidate) -> Truth:
        first, second = left(moment, who), right(moment, who)
        if first is None or second is None:
            return None
        return holds(first, second)

    if left_counter is not None and right_counter is None:
        return _growing(judge, sign, left, right, left_counter)
    if right_counter is not None and left_counter is None:
        return _growing(judge, _TURNED[sign], right, left, right_counter)
    if left_counter is not None and right_counter is not None:
        both = (left_counter, right_counter)
        return lambda moment, who: (
            judge(moment, who) if all(c.is_complete for c in both) else None
        )
    return judge


def _growing(
    judge: Judge, sign: str, count: NumberOf, other: NumberOf, counter: PassageCounter
) -> Judge:
    """Return a comparison whose count may be higher than what was seen of it.

    More than something is certain as soon as it is seen; fewer is not, before all of
    the window was seen.
    """

    def certain(moment: Moment, who: RuleCandidate) -> Truth:
        truth = judge(moment, who)
        if counter.is_complete or truth is None:
            return truth
        number, limit = count(moment, who), other(moment, who)
        if number is None or limit is None:
            return None
        if sign in (">", ">="):
            return truth or None
        if sign in ("<", "<="):
            return truth and None
        return truth if number > limit else None

    return certain
