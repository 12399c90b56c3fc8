"""Identities: kept over gaps, the same at every rate, never used twice."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.tracking import Tracker
from hypothesis import given, settings
from hypothesis import strategies as st

SIZE = (640, 480)


def _box(x: float, y: float = 200, width: float = 40, height: float = 100) -> list:
    return [x, y, x + width, y + height]


def _walk(times: list[float], places: list, score: float = 0.9) -> list[list[int]]:
    """Return the ids of objects whose left edges are functions of the time."""
    tracker = Tracker(*SIZE)
    ids = []
    for time_s in times:
        boxes = [_box(place(time_s)) for place in places]
        scores, classes = [score] * len(boxes), [0] * len(boxes)
        ids.append(tracker.update(boxes, scores, classes, time_s).tolist())
    return ids


@pytest.mark.parametrize("rate", [30, 10, 5, 2])
def test_two_that_pass_each_other_keep_their_numbers(rate: int) -> None:
    times = [i / rate for i in range(8 * rate)]
    ids = _walk(times, [lambda t: 40 + 60 * t, lambda t: 560 - 60 * t])
    late = [pair for time_s, pair in zip(times, ids, strict=True) if time_s >= 2]
    assert late == [late[0]] * len(late)
    assert sorted(late[0]) == [1, 2]


@pytest.mark.parametrize("rate", [30, 10, 5, 2])
def test_a_gap_of_a_second_is_bridged_and_one_of_three_is_not(rate: int) -> None:
    for gap, same in ((1.0, True), (3.0, False)):
        tracker = Tracker(*SIZE)
        ids = []
        for step in range(9 * rate):
            time_s = step / rate
            boxes = [] if 3 < time_s < 3 + gap else [_box(30 + 40 * time_s)]
            count = len(boxes)
            seen = tracker.update(boxes, [0.9] * count, [0] * count, time_s)
            ids += seen.tolist()
        assert len({one for one in ids if one > 0}) == (1 if same else 2), (rate, gap)


@pytest.mark.parametrize("rate", [30, 10, 5, 2, 0.2])
def test_a_gap_without_frames_ends_tracks_as_one_with_empty_frames(rate: float) -> None:
    """A camera that was lost for 20 s may show somebody else at the same place."""
    for gap, same in ((0.0, True), (20.0, False)):
        tracker = Tracker(*SIZE)
        ids = [
            tracker.update([_box(50)], [0.9], [0], step / rate + gap * (step >= 20))
            for step in range(40)
        ]
        assert ids[19].tolist() == [1]
        assert ids[20].tolist() == [1] if same else ids[20].tolist() != [1]
        assert ids[-1].tolist() == [1 if same else 2], (rate, gap)


@pytest.mark.parametrize("score", [0.05, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("rate", [30, 10, 5, 2])
def test_what_stays_gets_a_number_in_bounded_time(rate: int, score: float) -> None:
    """Also beside objects whose scores are much better."""
    tracker = Tracker(*SIZE)
    for step in range(5 * rate // 2 + 1):
        boxes = [_box(20), _box(200), _box(350), _box(500)]
        scores = [0.99, 0.98, 0.97, score]
        ids = tracker.update(boxes, scores, [0] * 4, step / rate)
    assert sorted(ids.tolist()) == [1, 2, 3, 4]


@pytest.mark.parametrize("rate", [30, 10, 2])
def test_one_very_good_detection_is_enough_where_pictures_are_rare(rate: int) -> None:
    tracker = Tracker(1000, 480)
    for step in range(10 * rate):
        ids = _crowd(tracker, step / rate, 0.99 if step == 10 * rate - 1 else None)
    assert (ids[-1] > 0) == (rate == 2)
    ids = _crowd(tracker, 10, 0.99)
    assert ids[-1] > 0
    tracker = Tracker(1000, 480)
    for step in range(10 * rate):
        ids = _crowd(tracker, step / rate, 0.7 if step == 10 * rate - 1 else None)
    assert ids[-1] == -1


@pytest.mark.parametrize("rate", [30, 10])
def test_what_turns_poor_is_hidden_until_it_is_poor_for_two_seconds(rate: int) -> None:
    """A track that has lost its object lies over what looks a little like it."""
    tracker = Tracker(1000, 480)
    shown, numbers = [], set()
    for step in range(10 * rate):
        time_s = step / rate
        number = _crowd(tracker, time_s, 0.99 if time_s < 5 else 0.55)[-1]
        numbers |= {number} - {-1}
        shown.append((time_s, number > 0))
    assert all(is_shown for time_s, is_shown in shown if 0.1 < time_s < 5)
    assert not any(is_shown for time_s, is_shown in shown if 6 < time_s < 6.9)
    assert all(is_shown for time_s, is_shown in shown if time_s > 7.6)
    assert len(numbers) == 1


def _crowd(tracker: Tracker, time_s: float, score: float | None) -> list[int]:
    """Track nine whose scores are spread over 0.5..0.99, and one more, if any."""
    boxes = [_box(10 + 90 * place) for place in range(9)]
    scores = np.linspace(0.5, 0.99, 9).tolist()
    if score is not None:
        boxes.append(_box(900))
        scores.append(score)
    return tracker.update(boxes, scores, [0] * len(boxes), time_s).tolist()


FRAMES = st.lists(
    st.tuples(
        st.floats(0.01, 3),
        st.lists(
            st.tuples(
                st.floats(-50, 600), st.floats(-50, 400), st.floats(1, 200),
                st.floats(0, 1), st.integers(0, 2),
            ),
            max_size=6,
        ),
    ),
    max_size=15,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(FRAMES, st.randoms(use_true_random=False))
def test_numbers_are_never_reused_and_the_order_does_not_matter(
    frames: list, random: object
) -> None:
    tracker, shuffled = Tracker(*SIZE), Tracker(*SIZE)
    now, living, gone, last = 0.0, set(), set(), 0
    for passed_s, items in frames:
        now += passed_s
        boxes = [_box(x, y, side, 2 * side) for x, y, side, _, _ in items]
        scores = [item[3] for item in items]
        classes = [item[4] for item in items]
        ids = tracker.update(boxes, scores, classes, now).tolist()
        numbers = [one for one in ids if one != -1]
        assert len(set(numbers)) == len(numbers)
        tracks = tracker.snapshot()
        alive = set(tracks.ids.tolist())
        assert set(numbers) <= alive
        assert not alive & gone
        gone |= living - alive
        living = alive
        fresh = [one for one in alive if one > last]
        assert not fresh or min(fresh) > last
        last = max([last, *alive])
        assert np.isfinite(tracks.boxes).all()
        order = list(range(len(items)))
        random.shuffle(order)  # type: ignore[attr-defined]
        again = shuffled.update(
            [boxes[i] for i in order],
            [scores[i] for i in order],
            [classes[i] for i in order],
            now,
        )
        names = {i: name for i, name in zip(order, again.tolist(), strict=True)}
        assert [names[i] >= 0 for i in range(len(ids))] == [one >= 0 for one in ids]


@settings(max_examples=40, deadline=None)
@given(FRAMES, st.sampled_from([0.5, 2.0, 4.0]), st.sampled_from([-64.0, 1e6]))
def test_near_or_far_and_early_or_late_make_no_difference(
    frames: list, size: float, start_s: float
) -> None:
    """All lengths are in heights of the box, and only differences of time count."""
    plain = Tracker(1000, 1000)
    other = Tracker(round(1000 * size), round(1000 * size))
    now = 0.0
    for passed_s, items in frames:
        now += round(passed_s * 64) / 64  # exact also beside a million
        boxes = np.asarray(
            [_box(x, y, side + 8, 2 * side + 8) for x, y, side, _, _ in items]
        )
        scores = [item[3] for item in items]
        classes = [item[4] for item in items]
        ids = plain.update(boxes, scores, classes, now)
        again = other.update(boxes * size, scores, classes, now + start_s)
        assert ids.tolist() == again.tolist()


def test_classes_keep_apart_and_flicker_does_not() -> None:
    """A car that is called a truck now and then stays one track, named a car."""
    tracker = Tracker(*SIZE)
    ids = set()
    for step in range(60):
        kinds = [7 if step % 3 == 2 else 2, 0]
        boxes = [_box(50 + 3 * step, 200, 120, 80), _box(60 + 3 * step, 190, 30, 90)]
        pair = tracker.update(boxes, [0.8, 0.8], kinds, step / 10)
        if step > 5:
            ids.add(tuple(pair.tolist()))
    assert len(ids) == 1
    tracks = tracker.snapshot({0: "person", 2: "car", 7: "truck"})
    assert sorted(tracks.labels) == ["car", "person"]


def test_one_thing_with_boxes_of_two_classes_is_one_track() -> None:
    """Suppression works class by class: a van is a car and a truck in one frame."""
    tracker = Tracker(*SIZE)
    numbers: set[int] = set()
    for step in range(60):
        box = _box(50 + 3 * step, 200, 120, 80)
        near = [box[0] + 2, box[1] - 1, box[2] + 3, box[3]]
        scores = [0.8, 0.7] if step % 4 else [0.7, 0.8]
        pair = tracker.update([box, near], scores, [2, 7], step / 10).tolist()
        numbers |= set(pair)
    assert numbers == {-1, 1}
    assert len(tracker.snapshot()) == 1


def test_a_person_on_a_bicycle_is_two_tracks() -> None:
    tracker = Tracker(*SIZE)
    for step in range(41):
        x = 50 + 5 * step
        boxes = [_box(x, 150, 40, 100), _box(x - 10, 190, 60, 70)]
        some = [i for i in (0, 1) if step % 7 != 3 + i]
        ids = tracker.update(
            [boxes[i] for i in some],
            [0.8] * len(some),
            [(0, 1)[i] for i in some],
            step / 10,
        ).tolist()
    assert sorted(ids) == [1, 2]
    tracks = tracker.snapshot({0: "person", 1: "bicycle"})
    assert sorted(tracks.labels) == ["bicycle", "person"]


def test_a_class_that_was_wrong_at_first_is_corrected() -> None:
    tracker = Tracker(*SIZE)
    for step in range(40):
        tracker.update([_box(50)], [0.8], [7 if step < 4 else 2], step / 10)
    assert tracker.snapshot({2: "car", 7: "truck"}).labels == ("car",)
    assert tracker.snapshot().ids.tolist() == [1]


def test_a_frame_without_detections_moves_what_is_not_seen() -> None:
    tracker = Tracker(*SIZE)
    for step in range(20):
        tracker.update([_box(10 + 10 * step)], [0.9], [3], step / 10)
    before = tracker.snapshot()
    assert before.seen.tolist() == [True]
    assert before.boxes.tolist() == [_box(200)]
    assert tracker.update([], [], [], 2.4).shape == (0,)
    tracks = tracker.snapshot({3: "dog"})
    assert tracks.seen.tolist() == [False]
    assert (tracks[0].seen_s, tracks[0].since_s, tracks[0].label) == (1.9, 0.0, "dog")
    assert abs(tracks[0].box[0] - 250) < 12
    assert tracks.trail(0)[-1].tolist() == [220, 300]
    # What was handed out does not change any more.
    assert before.time_s == 1.9
    assert before.boxes.tolist() == [_box(200)]
    tracker.update([], [], [], 5.0)
    assert len(tracker.snapshot()) == 0


def test_a_trail_has_ten_points_a_second_at_every_rate() -> None:
    for rate in (30, 10):
        tracker = Tracker(*SIZE)
        for step in range(3 * rate + 1):
            tracker.update([_box(30 * step / rate)], [0.9], [0], step / rate)
        trail = tracker.snapshot().trail(0)
        assert abs(len(trail) - 31) <= 1, rate
        assert np.diff(trail[:, 0]).min() > 0
        assert trail[-1].tolist() == [30 * 3 + 20, 300]


def test_what_cannot_be_used_is_refused_or_left_out() -> None:
    with pytest.raises(ValueError, match="must be as many, got 1, 2 and 1"):
        Tracker(*SIZE).update([_box(1)], [0.5, 0.5], [0], 0.0)
    with pytest.raises(ValueError, match="time_s must be a number of seconds, got nan"):
        Tracker(*SIZE).update([], [], [], float("nan"))
    with pytest.raises(ValueError, match="at least one pixel, got 0x480"):
        Tracker(0, 480)
    tracker = Tracker(*SIZE)
    for step in range(20):
        boxes = [_box(20), [float("nan"), 0, 10, 10], _box(200)]
        ids = tracker.update(boxes, [0.9] * 3, [0] * 3, step / 10)
    assert ids[1] == -1
    assert sorted(ids.tolist()) == [-1, 1, 2]
