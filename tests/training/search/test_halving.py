"""Who is kept, who gets how much time, and what an interruption leaves."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from edgevision.training.search.halving import Interrupted, Standing, contest, rounds_of
from hypothesis import given
from hypothesis import strategies as st


class Track:
    """Runners whose score after so many seconds is known; the clock is theirs."""

    def __init__(self, curves, stop_after=None, overhead=0.0):
        self.curves = curves
        self.now = 0.0
        self.calls = []
        self.stop_after = stop_after
        self.overhead = overhead

    def clock(self):
        return self.now

    def train(self, name, until, before):
        if self.stop_after is not None and len(self.calls) == self.stop_after:
            raise KeyboardInterrupt
        self.now += self.overhead
        given_time = max(1e-6, until - self.now)
        seconds = given_time + (before.seconds if before else 0.0)
        self.now += given_time
        self.calls.append((name, before))
        score = self.curves[name](seconds)
        return Standing(score, seconds, before.rounds + 1 if before else 1)

    def run(self, deadline, **more):
        return contest(
            list(self.curves), self.train, deadline=deadline, clock=self.clock, **more
        )


def constant(value):
    return lambda seconds: value


def test_the_best_of_eight_stays_and_time_is_shared_round_by_round():
    track = Track({str(i): constant(i) for i in (3, 7, 1, 0, 6, 2, 5, 4)})
    went = track.run(80.0)
    assert went.best() == "7"
    assert [name for name, _ in track.calls] == [
        *"37106254",
        *"7654",
        *"76",
        "7",
    ]
    seconds = {name: s.seconds for name, s in went.standings.items()}
    assert seconds["0"] == pytest.approx(20 / 8)
    assert seconds["4"] == pytest.approx(20 / 8 + 20 / 4)
    assert seconds["6"] == pytest.approx(20 / 8 + 20 / 4 + 20 / 2)
    assert seconds["7"] == pytest.approx(20 / 8 + 20 / 4 + 20 / 2 + 20)
    assert track.now == pytest.approx(80.0)


def test_contenders_that_stay_go_on_from_their_state():
    track = Track({"a": constant(1), "b": constant(2)})
    went = track.run(10.0)
    (_, first), (_, second), (name, again) = track.calls
    assert (first, second) == (None, None)
    assert name == "b"
    assert again.seconds == pytest.approx(2.5)
    assert went.standings["b"].rounds == 2


def test_a_slow_starter_within_the_better_half_still_wins():
    curves = {
        "quick": lambda s: min(s, 5.0),
        "slow": lambda s: s / 2 if s < 10 else s,
        "none": constant(0),
        "less": constant(0.1),
    }
    assert Track(curves).run(60.0).best() == "slow"


def test_of_equal_scores_the_earlier_one_stays():
    assert Track({name: constant(1) for name in "abcd"}).run(9.0).best() == "a"


def test_one_contender_has_all_the_time():
    track = Track({"a": constant(1)})
    assert track.run(12.0).standings["a"].seconds == pytest.approx(12.0)
    assert len(track.calls) == 1


def test_a_failed_contender_is_out_and_the_others_go_on():
    track = Track({name: constant(0) for name in "abcd"})

    def train(name, until, before):
        if name in "ab":
            return Standing(-math.inf, over=True, fault="ran away")
        return track.train(name, until, before)

    went = contest("abcd", train, deadline=10.0, clock=track.clock)
    assert went.best() == "c"
    assert went.standings["a"].fault == "ran away"


def test_when_all_contenders_fail_none_is_best():
    went = contest(
        "ab",
        lambda name, until, before: Standing(-math.inf, over=True, fault="no"),
        deadline=1.0,
        clock=lambda: 0.0,
    )
    assert went.best() is None
    assert not went.stopped


def test_a_finished_contender_is_not_trained_again_but_may_win():
    track = Track({"a": constant(1), "b": constant(0)})

    def train(name, until, before):
        assert before is None
        return Standing({"a": 1.0, "b": 0.0}[name], 1.0, 1, over=True)

    told = []
    went = contest("ab", train, deadline=8.0, clock=track.clock, on_note=told.append)
    assert went.best() == "a"
    assert told == ["round 1 of 2: 2 networks, 2 s each"]


def test_an_interruption_keeps_the_best_so_far():
    curves = {name: constant(i) for i, name in enumerate("abcd")}
    went = Track(curves, stop_after=2).run(60.0)
    assert went.stopped
    assert went.best() == "b"
    assert set(went.standings) == {"a", "b"}


def test_an_interruption_in_training_keeps_what_it_learned():
    def train(name, until, before):
        raise Interrupted(Standing(0.5, 1.0, 1))

    went = contest("ab", train, deadline=1.0, clock=lambda: 0.0)
    assert went.stopped
    assert went.best() == "a"


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12), st.integers(0, 40))
def test_a_contest_that_was_killed_goes_on_and_repeats_nothing(scores, after):
    curves = {str(i): constant(score) for i, score in enumerate(scores)}
    whole = Track(curves)
    won = whole.run(1000.0).best()
    kept = []
    killed = Track(curves)

    def train(name, until, before):
        if len(killed.calls) == after:
            raise RuntimeError("killed")
        return killed.train(name, until, before)

    with suppress(RuntimeError):
        contest(
            list(curves), train, deadline=1000.0, clock=killed.clock, keep=kept.append
        )
    again = Track(curves)
    again.now = killed.now
    went = again.run(1000.0, before=kept[-1])
    assert went.best() == won
    names = [name for track in (killed, again) for name, _ in track.calls]
    assert names == [name for name, _ in whole.calls]
    assert again.now == pytest.approx(1000.0, abs=1e-3) or not again.calls


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=20),
    st.floats(0.0, 0.5),
)
def test_the_time_is_kept_and_the_best_constant_score_wins(scores, overhead):
    track = Track(
        {str(i): constant(score) for i, score in enumerate(scores)}, overhead=overhead
    )
    went = track.run(1000.0)
    assert went.best() == str(scores.index(max(scores)))
    assert track.now == pytest.approx(1000.0, abs=1e-3)
    assert max(s.rounds for s in went.standings.values()) == rounds_of(len(scores))
