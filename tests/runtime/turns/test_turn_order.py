"""The order of turns, by a clock that the test moves."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field

import pytest
from edgevision.runtime.turns.turn_order import TurnOrder
from hypothesis import given, settings
from hypothesis import strategies as st


@dataclass
class Camera:
    """What a simulated camera does.

    Attributes:
        frames: When its frames are captured.
        prepare_s: How long one is prepared.
        pause_s: At least so long from one taken frame to the next (``max_fps``).
        still: Numbers of frames that need no model.
        dies_at: From this frame on it ends its turn before the model, or in it where
            the number is odd, and does not come back.
    """

    frames: list[float]
    prepare_s: float = 0.0
    pause_s: float = 0.0
    still: frozenset[int] = frozenset()
    dies_at: int = 10**9
    joined_s: float = 0.0
    taken: int = -1  # the newest frame that was taken
    due_s: float = 0.0
    waits: list[float] = field(default_factory=list)
    ages: list[float] = field(default_factory=list)

    def ready_at(self) -> float | None:
        """Return from when it has a frame that it may take; None: never again."""
        following = self.taken + 1
        if following >= len(self.frames) or self.taken >= self.dies_at:
            return None
        return max(self.frames[following], self.due_s)


def simulate(cameras: list[Camera], model_s) -> None:
    """Let cameras take turns at a model; the i-th of all takes ``model_s(i)``."""
    order: TurnOrder[int] = TurnOrder()
    # Time, a number that keeps the order, what happens, to whom.
    events: list[tuple[float, int, str, int]] = []
    count = 0
    prepared: int | None = None
    invokes = 0

    def at(when, what, who):
        nonlocal count
        count += 1
        heapq.heappush(events, (when, count, what, who))

    def wait_for_frame(who):
        when = cameras[who].ready_at()
        if when is not None:
            at(max(when, now), "ready", who)

    def go_on():
        """Let whoever may go on do so, as the threads would that are woken."""
        nonlocal prepared, invokes
        if prepared is not None and order.invokes(prepared):
            camera = cameras[prepared]
            order.invoke(prepared, now)
            camera.waits.append(now - camera.joined_s)
            camera.ages.append(now - camera.frames[camera.taken])
            dies = camera.taken >= camera.dies_at
            at(now + model_s(invokes) * (0.3 if dies else 1.0), "end", prepared)
            prepared, invokes = None, invokes + 1
        front = order.front
        when = None if front is None else order.takes_at(front)
        if front is None or when is None:
            return
        if when > now:
            at(when, "look", front)
            return
        camera = cameras[front]
        order.take(front, now)
        camera.taken = max(i for i, s in enumerate(camera.frames) if s <= now)
        camera.due_s = now + camera.pause_s
        at(now + camera.prepare_s, "prepared", front)

    now = 0.0
    for who in range(len(cameras)):
        wait_for_frame(who)
    while events:
        now, _, what, who = heapq.heappop(events)
        if what == "ready":
            cameras[who].joined_s = now
            order.join(who)
        elif what == "prepared":
            camera = cameras[who]
            dies = camera.taken >= camera.dies_at and camera.dies_at % 2 == 0
            if camera.taken in camera.still or dies:
                order.end(who, now)
                wait_for_frame(who)
            else:
                order.prepared(who, now)
                prepared = who
        elif what == "end":
            order.end(who, now)
            wait_for_frame(who)
        go_on()
    assert (order.front, order.preparing, order.invoking) == (None, None, None)


def steady(fps: float, count: int = 200, *, phase: float = 0.0) -> list[float]:
    return [(phase + i) / fps for i in range(count)]


def test_who_has_waited_longest_comes_first_and_once():
    order: TurnOrder[str] = TurnOrder()
    for name in "abc":
        order.join(name)
    seen = []
    for now in range(6):
        name = order.front
        assert order.takes_at(name) is not None
        order.take(name, now)
        assert order.invokes(name)
        order.invoke(name, now)
        order.join(name)  # it has its next frame at once
        seen.append(name)
        order.end(name, now)
    assert seen == list("abcabc")


def test_nobody_takes_a_frame_while_another_one_is_prepared():
    order: TurnOrder[str] = TurnOrder()
    order.join("a")
    order.join("b")
    assert order.takes_at("b") is None
    order.take("a", 0.0)
    assert order.takes_at("b") is None
    assert not order.invokes("b")
    order.end("a", 0.1)  # a still picture
    assert order.takes_at("b") == 0.0


def test_a_frame_is_taken_just_before_the_model_is_free():
    order: TurnOrder[str] = TurnOrder()
    for number in range(3):  # b prepares for 4 ms; the model takes 20 for a, 5 for b
        for name, prepare_s, model_s in (("b", 0.004, 0.005), ("a", 0.0, 0.02)):
            order.join(name)
            order.take(name, number)
            order.prepared(name, number + prepare_s)
            order.invoke(name, number + prepare_s)
            order.end(name, number + prepare_s + model_s)
    order.join("a")
    order.join("b")
    order.take("a", 10.0)
    order.invoke("a", 10.0)
    assert order.takes_at("b") == pytest.approx(10.020 - 0.004 - 0.001)
    order.end("a", 10.001)  # sooner than ever: nobody waits for what was expected
    assert order.takes_at("b") == 0.0


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([0.02, 0.02, 0.001, 0.021, 0.03], 0.02),
        ([0.02, 0.021, 0.02, 0.0205], 0.02),
        ([0.02, 0.2, 0.02, 0.2], 0.18),
    ],
)
def test_short_turns_among_long_ones_make_no_frame_old(times, expected):
    order: TurnOrder[str] = TurnOrder()
    for number, model_s in enumerate(times):
        order.join("a")
        order.take("a", number)
        order.invoke("a", number)
        order.end("a", number + model_s)
    order.join("a")
    order.join("b")
    order.take("a", 10.0)
    order.invoke("a", 10.0)
    assert order.takes_at("b") == pytest.approx(10 + expected - 0.001, abs=6e-4)


def test_as_long_as_nobody_knows_how_long_the_model_takes_it_is_waited_for():
    order: TurnOrder[str] = TurnOrder()
    order.join("a")
    order.join("b")
    order.take("a", 0.0)
    order.invoke("a", 0.0)
    assert order.takes_at("b") is None
    order.end("a", 3.0)
    assert order.takes_at("b") == 0.0
    order.forget("a")
    order.take("b", 3.0)
    order.end("b", 3.0)
    order.join("a")
    order.join("b")
    order.take("a", 4.0)
    order.invoke("a", 4.0)
    assert order.takes_at("b") is None  # another camera of that name


def test_who_leaves_is_passed_over_and_ending_without_a_turn_is_nothing():
    order: TurnOrder[str] = TurnOrder()
    for name in "abc":
        order.join(name)
    order.leave("a")
    order.end("b", 0.0)
    assert order.front == "b"
    order.leave("b")
    order.leave("b")
    order.forget("b")
    assert order.front == "c"


def test_cameras_that_want_more_than_there_is_share_it_and_slow_ones_get_all():
    cameras = [
        Camera(steady(30, 600)),
        Camera(steady(30, 600, phase=0.5)),
        Camera(steady(2, 40, phase=0.3)),
    ]
    simulate(cameras, lambda _: 0.05)  # 20 per second for 20 seconds
    first, second, slow = (len(camera.waits) for camera in cameras)
    assert slow == 40
    assert abs(first - second) <= 1
    assert first + second + slow >= 400


def test_a_still_camera_leaves_its_turns_to_the_others():
    still = Camera(steady(30, 600), 0.001, still=frozenset(range(600)))
    moving = [Camera(steady(30, 600, phase=k / 3)) for k in range(2)]
    simulate([still, *moving], lambda _: 0.05)
    assert not still.waits
    assert sum(len(camera.waits) for camera in moving) >= 395


def test_preparing_beside_the_model_costs_hardly_any_age_and_no_turn():
    four = [Camera(steady(15, 300, phase=k / 5), 0.008) for k in range(4)]
    simulate(four, lambda _: 0.02)
    assert sum(len(camera.waits) for camera in four) >= 0.99 * 20 / 0.02
    ages = sorted(age for camera in four for age in camera.ages)
    # A period, and what one is prepared ahead.
    assert ages[int(0.95 * len(ages))] < 1 / 15 + 0.008 + 0.002


@st.composite
def made_camera(draw) -> Camera:
    """Return a camera of any rate that may stall, move, and keep to a lower rate."""
    fps = draw(st.floats(0.5, 60))
    frames = []
    now = draw(st.floats(0, 1))
    for _ in range(draw(st.integers(1, 40))):
        frames.append(now)
        now += 1 / fps + draw(st.sampled_from([0.0, 0.0, 0.0, 0.0, 0.3, 5.0]))
    return Camera(
        frames,
        prepare_s=draw(st.floats(0, 0.03)),
        pause_s=draw(st.sampled_from([0.0, 0.0, 0.1, 1.0])),
        still=draw(st.frozensets(st.integers(0, 39))),
        dies_at=draw(st.sampled_from([10**9, 10**9, 3, 8])),
    )


@settings(max_examples=100, deadline=None)
@given(
    st.lists(made_camera(), min_size=1, max_size=6),
    st.lists(st.floats(0.001, 0.1), min_size=1, max_size=5),
)
def test_nobody_waits_for_more_than_one_turn_of_each(cameras, times):
    simulate(cameras, lambda number: times[number % len(times)])
    turn_s = max(times) + max(camera.prepare_s for camera in cameras)
    for camera in cameras:
        # From the moment that it has a frame which it may take.
        assert max(camera.waits, default=0.0) <= len(cameras) * turn_s + 1e-9
        # Each frame was looked at, or a newer one was there before its turn came.
        last = len(camera.frames) - 1
        assert camera.taken == last or camera.taken >= camera.dies_at


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 6),
    st.floats(5, 60),
    st.floats(0.001, 0.1),
    st.floats(0, 0.02),
    st.integers(0, 5),
)
def test_a_stalled_camera_costs_the_others_nothing(
    count, fps, model_s, prepare_s, stalls
):
    def made(phase, frames):
        return Camera(steady(fps, frames, phase=phase), prepare_s)

    alone = [made(k / count, 60) for k in range(count)]
    beside = [made(k / count, 60) for k in range(count)]
    simulate(alone, lambda _: model_s)
    simulate([*beside, *(Camera([]) for _ in range(stalls))], lambda _: model_s)
    assert [c.waits for c in alone] == [c.waits for c in beside]
    turn_s = model_s + prepare_s
    for camera in beside:
        assert max(camera.ages) <= max(count * turn_s, 0) + 1 / fps + 1e-9
        assert not math.isnan(camera.ages[0])
