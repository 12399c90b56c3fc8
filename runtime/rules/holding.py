"""How long a condition must hold, and how long it must be over.

All durations are in seen time: a gap does not count. A gap as long as the duration, or
longer, begins it anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from .candidate import HoldState, RuleCandidate
from .moment import Moment

Truth = bool | None
"""Whether something holds; None means that nobody can know it."""

Judge = Callable[[Moment, RuleCandidate], Truth]
Onset = Callable[[Moment, RuleCandidate], float | None]

END_S: Final = 1.0
"""Seconds without its condition that end an event where its rule says nothing."""

_SLACK_S: Final = 1e-6  # sums of floats: thirty steps of 0.1 s are three seconds


class JudgedPart(NamedTuple):
    """A condition that can be asked at each moment.

    Attributes:
        judge: Whether it holds.
        onset: Since when, on the stream's clock; None means since this moment.
        has_holds: Whether it remembers how long something held: it must be judged
            with the moments as they are.
    """

    judge: Judge
    onset: Onset | None = None
    has_holds: bool = False


def hold(part: JudgedPart, place: int, for_s: float, until_s: float) -> JudgedPart:
    """Return a condition that holds after ``for_s`` with, until ``until_s`` without.

    Args:
        part: What must hold.
        place: The position of its state in ``RuleCandidate.holds``.
        for_s: Seconds without a break.
        until_s: Seconds without the condition; 0 ends at the first such frame.
    """
    judge_part = part.judge

    def judge(moment: Moment, who: RuleCandidate) -> Truth:
        state = who.holds[place]
        truth = judge_part(moment, who)
        if truth:
            state.off_since_s = None
            return state.is_on or _begins(state, part, moment, who, for_s)
        if not state.is_on:
            state.since_s = None
            return truth
        clock = moment.clock
        if state.off_since_s is None or clock.gap_s >= until_s > 0:
            state.off_since_s = clock.seen_s
        if clock.seen_s - state.off_since_s >= until_s - _SLACK_S:
            state.is_on = False
            state.since_s = state.off_since_s = None
        return state.is_on

    return JudgedPart(judge, _onset_of(place), has_holds=True)


def hold_until(
    part: JudgedPart, place: int, for_s: float, end: Judge, is_of_object: bool
) -> JudgedPart:
    """Return a condition that holds after ``for_s`` with, until another one is true.

    Args:
        part: What must hold.
        place: The position of its state in ``RuleCandidate.holds``.
        for_s: Seconds without a break.
        end: What ends it; while that is true, nothing begins.
        is_of_object: Whether it is about one object: when that is gone, nothing can
            become true of it, and this ends, too.
    """
    judge_part = part.judge

    def judge(moment: Moment, who: RuleCandidate) -> Truth:
        state = who.holds[place]
        truth = judge_part(moment, who)
        is_ended = end(moment, who) is True or (is_of_object and who.thing is None)
        if state.is_on and not is_ended:
            return True
        if state.is_on or is_ended or not truth:
            state.is_on = False
            state.since_s = None
            return truth and False
        return _begins(state, part, moment, who, for_s)

    return JudgedPart(judge, _onset_of(place), has_holds=True)


def _begins(
    state: HoldState, part: JudgedPart, moment: Moment, who: RuleCandidate, for_s: float
) -> bool:
    clock = moment.clock
    if state.since_s is None or clock.gap_s >= for_s > 0:
        onset = None
        if part.onset is not None:
            onset = part.onset(moment, who)
        # What began before the rule saw it: a zone believes an entry a little later.
        head = 0.0 if onset is None else clock.time_s - onset
        head = min(max(head, 0.0), clock.unbroken_s)
        state.since_s = clock.seen_s - head
        state.onset_s = clock.time_s - head
    state.is_on = clock.seen_s - state.since_s >= for_s - _SLACK_S
    if state.is_on and for_s:
        state.is_on = _is_seen(part, moment, who)
    return state.is_on


def _is_seen(part: JudgedPart, moment: Moment, who: RuleCandidate) -> bool:
    """Return whether a condition holds of what this frame shows.

    A track lives on for a while when its object is gone: who must stay for a time must
    be seen when that is over.
    """
    if who.thing is not None and not who.thing.is_seen:
        return False
    if part.has_holds:
        return True
    return part.judge(moment.of_seen(), who) is True


def _onset_of(place: int) -> Onset:
    def onset(moment: Moment, who: RuleCandidate) -> float | None:
        return who.holds[place].onset_s

    return onset
