"""An event leaves with a picture that may be shown, whatever fails."""

import gc
import logging
import weakref
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.late_frame import LateFrame, LatePicture
from edgevision.runtime.redaction import STYLES, RedactionSettings, RedactStage
from edgevision.runtime.regions import RegionCrossing, RegionSnapshot
from edgevision.runtime.results import RefinedDetections, Text
from edgevision.runtime.rule_event import RuleEvent
from edgevision.runtime.timing import Timing
from edgevision.runtime.tracking import Tracks
from hypothesis import given
from hypothesis import strategies as st
from support.results_of_people import boxes

from edgevision.errors import RedactionError

FACE = (20.0, 10.0, 40.0, 30.0)
FACES = RedactionSettings(labels=("face",), style="pixelate", margin=0, hold=0)
CORNER = ((0.0, 0.0), (0.25, 0.0), (0.25, 0.5), (0.0, 0.5))


def _noise(seed=0):
    """Return a picture of pure colours, uint8 (60, 80, 3)."""
    bits = np.random.default_rng(seed).integers(0, 2, (60, 80, 3), np.uint8)
    return bits * np.uint8(255)


def _event(image=None, result=None, *, index=0, source="cam", **timing):
    image = _noise(index) if image is None else image
    result = boxes([FACE], ("face",)) if result is None else result
    frame = Frame(image, int(1e9 + index * 1e8), index, source)
    return Event(frame, result, Timing(invoke_ms=1.0, **timing))


def _is_black(event):
    return not event.frame.image.any()


def _pure(image, box=FACE):
    left, top, right, bottom = map(int, box)
    return np.isin(image[top:bottom, left:right], (0, 255)).any()


def test_the_face_is_covered_and_the_rest_stays():
    event = _event()
    left = RedactStage(FACES).apply(event)
    image, own = left.frame.image, event.frame.image
    assert not _pure(image)
    image[10:30, 20:40] = own[10:30, 20:40]
    assert np.array_equal(image, own)
    assert left.result is event.result
    assert (left.redaction_failed, left.frame.index) == (0, 0)
    assert np.array_equal(own, _noise()), "the frame's own picture is not changed"


def test_no_way_leads_from_the_event_to_its_own_picture():
    jpeg, small = _noise(1), _noise(2)[::2, ::2].copy()
    held = [jpeg]
    picture = LatePicture(small, 2, partial(held.__getitem__, 0))
    details = {"fps": 25.0, "name": "a", "crop": _noise(), "more": held}
    frame = LateFrame(picture, 10**9, 3, "cam", details, 1.5)
    stage = RedactStage(FACES)
    left = stage.apply(Event(frame, boxes([FACE], ("face",)), Timing()))
    assert type(left.frame) is Frame
    assert (left.frame.timestamp_ns, left.frame.index) == (10**9, 3)
    assert (left.frame.source, left.frame.position_s) == ("cam", 1.5)
    assert left.frame.details == {"fps": 25.0, "name": "a"}
    assert left.frame.image.base is None
    assert left.frame.view[0] is left.frame.image
    own = weakref.ref(jpeg), weakref.ref(small), weakref.ref(frame)
    del frame, picture, jpeg, small, held, details
    gc.collect()
    assert [each() for each in own] == [None, None, None]


def test_a_result_that_is_full_may_have_left_a_face_out():
    two = boxes([FACE, (1, 1, 5, 5)], ("face", "car"))
    assert not _is_black(RedactStage(FACES, most=3).apply(_event(None, two)))
    assert _is_black(RedactStage(FACES, most=2).apply(_event(None, two)))
    zone = RedactStage(RedactionSettings(zones=(CORNER,)), most=2)
    assert not _is_black(zone.apply(_event(None, two)))


def test_zones_need_no_answer_and_cover_every_picture():
    stage = RedactStage(RedactionSettings(zones=(CORNER,), style="fill"))
    for result in (boxes([], ()), boxes([FACE], ("car",))):
        for timing in ({}, {"answer_age_ms": 50.0}, {"refine_ms": 1.0}):
            left = stage.apply(_event(None, result, **timing))
            assert not left.frame.image[:30, :20].any()
            assert left.frame.image[31:, 21:].any()
    small = stage.apply(_event(_noise()[:20, :40]))
    assert not small.frame.image[:10, :10].any(), "of any size"
    assert stage.failed == 0


