"""The stage: numbers in every kind of result with boxes, and what moves nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.results import (
    Classifications,
    Detections,
    Heads,
    Landmarks,
    Poses,
    RefinedDetections,
    Result,
)
from edgevision.runtime.timing import Timing
from edgevision.runtime.tracking import TrackStage

from edgevision.errors import UnsupportedModelError

F32 = np.float32
IMAGE = np.zeros((240, 320, 3), np.uint8)


def _event(result: Result, time_s: float, answer_age_ms: float = 0.0) -> Event:
    frame = Frame(IMAGE, int(time_s * 1e9))
    return Event(frame, result, Timing(answer_age_ms=answer_age_ms))


def _detections(*left: float) -> Detections:
    boxes = [[x, 50, x + 30, 120] for x in left]
    return Detections(
        np.asarray(boxes, F32).reshape(-1, 4),
        np.full(len(left), 0.8, F32),
        np.full(len(left), 3),
        ("dog",) * len(left),
    )


def _poses(*left: float) -> Poses:
    points = [[[x, 50], [x + 30, 120], [x + 10, 70]] for x in left]
    scores = np.full((len(left), 3), 0.8, F32)
    names = ("head", "foot", "hand")
    points = np.asarray(points, F32)
    return Poses(points, scores, scores[:, 0], names, ((0, 1),))


def _landmarks(*left: float) -> Landmarks:
    points = [[[x, 50, 0], [x + 30, 120, 0]] for x in left]
    count = len(left)
    return Landmarks(
        np.asarray(points, F32),
        np.full(count, 0.8, F32),
        ("face", "left hand")[:count],
        ("one", "two"),
        (),
        np.zeros((count, 4, 2), F32),
    )


def _heads(*left: float) -> Heads:
    other = Classifications(np.asarray([1]), np.asarray([0.5], F32), ("warm",))
    return Heads({"heat": other, "objects": _detections(*left)})


@pytest.mark.parametrize("make", [_detections, _poses, _landmarks, _heads])
def test_numbers_follow_the_objects(make: object) -> None:
    stage = TrackStage()
    for step in range(20):
        pair = [20.0 + 4 * step, 250.0 - 4 * step]
        event = stage.apply(_event(make(*pair), step / 10))  # type: ignore[operator]
    result = event.result
    if isinstance(result, Heads):
        assert result["heat"].to_dict()["classes"][0]["label"] == "warm"
        result = result["objects"]
    ids = result.track_ids.tolist()  # type: ignore[attr-defined]
    assert sorted(ids) == [1, 2]
    tracks = event.tracks
    assert tracks is not None
    places = [tracks.ids.tolist().index(one) for one in ids]
    np.testing.assert_array_equal(
        tracks.boxes[places],
        result.boxes
        if not isinstance(result, Poses)
        else [[96, 50, 126, 120], [174, 50, 204, 120]],
    )
    expected = {"Detections": "dog", "Poses": "person", "Landmarks": "face"}
    assert tracks.labels[places[0]] == expected[type(result).__name__]
    record = json.loads(json.dumps(event.to_dict()))
    assert [track["track_id"] for track in record["tracks"]] == [1, 2]


def test_where_nothing_moves_the_answer_before_is_no_evidence() -> None:
    """A reused answer keeps its numbers, confirms nothing and loses nothing."""
    stage = TrackStage()
    first = stage.apply(_event(_detections(20), 0.0))
    for step in range(1, 100):
        event = stage.apply(_event(_detections(20), step / 10, 100.0 * step))
    assert event.result.track_ids.tolist() == first.result.track_ids.tolist() == [-1]
    for step in range(5):
        event = stage.apply(_event(_detections(20), 10 + step / 10))
    assert event.result.track_ids.tolist() == [1]
    for step in range(1, 100):
        event = stage.apply(_event(_detections(20), 10.4 + step / 10, 100.0 * step))
        assert event.result.track_ids.tolist() == [1]
    assert event.tracks is not None
    assert event.tracks.seen.tolist() == [True]
    event = stage.apply(_event(_detections(22), 20.5))
    assert event.result.track_ids.tolist() == [1]
    # What is lost does not live on because nothing moves.
    stage.apply(_event(_detections(), 20.6))
    event = stage.apply(_event(_detections(), 23.0, 2400.0))
    assert event.tracks is not None
    assert len(event.tracks) == 0


def test_another_size_or_a_clip_that_starts_again_begins_anew() -> None:
    stage = TrackStage()
    for step in range(10):
        event = stage.apply(_event(_detections(20), 50 + step / 10))
    assert event.result.track_ids.tolist() == [1]
    for step in range(10):
        event = stage.apply(_event(_detections(20), step / 10))
    assert event.result.track_ids.tolist() == [2]
    frame = Frame(np.zeros((100, 100, 3), np.uint8), 10**9)
    for _ in range(5):
        frame = replace(frame, timestamp_ns=frame.timestamp_ns + 10**8)
        event = stage.apply(Event(frame, _detections(20), Timing()))
    assert event.result.track_ids.tolist() == [3]
    stage.close()
    stage.close()


def test_a_result_without_boxes_is_refused() -> None:
    result = Classifications(np.asarray([1]), np.asarray([0.5], F32), ("cat",))
    with pytest.raises(UnsupportedModelError, match=r"Classifications, which has none"):
        TrackStage().apply(_event(result, 0.0))


def test_each_track_has_the_words_that_a_second_model_says_of_it_most() -> None:
    """Two faces of one class have two names, and a wrong one in between is outvoted."""
    stage = TrackStage()
    for step in range(12):
        first = "unknown" if step < 3 or step == 8 else "anna"
        plain = _detections(20, 200)
        result = RefinedDetections(
            plain.boxes,
            plain.scores,
            plain.class_ids,
            (first, "bob"),
            answers=(plain, plain),
        )
        event = stage.apply(_event(result, step / 5))
        if step == 2:
            assert event.tracks is not None
            assert event.tracks.labels == ("unknown", "bob")
    assert event.tracks is not None
    assert event.tracks.labels == ("anna", "bob")
    assert event.result.labels == ("anna", "bob")
