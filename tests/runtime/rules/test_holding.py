"""How long something holds, against a list of all moments."""

from __future__ import annotations

import pytest
from edgevision.runtime.rules.candidate import RuleCandidate
from edgevision.runtime.rules.holding import JudgedPart, hold, hold_until
from edgevision.runtime.rules.moment import Moment
from edgevision.runtime.rules.stream_clock import StreamClock
from hypothesis import given
from hypothesis import strategies as st

frames = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.1, 0.5, 1.0, 3.0]),  # step
        st.booleans(),  # the camera was lost before this frame
        st.sampled_from([True, True, False, None]),
    ),
    max_size=40,
)
durations = st.sampled_from([0.0, 0.3, 1.0, 2.5])


def _expected(script, for_s: float, until_s: float) -> list[bool]:
    """Return what holds: each frame looks back at a list of all frames before."""
    signs: list[bool] = []
    seen: list[float] = []
    gaps: list[float] = []
    now = 0.0
    for i, (step, is_lost, _) in enumerate(script):
        is_gap = is_lost and i > 0 and step > 0
        now += step if i and not is_gap else 0.0
        seen.append(now)
        gaps.append(step if is_gap else 0.0)
    is_on = False
    changed = -1  # the frame in which it last went on or off
    for i in range(len(script)):
        wanted = not is_on
        duration = until_s if is_on else for_s
        first = i
        while (
            first > changed + (1 if is_on else 0)
            and first > 0
            and (script[first - 1][2] is True) == wanted
            and not gaps[first] >= duration > 0
            and first - 1 > changed
        ):
            first -= 1
        if (script[i][2] is True) == wanted and (
            seen[i] - seen[first] >= duration - 1e-6
        ):
            is_on, changed = wanted, i
        signs.append(is_on)
    return signs


@given(frames, durations, durations)
def test_it_begins_and_ends_after_seconds_of_seen_time(script, for_s, until_s):
    clock, who, now, lost = StreamClock(), RuleCandidate(1), 0.0, 0.0
    truth = None
    part = hold(JudgedPart(lambda moment, who: truth), 0, for_s, until_s)
    results = []
    for step, is_lost, truth in script:  # noqa: B007 - the part reads it
        now += step
        lost += step * is_lost
        clock.advance(now, lost)
        results.append(bool(part.judge(Moment(clock), who)))
    assert results == _expected(script, for_s, until_s)


def test_absence_begins_anew_after_a_gap_as_long_as_itself():
    clock, who, holds = StreamClock(), RuleCandidate(1), True
    part = hold(JudgedPart(lambda moment, who: holds), 0, 0.0, 1.0)
    script = [(0.0, 0.0), (0.5, 0.0), (1.0, 0.0), (2.5, 1.5), (3.0, 1.5), (3.5, 1.5)]
    results = []
    for time_s, lost_s in script:
        holds = time_s == 0
        clock.advance(time_s, lost_s)
        results.append(part.judge(Moment(clock), who))
    assert results == [True, True, True, True, True, False]


def test_what_is_not_known_begins_nothing_and_is_not_false():
    clock, who = StreamClock(), RuleCandidate(1)
    part = hold(JudgedPart(lambda moment, who: None), 0, 1.0, 0.0)
    clock.advance(0.0)
    assert part.judge(Moment(clock), who) is None


@pytest.mark.parametrize(("step", "frames"), [(0.1, 51), (1 / 3, 16), (0.2, 26)])
def test_sums_of_steps_that_no_float_holds_are_whole_seconds(step, frames):
    clock, who = StreamClock(), RuleCandidate(1)
    part = hold(JudgedPart(lambda moment, who: True), 0, 5.0, 0.0)
    results = []
    for i in range(frames):
        clock.advance(0.1 + i * step)
        results.append(part.judge(Moment(clock), who))
    assert clock.seen_s < 5  # the float below it
    assert results == [False] * (frames - 1) + [True]


def test_something_else_may_end_it():
    clock, who = StreamClock(), RuleCandidate(1)
    state = {"start": False, "end": False}
    part = hold_until(
        JudgedPart(lambda moment, who: state["start"]),
        0,
        0.0,
        lambda moment, who: state["end"],
        False,
    )
    results = ""
    for i, (start, end) in enumerate(["..", "s.", "..", "s.", "se", "s.", ".e", ".."]):
        state = {"start": start == "s", "end": end == "e"}
        clock.advance(float(i))
        results += "#" if part.judge(Moment(clock), who) else "."
    assert results == ".###.#.."
