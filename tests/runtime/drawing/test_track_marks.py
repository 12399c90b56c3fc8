"""Trails, and the names of tracks in labels."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from edgevision.runtime.drawing.overlay import draw
from edgevision.runtime.drawing.palette import color_of
from edgevision.runtime.drawing.pen import Pen
from edgevision.runtime.drawing.track_marks import draw_trails, track_text
from edgevision.runtime.results import Detections, Landmarks, Poses
from edgevision.runtime.tracking import Tracks

F32 = np.float32
NAN = np.nan


def _tracks(seen_s: float = 200.0) -> Tracks:
    trails = [
        [[NAN, NAN], [100, 150], [200, 150]],
        [[NAN, NAN], [NAN, NAN], [1e9, -1e9]],
    ]
    return Tracks(
        200.0,
        np.asarray([3, 8]),
        np.asarray([0, 1]),
        ("person", "car"),
        np.asarray([[180, 50, 220, 150], [0, 0, 9, 9]], F32),
        np.asarray([0.9, 0.5], F32),
        np.asarray([seen_s, 200.0]),
        np.asarray([188.0, 10.0]),
        np.asarray(trails, F32),
    )


def test_a_label_has_the_number_and_the_age() -> None:
    assert track_text("person", 3, _tracks()) == "person #3 12s"
    assert track_text("car", 8, _tracks()) == "car #8 3m"
    assert track_text("", 8, _tracks()) == "#8 3m"
    assert track_text("car", 8, None) == "car #8"
    assert track_text("car", 5, _tracks()) == "car #5"
    assert track_text("car", -1, _tracks()) == "car"
    old = dataclasses.replace(_tracks(), since_s=np.asarray([-9000.0, 81.0]))
    assert track_text("car", 3, old) == "car #3 2h"
    assert track_text("car", 8, old) == "car #8 119s"


def test_a_trail_is_a_line_that_ends_at_the_object() -> None:
    canvas = np.full((240, 320, 3), 90, np.uint8)
    draw_trails(canvas, _tracks())
    assert np.abs(canvas[150, 150] - np.asarray(color_of(0))).max() < 40
    assert np.abs(canvas[150, 200] - np.asarray(color_of(0))).max() < 40
    assert (canvas[:100] == 90).all()
    assert (canvas[:, :90] == 90).all()


def test_what_is_not_seen_for_long_has_no_trail() -> None:
    for seen_s, drawn in ((199.7, True), (199.0, False)):
        canvas = np.full((240, 320, 3), 90, np.uint8)
        draw_trails(canvas, _tracks(seen_s))
        assert (canvas[150, 150] != 90).any() == drawn


def _results() -> list[object]:
    boxes = np.asarray([[180, 50, 220, 150]], F32)
    one, ids = np.full(1, 0.9, F32), np.asarray([3])
    points = np.asarray([[[180, 50], [220, 150]]], F32)
    pose = Poses(points, np.full((1, 2), 0.9, F32), one, ("a", "b"), (), track_ids=ids)
    deep = np.concatenate([points, np.zeros((1, 2, 1), F32)], axis=2)
    corners = np.zeros((1, 4, 2), F32)
    return [
        Detections(boxes, one, np.asarray([0]), ("person",), track_ids=ids),
        pose,
        Landmarks(deep, one, ("face",), ("a", "b"), (), corners, track_ids=ids),
    ]


@pytest.mark.parametrize("result", _results(), ids=lambda one: type(one).__name__)
def test_every_kind_of_result_shows_its_tracks(
    result: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []
    write = Pen.write

    def _write(pen: Pen, corner: tuple[int, int], text: str, color: object) -> None:
        texts.append(text)
        write(pen, corner, text, color)  # type: ignore[arg-type]

    monkeypatch.setattr(Pen, "write", _write)
    image = np.full((240, 320, 3), 90, np.uint8)
    picture = draw(image, result, tracks=_tracks())  # type: ignore[arg-type]
    assert np.abs(picture[150, 140] - np.asarray(color_of(0))).max() < 40
    assert any("#3 12s" in text for text in texts)
    assert (image == 90).all()
