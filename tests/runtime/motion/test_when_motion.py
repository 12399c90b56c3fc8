"""A model that looks when something moved: which pictures it sees, and what is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.motion import WhenMotion
from edgevision.runtime.results import Result, Values
from edgevision.runtime.timing import LatencyTable, Timing


class Counting:
    """A model that answers with the number of pictures that it looked at."""

    def __init__(self) -> None:
        self.looked: list[int] = []
        self.fails = False

    def run(self, frame: Frame) -> tuple[Result, Timing]:
        """Look at a picture."""
        if self.fails:
            raise ValueError("broken")
        self.looked.append(frame.index)
        result = Values(values=np.float32([len(self.looked)]), names=("looked",))
        return result, Timing(prepare_ms=1.0, invoke_ms=10.0, decode_ms=2.0)


def frame(index: int, level: int = 90, second: float | None = None) -> Frame:
    """Return a plain picture, ten a second unless it is said otherwise."""
    at = index / 10 if second is None else second
    picture = np.full((48, 64, 3), level, np.uint8)
    return Frame(picture, 10**9 + int(at * 1e9), index)


def test_the_answer_is_used_again_until_the_picture_changes() -> None:
    model = Counting()
    runner = WhenMotion(model)
    levels = [90] * 5 + [200] * 3 + [90] * 2
    answers = [runner.run(frame(i, level)) for i, level in enumerate(levels)]
    assert model.looked == [0, 5, 8]
    ages = [round(timing.answer_age_ms) for _, timing in answers]
    assert ages == [0, 100, 200, 300, 400, 0, 100, 200, 0, 100]
    assert answers[3][0] is answers[0][0]
    assert answers[5][1].invoke_ms == 10.0
    assert answers[4][1].model_ms == 0.0
    assert all(timing.motion_ms > 0 for _, timing in answers)


def test_an_old_answer_is_not_used_again() -> None:
    model = Counting()
    runner = WhenMotion(model, max_answer_age=0.25)
    for index in range(10):
        runner.run(frame(index))
    assert model.looked == [0, 3, 6, 9]


def test_a_file_that_is_read_fast_has_its_own_time() -> None:
    model = Counting()
    runner = WhenMotion(model, max_answer_age=1.0)
    for index in range(30):
        one = frame(index, second=index / 1000)
        runner.run(replace(one, position_s=index / 10))
    assert model.looked == [0, 10, 20]


def test_a_clock_that_goes_back_is_looked_at() -> None:
    model = Counting()
    runner = WhenMotion(model)
    runner.run(frame(0, second=50.0))
    runner.run(frame(1, second=10.0))
    assert model.looked == [0, 1]


def test_after_a_failure_the_next_picture_is_looked_at() -> None:
    model = Counting()
    runner = WhenMotion(model)
    runner.run(frame(0))
    model.fails = True
    with pytest.raises(ValueError, match="broken"):
        runner.run(frame(1, 200))
    model.fails = False
    runner.run(frame(2, 200))
    assert model.looked == [0, 2]


@pytest.mark.parametrize("age", [0.0, -1.0, float("nan")])
def test_an_age_must_be_above_zero(age: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        WhenMotion(Counting(), max_answer_age=age)


def test_records_and_table_say_what_was_used_again() -> None:
    runner, table = WhenMotion(Counting()), LatencyTable()
    for index in range(120):
        one = frame(index, second=index / 100)
        result, timing = runner.run(one)
        table.add(timing)
    record = Event(one, result, timing).to_dict()["timing"]
    assert record["answer_age_ms"] == 1190.0
    assert record["invoke_ms"] == 0.0
    assert table.to_dict()["reused"] == 119
    # The model's rows hold what it was asked for, and no zeros of other pictures.
    assert table.rows["invoke"].count == 1
    assert table.rows["motion"].count == table.rows["age"].count == 120
    lines = list(table.lines())
    (invoke,) = (line for line in lines if line.startswith("  invoke"))
    assert invoke.split() == ["invoke", "10.00", "10.00", "10.00", "-", "10.00"]
    assert lines[-1].startswith("motion: ")


def test_no_object_is_missed_for_longer_than_one_look() -> None:
    """A box of 2 % that moves, stops, goes and comes back, with a camera's noise.

    The model here is an oracle: it answers where the box is. What is reported differs
    from the truth by at most a few pixels, and never in whether there is a box.
    """

    class Oracle:
        def run(self, frame: Frame) -> tuple[Result, Timing]:
            place = -1.0 if frame.details is None else frame.details["x"]
            return Values(values=np.float32([place]), names=("x",)), Timing()

    rng = np.random.default_rng(5)
    noises = [rng.normal(0, 3, (480, 640, 3)).astype(np.float32) for _ in range(6)]
    runner = WhenMotion(Oracle())
    side, reused = 78, 0
    for index in range(300):
        picture = np.full((480, 640, 3), 110, np.int16)
        x = None if index % 60 >= 45 else 2 * min(index % 60, 30) + 100
        if x is not None:
            picture[200 : 200 + side, x : x + side] = 160
        image = (picture + noises[index % 6]).round().clip(0, 255).astype(np.uint8)
        details = None if x is None else {"x": float(x)}
        at = 10**9 + index * 33_000_000
        result, timing = runner.run(Frame(image, at, index, details=details))
        assert isinstance(result, Values)
        told = float(result.values[0])
        reused += timing.is_reused
        assert (told < 0) == (x is None)
        assert x is None or abs(told - x) <= 4
    assert reused > 120


def test_the_same_frame_again_is_looked_at_and_counts() -> None:
    model = Counting()
    runner = WhenMotion(model)
    for _ in range(2):
        _, timing = runner.run(frame(0))
        assert timing.invoke_ms == 10.0
    assert model.looked == [0, 0]
