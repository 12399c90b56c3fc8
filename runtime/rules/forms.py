"""Whether each form of a rule holds at a moment, but for comparisons."""

from __future__ import annotations

from typing import Final

from .candidate import RuleCandidate
from .holding import Judge, JudgedPart, Truth
from .language import (
    CameraIs,
    Crosses,
    Free,
    IsIn,
    RuleCondition,
    Seen,
    TimeIn,
    WeekdayIn,
)
from .moment import Moment
from .numbers import count_of, texts, zone_of

_DAY: Final = 24 * 60
_NOBODY: Final[dict[int, float]] = {}


def form_of(condition: RuleCondition) -> JudgedPart:
    """Return whether a form holds, as a function of a moment and a candidate.

    Args:
        condition: Any form that is made of no other conditions and is no comparison.
    """
    if isinstance(condition, IsIn):
        return _is_in(condition)
    if isinstance(condition, Crosses):
        return _crosses(condition)
    if isinstance(condition, Seen):
        return JudgedPart(_seen(condition))
    if isinstance(condition, Free):
        zone = condition.region.text
        return JudgedPart(lambda moment, who: not moment.inside_labels.get(zone))
    if isinstance(condition, CameraIs):
        state = condition.state.text
        return JudgedPart(lambda moment, who: state in moment.camera_states)
    if isinstance(condition, TimeIn):
        return JudgedPart(_time_in(condition))
    if isinstance(condition, WeekdayIn):
        return JudgedPart(_weekday_in(condition))
    raise TypeError(f"no form of a rule: {condition!r}")


def _is_in(condition: IsIn) -> JudgedPart:
    labels, zone = texts(condition.subject), zone_of(condition.subject)

    def onset(moment: Moment, who: RuleCandidate) -> float | None:
        thing = who.thing
        if thing is None:
            return None
        if zone is None:
            return thing.since_s
        return moment.inside.get(zone, _NOBODY).get(thing.key)

    if zone is None:
        return JudgedPart(
            lambda moment, who: (
                who.thing is not None and (not labels or who.thing.label in labels)
            ),
            onset,
        )

    def judge(moment: Moment, who: RuleCandidate) -> Truth:
        thing = who.thing
        return (
            thing is not None
            and thing.key in moment.inside.get(zone, _NOBODY)
            and (not labels or thing.label in labels)
        )

    return JudgedPart(judge, onset)


def _crosses(condition: Crosses) -> JudgedPart:
    what = condition.passage
    labels = frozenset(name.text for name in what.labels)
    region, direction = what.region.text, what.direction

    def onset(moment: Moment, who: RuleCandidate) -> float | None:
        for crossing in moment.crossings:
            if (
                who.thing is not None
                and crossing.region == region
                and direction in ("", crossing.direction)
                and moment.keys.get(crossing.track_id, crossing.track_id)
                == who.thing.key
                and (not labels or crossing.label in labels)
            ):
                return crossing.time_s
        return None

    return JudgedPart(
        lambda moment, who: bool(moment.crossings) and onset(moment, who) is not None,
        onset,
    )


def _seen(condition: Seen) -> Judge:
    labels, zone = texts(condition.subject), zone_of(condition.subject)

    def judge(moment: Moment, who: RuleCandidate) -> Truth:
        if count_of(moment, labels, zone):
            return True
        seen = moment.seen_labels
        return zone is None and bool(seen & labels if labels else seen)

    return judge


def _time_in(condition: TimeIn) -> Judge:
    def judge(moment: Moment, who: RuleCandidate) -> Truth:
        now = moment.local.hour * 60 + moment.local.minute
        return any(
            (now - start) % _DAY < (end - start) % _DAY
            for start, end in condition.spans
        )

    return judge


def _weekday_in(condition: WeekdayIn) -> Judge:
    def judge(moment: Moment, who: RuleCandidate) -> Truth:
        today = moment.local.weekday()
        return any(
            (today - first) % 7 <= (last - first) % 7 for first, last in condition.spans
        )

    return judge
