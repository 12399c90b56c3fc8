"""A camera that is opened again and again: pauses, counts, numbers, closing."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from edgevision.runtime.cameras.camera import Camera
from edgevision.runtime.cameras.reopened_source import ReopenedSource, open_camera
from edgevision.runtime.late_frame import LateFrame, LatePicture
from support.streams import FakeSource, blank

from edgevision.errors import SourceError


class Waits(threading.Event):
    """Let no time pass, and remember how long somebody wanted to sleep."""

    def __init__(self):
        super().__init__()
        self.seconds = []

    def wait(self, timeout=None):
        self.seconds.append(timeout)
        return self.is_set()


def _reopened(*cameras):
    """Return a source over cameras or errors, one at each opening, and its sleeps."""
    rest = list(cameras)

    def opened():
        camera = rest.pop(0)
        if isinstance(camera, Exception):
            raise camera
        return camera

    source = ReopenedSource("yard", opened)
    source.closed = Waits()
    source.notes = []
    source.status.on_note = source.notes.append
    return source


def _dying(count):
    return FakeSource(count, live=True, error=SourceError("the cable is out."))


def test_a_camera_that_dies_comes_back_with_numbers_that_go_on():
    source = _reopened(_dying(3), SourceError("still out."), _dying(2), FakeSource(1))
    assert [frame.index for frame in source] == [0, 1, 2, 3, 4, 5]
    assert source.status.reconnects == 2
    assert source.status.gap_s >= 0
    lost, back, *_ = source.notes
    assert lost == (
        "The camera cannot be read: the cable is out. It is opened again until it is "
        "back."
    )
    assert back.startswith("fake is back after ")
    assert len(source.notes) == 4


def test_the_pauses_grow_to_a_minute_and_begin_anew_with_a_picture():
    gone = [SourceError("no route.")] * 8
    source = _reopened(*gone, _dying(1), SourceError("again."), FakeSource(1))
    assert len(list(source)) == 2
    assert source.closed.seconds == [1, 2, 4, 8, 16, 32, 60, 60, 1, 2]
    assert source.name == "fake"


def test_a_stream_that_ends_by_itself_is_over():
    source = _reopened(FakeSource(2), FakeSource(2))
    assert len(list(source)) == 2
    assert source.closed.seconds == []


def test_counts_of_each_opening_are_added_and_notes_passed_on():
    class Counting(FakeSource):
        def frames(self):
            self.status.damaged += 2
            self.status.unreadable += 1
            self.status.on_note("a picture is damaged")
            yield from super().frames()

    first = Counting(2, error=SourceError("gone."))
    source = _reopened(first, Counting(1))
    list(source)
    assert (source.status.damaged, source.status.unreadable) == (4, 2)
    assert source.notes.count("a picture is damaged") == 2


def test_a_frame_that_is_not_decoded_gets_its_number_without_being_decoded():
    def refuse():
        raise AssertionError("decoded")

    class Late(FakeSource):
        def frames(self):
            for frame in super().frames():
                picture = LatePicture(frame.image, 2, refuse)
                yield LateFrame(picture, frame.timestamp_ns, frame.index)

    source = _reopened(_dying(3), Late(1))
    *_, last = source
    assert last.index == 3
    assert last.size == (16, 12)


def test_the_rule_of_the_model_reaches_each_opening_and_the_scale_comes_back():
    class Reduced(FakeSource):
        def frames(self):
            self.reduction.used = self.reduction.rule(640, 480)
            yield from super().frames()

    source = _reopened(FakeSource(1, error=SourceError("gone.")), Reduced(1))
    source.reduction.rule = lambda width, height: 4
    list(source)
    assert source.reduction.used == 4


def test_packets_of_each_opening_go_to_who_wants_them():
    class Sending(FakeSource):
        def frames(self):
            self.packets.taker("packet")
            yield from super().frames()

    source = _reopened(Sending(1, error=SourceError("gone.")), Sending(1))
    packets = []
    source.packets.taker = packets.append
    list(source)
    assert packets == ["packet", "packet"]


def test_closing_ends_the_camera_and_what_is_opened_too_late():
    camera = FakeSource(10**9, live=True)
    source = _reopened(camera)
    frames = iter(source)
    next(frames)
    source.close()
    assert list(frames) == []
    assert camera.released.is_set()

    late = FakeSource(5)
    source = ReopenedSource("yard", lambda: source.close() or late)
    assert list(source) == []
    assert late.released.is_set()


def test_an_error_of_the_code_is_not_tried_again():
    source = _reopened(FakeSource(1, error=ZeroDivisionError()), FakeSource(1))
    with pytest.raises(ZeroDivisionError):
        list(source)


def test_what_is_opened_again_and_what_is_an_error(tmp_path):
    assert isinstance(open_camera("a", Camera("rtsp://10.0.0.5/x")), ReopenedSource)
    assert isinstance(open_camera("a", Camera("v4l2:/dev/video9")), ReopenedSource)
    assert not isinstance(open_camera("a", Camera("synthetic:")), ReopenedSource)
    own = FakeSource(1, live=True)
    assert open_camera("a", Camera(own)) is own
    assert isinstance(open_camera("a", Camera(lambda: own)), ReopenedSource)
    of_file = FakeSource(1)
    assert open_camera("a", Camera(lambda: of_file)) is of_file
    with pytest.raises(SourceError):
        open_camera("a", Camera(tmp_path / "missing.mp4"))
    with pytest.raises(TypeError, match="camera 'a' must be a string"):
        open_camera("a", Camera(7))
    with pytest.raises(TypeError, match="camera 'a' must return a Source, got int"):
        open_camera("a", Camera(lambda: 7))


def test_frames_of_the_first_opening_are_the_same_objects():
    frame = replace(blank(), index=7)

    class One(FakeSource):
        def frames(self):
            yield frame

    (seen,) = _reopened(One(1))
    assert seen is frame