def test_a_missed_face_stays_covered_for_its_time():
    stage = RedactStage(replace(FACES, hold=0.25))
    nobody = boxes([], ())
    assert not _pure(stage.apply(_event()).frame.image)
    assert not _pure(stage.apply(_event(None, nobody, index=1)).frame.image)
    assert not _pure(stage.apply(_event(None, nobody, index=2)).frame.image)
    assert _pure(stage.apply(_event(None, nobody, index=3)).frame.image)


def _track(box, *, label="face", seen_s=1.0, time_s=1.1):
    one = np.ones(1)
    return Tracks(
        time_s,
        *(one.astype(np.int64), one.astype(np.int64), (label,)),
        *(np.asarray([box], np.float32), one.astype(np.float32)),
        *(one * seen_s, one * seen_s, np.zeros((1, 0, 2), np.float32)),
    )


def test_a_track_that_no_detection_shows_is_covered_where_it_is_expected():
    stage = RedactStage(FACES)
    nobody, box = boxes([], ()), (50.0, 30.0, 70.0, 50.0)
    event = _event(None, nobody, index=1)
    for label, covers in (("face", True), ("car", False)):
        left = stage.apply(replace(event, tracks=_track(box, label=label)))
        assert _pure(left.frame.image, box) != covers
    left = stage.apply(replace(event, tracks=_track((np.nan,) * 4)))
    assert _is_black(left)


class OwnResult:
    """Somebody's own kind of result."""

    crop = _noise()

    def to_dict(self):
        return {"crop": self.crop.tolist()}


class Unreadable(Frame):
    """A frame whose picture cannot be had."""

    @property
    def image(self):
        raise OSError("the memory of the camera is gone")

    @property
    def size(self):
        raise OSError("the memory of the camera is gone")


def _two_in_a_row():
    return RefinedDetections(
        *(getattr(boxes([FACE], ("face",)), name) for name in ("boxes", "scores")),
        np.zeros(1, np.int64),
        ("AB 12",),
        answers=(Text("AB 12", np.ones(5, np.float32)),),
    )


BAD = {
    "nan": _event(None, boxes([(np.nan, 1, 2, 3)], ("face",))),
    "infinite": _event(None, boxes([(0, 0, np.inf, 3)], ("face",))),
    "wrong order": _event(None, boxes([(9, 9, 2, 3)], ("face",))),
    "own result": _event(None, OwnResult()),
    "no result": replace(_event(), result=None),
    "two models": _event(None, _two_in_a_row(), refine_ms=1.0),
    "second model": _event(refine_ms=1.0),
    "first left out": _event(is_first_left_out=True),
    "reused at first": _event(answer_age_ms=100.0, motion_ms=1.0),
    "gray": _event(_noise()[..., 0]),
    "empty": _event(_noise()[:0]),
    "floats": _event(_noise().astype(np.float32)),
    "unreadable": replace(_event(), frame=Unreadable.__new__(Unreadable)),
}
for _each in (BAD["unreadable"].frame,):
    _each.__dict__.update(
        timestamp_ns=1, index=0, source="cam", details=None, position_s=None
    )


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_redacted_is_black_and_counted(name, caplog):
    stage = RedactStage(FACES)
    left = stage.apply(BAD[name])
    assert _is_black(left)
    assert left.frame.image.ndim == 3
    if name not in ("gray", "empty", "floats", "unreadable"):
        assert left.frame.size == (80, 60)
    assert type(left.frame) is Frame
    assert "crop" not in str(left.result.to_dict())
    assert "AB 12" not in str(left.to_dict())
    assert left.redaction_failed == stage.failed == 1
    assert left.to_dict()["redaction_failed"] == 1
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "a black picture is shown" in record.getMessage()
    # The next one is as good as ever.
    again = stage.apply(_event(index=1))
    assert not _is_black(again)
    assert again.redaction_failed == 1


_NUMBER = st.one_of(
    st.floats(-50, 150, width=32),
    st.sampled_from([np.nan, np.inf, -np.inf, 3e38, -3e38, 0.0, -0.0, 80.0, 60.0]),
)


@given(
    rows=st.lists(st.tuples(*[_NUMBER] * 4), max_size=5),
    names=st.lists(st.sampled_from(["face", "car"]), min_size=5, max_size=5),
    style=st.sampled_from(sorted(STYLES)),
)
def test_whatever_a_detector_says_faces_are_covered_or_the_picture_is_black(
    rows, names, style
):
    labels = tuple(names[: len(rows)])
    stage = RedactStage(replace(FACES, style=style))
    left = stage.apply(_event(None, boxes(rows, labels)))
    image, own = left.frame.image, _noise()
    if stage.failed:
        assert _is_black(left)
        return
    inside, near = np.zeros((2, 60, 80), bool)
    for row, label in zip(rows, labels, strict=True):
        if label == "face":
            x, y, right, bottom = np.clip(row, -2, (82, 62, 82, 62)).astype(int)
            inside[max(y, 0) : max(bottom, 0), max(x, 0) : max(right, 0)] = True
            near[max(y - 1, 0) : bottom + 2, max(x - 1, 0) : right + 2] = True
    assert np.array_equal(image[~near], own[~near])
    same = (image == own).all(axis=2)
    # A mean may be one of the colours in a few pixels, never in many.
    assert (same & inside).sum() <= 0.3 * inside.sum() + 2


def test_the_same_reason_is_said_once(caplog):
    stage = RedactStage(FACES)
    for _ in range(5):
        stage.apply(BAD["nan"])
    stage.apply(BAD["own result"])
    assert len(caplog.records) == 2
    assert stage.failed == 6


def test_a_bad_box_is_not_held():
    stage = RedactStage(replace(FACES, hold=10))
    assert _is_black(stage.apply(BAD["nan"]))
    assert not _is_black(stage.apply(_event(index=1)))


def test_an_answer_that_is_used_again_shows_its_own_picture_again():
    stage = RedactStage(FACES)
    looked = stage.apply(_event(motion_ms=1.0))
    shown = looked.frame.image.copy()
    looked.frame.image[:] = 255  # whoever has it may draw on it
    other = _event(index=1, motion_ms=1.0, answer_age_ms=100.0)
    again = stage.apply(other)
    assert np.array_equal(again.frame.image, shown)
    assert again.frame.index == 1
    again.frame.image[:] = 255
    third = stage.apply(replace(other, frame=replace(other.frame, index=2)))
    assert np.array_equal(third.frame.image, shown)
    assert stage.failed == 0
    # Not where the source, the size, or what was redacted is another.
    for change in ({"source": "b.jpg"}, {"image": _noise()[:20]}):
        stage.apply(_event(motion_ms=1.0))
        frame = replace(other.frame, **change)
        assert _is_black(stage.apply(replace(other, frame=frame)))
    stage.apply(_event(motion_ms=1.0))
    stage.apply(replace(BAD["nan"], timing=Timing(motion_ms=1.0)))
    assert _is_black(stage.apply(other))


def test_a_model_of_its_own_looks_at_every_picture():
    pictures = []

    def model(image):
        pictures.append(image)
        return boxes([FACE], ("face",))

    stage = RedactStage(FACES, model)
    car = boxes([(1, 1, 5, 5)], ("car",))
    for index, timing in enumerate(
        ({}, {"refine_ms": 1.0}, {"answer_age_ms": 100.0, "motion_ms": 1.0})
    ):
        left = stage.apply(_event(None, car, index=index, **timing))
        assert not _pure(left.frame.image)
        assert left.result is car
    assert len(pictures) == 3
    stage.close()
    stage.close()
    assert _is_black(stage.apply(_event()))


@pytest.mark.parametrize(
    "answer", [ValueError("why"), RedactionError("why"), OwnResult(), None]
)
def test_a_model_that_fails_shows_nothing(answer):
    def model(image):
        if isinstance(answer, Exception):
            raise answer
        return answer

    stage = RedactStage(FACES, model)
    assert _is_black(stage.apply(_event()))
    assert stage.failed == 1
    stage.close()


def test_a_model_of_the_settings_must_be_passed():
    with pytest.raises(ValueError, match=r"faces\.tflite: open it"):
        RedactStage(replace(FACES, model="faces.tflite"))


def test_reports_lose_what_was_read_in_a_covered_area():
    stage = RedactStage(RedactionSettings(zones=(((0, 0), (1, 0), (1, 1), (0, 1)),)))
    report = RuleEvent("1", "gate", "start", 1.0, 1.0, 0.0, label="AB 12")
    event = replace(
        _event(None, _two_in_a_row()),
        rule_events=(report,),
        tracks=_track(FACE, label="AB 12"),
        regions=RegionSnapshot(
            1.0, crossings=(RegionCrossing("gate", 1, "AB 12", "in", 1.0),)
        ),
    )
    left = stage.apply(event)
    assert left.rule_events[0].label == "redacted"
    assert left.tracks.labels == ("redacted",)
    assert stage.end((replace(report, phase="end"),))[0].label == "redacted"
    assert "AB 12" not in str(left.to_dict())
