"""Clips of one stream, from frames and reports: what is in the files, and when."""

from __future__ import annotations

import io
import itertools
import threading
import time
from datetime import datetime

import cv2
import pytest
from edgevision.runtime.clips import (
    ClipFolder,
    ClipRecorder,
    ClipSettings,
    Sighting,
    clip_writer,
    recorder,
)
from edgevision.runtime.clips.ring import encoded, frame_encoder
from edgevision.runtime.late_frame import LateFrame, LatePicture
from edgevision.runtime.video_packets import PacketTap, VideoPacket
from support.clip_events import SIZE, frame, record, report, shown, times
from support.clips import needs_pyav, picture
from support.video_bytes import video_bytes

from edgevision.errors import SinkError

VIDEO = "edgevision.runtime.sinks.video"
PYAV = pytest.param("pyav", marks=needs_pyav)


class Room:
    """A recorder, its folder, and what it said."""

    def __init__(self, path, *, passes_jpegs=False, **settings):
        self.path = path
        self.notes = []
        settings = {"before": 1.0, "after": 0.5, "fps": 0.0, **settings}
        self.settings = ClipSettings(str(path), **settings)
        self.folder = ClipFolder(path, quota=10**9, on_note=self.notes.append)
        self.recorder = ClipRecorder(
            self.settings,
            self.folder,
            on_note=self.notes.append,
        )
        self.recorder.encoder.passes_jpegs = passes_jpegs

    def play(self, stamps, reports=(), *, live=False, is_paced=False, find=None):
        """Add a frame for each time, with the reports that are due by then.

        Frames of a camera come all at once, unless they are paced.
        """
        waiting = list(reports)
        for number, time_s in enumerate(stamps):
            due = [one for one in waiting if one.time_s <= time_s + 1e-9]
            waiting = [one for one in waiting if one not in due]
            self.recorder.add(frame(number, time_s, live=live), due, find)
            if is_paced:
                _wait(lambda count=number: self.recorder.encoder.encoded > count)
        return self

    def close(self):
        self.recorder.close()
        self.folder.close()
        return self

    @property
    def names(self):
        return sorted(path.name for path in self.path.iterdir())


def _wait(is_done):
    deadline = time.monotonic() + 20
    while not is_done() and time.monotonic() < deadline:
        time.sleep(0.001)


@pytest.fixture
def room(tmp_path):
    """Make a room; what the test leaves open is closed."""
    rooms = []

    def make(**settings):
        rooms.append(Room(tmp_path / "events", **settings))
        return rooms[-1]

    yield make
    for one in rooms:
        one.close()


def _tenths(count, begin=0):
    return [tenth / 10 for tenth in range(begin, begin + count)]


@needs_pyav
def test_a_clip_shows_each_picture_at_the_time_of_the_stream(room):
    # A rate that changes: 10 a second, then 4, then 20.
    stamps = [*_tenths(15), 1.5, 1.75, 2.0, 2.25, *(2.3 + n * 0.05 for n in range(40))]
    events = [report("start", 2.0, started_s=1.6), report("end", 2.5)]
    one = room().play(stamps, events).close()
    expected = [t for t in stamps if 0.6 <= t <= 3.0 + 1e-9]
    numbers, seconds = shown(one.path / "e1.mp4")
    first = stamps.index(expected[0])
    assert numbers == [n % 24 for n in range(first, first + len(expected))]
    assert seconds == pytest.approx([t - expected[0] for t in expected], abs=1e-4)
    known = record(one.path)
    assert known["state"] == "complete"
    assert known["ended_by"] == "event"
    assert known["pictures"] == len(expected)
    assert known["before"] == {"asked_s": 1.0, "held_s": 1.0}
    assert known["after"] == {"asked_s": 0.5, "held_s": 0.5}
    assert known["stream_s"] == {
        "begin": 0.6,
        "event": 1.6,
        "reported": 2.0,
        "event_end": 2.5,
        "end": 3.0,
    }
    assert known["gaps"] == []
    assert known["left_out"] == 0
    assert (known["width"], known["height"]) == SIZE
    assert known["source"] == "clip.mp4"
    assert known["event"]["rule"] == known["rule"] == "intruder"
    assert known["files"] == {"clip": "e1.mp4", "snapshot": "e1.jpg"}
    assert one.names == ["e1.jpg", "e1.json", "e1.mp4"]
    assert one.notes == []


def test_without_pyav_a_clip_plays_as_long(room, monkeypatch):
    monkeypatch.setattr(f"{VIDEO}.encoders.has_pyav", lambda: False)
    events = [report("start", 2.0), report("end", 2.5)]
    one = room(fps=10.0).play([n / 20 for n in range(80)], events).close()
    numbers, seconds = shown(one.path / "e1.mkv")
    assert numbers == [n % 24 for n in range(20, 61, 2)]
    assert seconds == pytest.approx([n / 10 for n in range(21)], abs=2e-3)
    assert record(one.path)["files"]["clip"] == "e1.mkv"


@needs_pyav
def test_of_pictures_with_one_time_a_clip_counts_and_shows_the_first(room):
    stamps = [0.0, 0.1, 0.1, 0.1, 0.2, 0.3]
    one = room().play(stamps, [report("start", 0.1)]).close()
    numbers, seconds = shown(one.path / "e1.mp4")
    assert numbers == [0, 1, 4, 5]
    assert seconds == pytest.approx([0.0, 0.1, 0.2, 0.3], abs=1e-4)
    assert record(one.path)["pictures"] == 4


def test_wall_clock_times_of_a_camera_are_those_of_its_pictures(room):
    begin = time.monotonic() - 3.0
    events = [report("start", begin + 2.0), report("end", begin + 2.1)]
    one = room().play(
        [begin + t for t in _tenths(30)], events, live=True, is_paced=True
    )
    known = record(one.close().path)
    for name, ago_s in (("begin", 2.0), ("end", 0.4)):
        moment = datetime.fromisoformat(known["time"][name].replace("Z", "+00:00"))
        assert abs(time.time() - ago_s - moment.timestamp()) < 5
    assert known["time"]["reported"] == known["event"]["time"]


def test_gaps_of_the_camera_are_stated(room):
    stamps = [*_tenths(30), *_tenths(10, begin=60)]
    events = [report("start", 2.5), report("end", 6.0)]
    one = room().play(stamps, events).close()
    known = record(one.path)
    assert known["gaps"] == [{"begin_s": 2.9, "end_s": 6.0, "seconds": 3.1}]
    clip = one.path / known["files"]["clip"]
    assert times(clip)[-1] == pytest.approx(6.5 - 1.5, abs=0.11)


def test_what_the_memory_does_not_hold_is_said(room, monkeypatch):
    monkeypatch.setattr(frame_encoder, "encoded", lambda image, quality: _padded(image))
    one = room(before=5.0, memory=1_000_000)
    one.play(_tenths(100), [report("start", 8.0), report("end", 8.1)]).close()
    before = record(one.path)["before"]
    # Ten pictures of 100 kB are a second.
    assert before == {"asked_s": 5.0, "held_s": 0.9, "why": "memory"}
    assert one.notes[0].startswith(
        "Clips: before: 0.9 s of 5s asked. The memory of 1 MB"
    )
    assert len(one.notes) == 1


def _padded(image):
    jpeg = encoded(image, 80)
    return jpeg + bytes(100_000 - len(jpeg))


def test_a_stream_that_has_just_begun_is_no_fault_of_the_memory(room):
    one = room(before=5.0)
    one.play(_tenths(30), [report("start", 2.0), report("end", 2.1)]).close()
    before = record(one.path)["before"]
    assert before == {"asked_s": 5.0, "held_s": 2.0, "why": "stream"}
    assert one.notes == []


def test_an_event_that_took_long_to_report_begins_before_its_beginning(room):
    # Longer than the ring reaches at first: it learns.
    events = []
    for name, at in (("e1", 40.0), ("e2", 90.0)):
        events.append(report("start", at, event_id=name, started_s=at - 30))
        events.append(report("end", at + 1, event_id=name))
    # And one of hours begins with its report.
    events.append(report("start", 95.0, event_id="e3", started_s=-43200.0))
    one = room().play(_tenths(1000), events).close()
    assert record(one.path, "e1")["before"] == {
        "asked_s": 1.0,
        "held_s": 0.0,
        "why": "gap",
    }
    assert record(one.path, "e2")["before"] == {"asked_s": 1.0, "held_s": 1.0}
    assert record(one.path, "e2")["stream_s"]["begin"] == 59.0
    assert record(one.path, "e3")["stream_s"]["begin"] == 94.0


def test_several_events_at_once_have_a_clip_each(room):
    events = [
        report("start", 1.0, event_id="a"),
        report("start", 1.5, event_id="b"),
        report("end", 2.0, event_id="a"),
        report("end", 3.0, event_id="b"),
    ]
    one = room(before=0.5).play(_tenths(60), events).close()
    for name, begin, end in (("a", 0.5, 2.5), ("b", 1.0, 3.5)):
        known = record(one.path, name)
        assert (known["stream_s"]["begin"], known["stream_s"]["end"]) == (begin, end)
        assert known["pictures"] == round((end - begin) * 10) + 1


def test_beyond_most_at_once_an_event_has_a_record_and_a_snapshot(room):
    events = [
        report("start", 1.0, event_id="a"),
        report("start", 1.5, event_id="b"),
        report("end", 2.0, event_id="b"),
        report("end", 2.0, event_id="a"),
    ]
    one = room(most_at_once=1).play(_tenths(40), events).close()
    assert record(one.path, "a")["ended_by"] == "event"
    known = record(one.path, "b")
    assert known["files"] == {"snapshot": "b.jpg"}
    assert known["error"] == "1 clips grow already, and most_at_once allows no more."
    assert known["ended_by"] == "event"
    assert one.notes == [f"The event b has no clip: {known['error']}"]


def test_an_event_that_does_not_end_has_the_longest_clip_and_its_end_later(room):
    one = room(longest=3.0).play(_tenths(80), [report("start", 2.0)])
    _wait((one.path / "e1.json").exists)
    known = record(one.path)
    assert known["ended_by"] == "longest"
    assert known["stream_s"]["end"] == 4.0
    assert known["stream_s"]["event_end"] is None
    one.recorder.report([report("end", 7.9)])
    one.close()
    assert record(one.path)["stream_s"]["event_end"] == 7.9
    assert record(one.path)["ended_by"] == "longest"


def test_the_end_of_the_run_and_a_stream_that_begins_again_end_a_clip(room):
    one = room().play([*_tenths(20), *_tenths(10)], [report("start", 1.5)])
    one.play(_tenths(20, begin=10), [report("start", 2.0, event_id="e2")]).close()
    assert record(one.path)["ended_by"] == "stream"
    assert record(one.path)["stream_s"]["end"] == 1.9
    assert record(one.path, "e2")["ended_by"] == "run"
    assert record(one.path, "e2")["stream_s"]["end"] == 2.9


def test_a_camera_that_is_gone_ends_its_clip(room, monkeypatch):
    monkeypatch.setattr(recorder, "SILENT_S", 0.3)
    monkeypatch.setattr(recorder, "_LOOK_S", 0.05)
    one = room()
    now = time.monotonic()
    stamps = [now - 0.4, now - 0.3, now - 0.2]
    one.play(stamps, [report("start", now - 0.25)], live=True, is_paced=True)
    _wait((one.path / "e1.json").exists)
    assert record(one.path)["ended_by"] == "gap"
    assert record(one.path)["pictures"] == 3


def test_a_disk_that_does_not_answer_is_an_error_at_the_end(room, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(clip_writer, "LONGEST_WAIT_S", 0.05)
    one = room()
    one.recorder.add(frame(0, 0.0), [report("start", 0.0)])
    one.recorder._writer.do(gate.wait)
    with pytest.raises(SinkError, match="The clips are not written after 0.05 s"):
        one.recorder.close()
    gate.set()


def test_only_the_rules_that_were_named_have_clips(room):
    one = room(rules=("other",)).play(_tenths(20), [report("start", 1.0)]).close()
    assert one.names == []


@pytest.mark.parametrize(
    ("rate", "fps", "kept"), [(30, 10, 30), (15, 10, 30), (8, 10, 24)]
)
def test_the_pictures_of_a_second_are_as_many_as_asked(room, rate, fps, kept):
    one = room(fps=float(fps)).play([n / rate for n in range(3 * rate)]).close()
    assert one.recorder.encoder.encoded == kept


def test_a_camera_never_waits_for_the_encoder_and_what_is_missing_is_stated(
    room, monkeypatch
):
    gate = threading.Event()

    def slow(image, quality):
        gate.wait(30)
        return encoded(image, quality)

    monkeypatch.setattr(frame_encoder, "encoded", slow)
    one = room(before=10.0)
    one.play(_tenths(20), live=True)
    # The first one that waits is at work; three more have room.
    assert one.recorder.left_out == 20 - recorder.MOST_WAITING
    gate.set()
    _wait(lambda: one.recorder.encoder.encoded == recorder.MOST_WAITING)
    one.recorder.add(frame(20, 2.0, live=True), [report("start", 2.0)])
    one.close()
    known = record(one.path)
    assert known["left_out"] == 16
    assert known["pictures"] == 5
    assert known["gaps"] == [{"begin_s": 0.3, "end_s": 2.0, "seconds": 1.7}]
    assert one.notes[0].startswith("Clips: a frame was left out")
    assert "The clip e1 lacks 16 of 21 pictures" in one.notes[1]
    assert one.notes[-1].startswith("Clips: 16 frames were left out")


def test_pictures_beyond_the_memory_of_the_writer_are_left_out(room, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(frame_encoder, "encoded", lambda image, quality: _padded(image))
    add = clip_writer.ClipFile.add

    def slow(self, shot, image):
        gate.wait(30)
        add(self, shot, image)

    monkeypatch.setattr(clip_writer.ClipFile, "add", slow)
    one = room(memory=1_000_000, before=0.0)
    one.play(_tenths(30), [report("start", 0.0)], live=True, is_paced=True)
    gate.set()
    one.close()
    known = record(one.path)
    assert one.recorder.left_out == 0
    assert known["pictures"] == 10
    assert known["left_out"] == 20


@pytest.mark.parametrize("behind", [False, True])
def test_of_the_seconds_before_an_event_an_even_choice_stays(room, monkeypatch, behind):
    gate = threading.Event()
    monkeypatch.setattr(frame_encoder, "encoded", lambda image, quality: _padded(image))
    one = room(memory=4_000_000, most_at_once=4, before=2.0, after=0.0)
    if behind:
        one.recorder._writer.do(gate.wait)
        # Another clip fills the memory of the writer.
        events = [report("start", 0.0, event_id="first")]
    else:
        events = []
    events += [report("start", 6.0), report("end", 6.0)]
    one.play(_tenths(62), events, live=True, is_paced=True)
    gate.set()
    one.close()
    known = record(one.path)
    assert known["before"] == {"asked_s": 2.0, "held_s": 2.0}
    if behind:
        # A quarter of 4 MB are ten pictures: every third of 21.
        assert known["pictures"] == 7
        assert known["left_out"] == 14
        if known["files"]["clip"] == "e1.mp4":  # OpenCV repeats pictures
            steps = [b - a for a, b in itertools.pairwise(times(one.path / "e1.mp4"))]
            assert max(steps) == pytest.approx(0.3, abs=0.01)
    else:
        assert (known["pictures"], known["left_out"]) == (21, 0)


def test_a_file_waits_and_loses_nothing(room, monkeypatch):
    def slow(image, quality):
        time.sleep(0.005)
        return encoded(image, quality)

    monkeypatch.setattr(frame_encoder, "encoded", slow)
    one = room(memory=1_000_000, before=5.0)
    one.play(_tenths(40), [report("start", 2.0)]).close()
    assert one.recorder.left_out == 0
    assert record(one.path)["pictures"] == 40


def test_a_full_disk_ends_a_clip_and_not_the_run(room, monkeypatch):
    rooms = []

    def check(path):
        rooms.append(path)
        if len(rooms) > 2:
            raise SinkError(f"Cannot write {path}: less than 16 MB are free.")

    for module in ("pyav_writer", "opencv_writer"):
        monkeypatch.setattr(
            f"edgevision.runtime.sinks.video.{module}.check_room", check
        )
        monkeypatch.setattr(
            "edgevision.runtime.sinks.video.opencv_writer._CHECK_EVERY", 10
        )
    one = room().play(_tenths(60), [report("start", 1.0)])
    one.play(_tenths(10, begin=60), [report("end", 6.0)]).close()
    known = record(one.path)
    assert known["ended_by"] == "disk"
    assert "less than 16 MB are free" in known["error"]
    assert known["pictures"] == 20
    assert len(times(one.path / known["files"]["clip"])) == 20
    assert sum("ends early" in note for note in one.notes) == 1


def test_a_folder_that_is_gone_ends_the_clips_and_not_the_run(room):
    one = room()
    one.play(_tenths(20), [report("start", 1.0)])
    one.path.rename(one.path.parent / "elsewhere")
    one.play(_tenths(20, begin=20), [report("start", 2.5, event_id="second")])
    one.close()
    assert any("No such file or directory" in note for note in one.notes)
    assert not one.path.exists()


def test_the_snapshot_is_the_best_picture_of_the_track(room):
    shots = {7: Sighting(0.9, (2.0, 2.0, 60.0, 46.0), "cat")}

    def find(track):
        return shots.get(track)

    events = [
        report("start", 1.0, track_id=7, box=(4.0, 4.0, 9.0, 9.0), score=0.4),
        report("end", 2.0, track_id=7),
    ]
    one = room().play(_tenths(30), events, find=find).close()
    known = record(one.path)
    assert known["snapshot"]["box"] == [2.0, 2.0, 60.0, 46.0]
    assert known["snapshot"]["label"] == "cat"
    assert known["files"]["snapshot_box"] == "e1-box.jpg"
    assert one.names == ["e1-box.jpg", "e1.jpg", "e1.json", known["files"]["clip"]]
    plain, drawn = (
        cv2.imread(str(one.path / name)) for name in ("e1.jpg", "e1-box.jpg")
    )
    assert abs(plain.astype(int) - drawn).max() > 50


def test_a_snapshot_without_an_object_has_no_score(room):
    """As of "not seen(cat)": a score of 1 would say that there is a sure cat."""
    one = room().play(_tenths(30), [report("start", 1.0), report("end", 2.0)]).close()
    snapshot = record(one.path)["snapshot"]
    assert (snapshot["score"], snapshot["box"]) == (None, None)
    assert one.names[0] == "e1.jpg"


@pytest.mark.parametrize("passes", [True, False])
def test_a_cameras_own_file_goes_into_the_ring_only_where_nothing_is_covered(
    room, passes
):
    whole = picture(3)
    jpeg = encoded(whole, 95)
    decoded = []

    def decode():
        decoded.append(1)
        return whole

    late = LatePicture(whole[::2, ::2].copy(), 2, decode, jpeg=jpeg)
    one = room(passes_jpegs=passes)
    one.recorder.add(LateFrame(late, 0, 0, "cam", None, 1.0))
    # One that is turned is no longer its file.
    turned = late.changed(lambda image: image[::-1].copy())
    one.recorder.add(LateFrame(turned, 0, 1, "cam", None, 1.1))
    # One that is too wide is made smaller.
    one.close()
    assert (one.recorder.encoder.passed, one.recorder.encoder.encoded) == (
        passes,
        2 - passes,
    )
    assert len(decoded) == 2 - passes


def _packets():
    import av

    with av.open(io.BytesIO(video_bytes("h264")), "r", format="h264") as stream:
        return [(bytes(p), p.is_keyframe) for p in stream.demux(video=0) if p.size]


def _settle(one):
    """Wait until all that was handed over is written."""
    inside = one.recorder
    _wait(lambda: not inside._shots and not inside._writer._bytes)


def _send(one, packets, reports=(), *, begin_s=1000.0, headers=b""):
    """Send a packet each tenth of a second, and the frame that is made of it."""
    tap = PacketTap()
    one.recorder.take_packets(tap)
    for number, (data, is_key) in enumerate(packets):
        time_s = begin_s + number / 10
        tap.taker(VideoPacket(time_s, data, is_key, headers))
        due = [event for event in reports if abs(event.time_s - time_s) < 0.01]
        one.recorder.add(frame(number, time_s, live=True), due)
        _settle(one)


@needs_pyav
def test_a_copy_begins_with_the_whole_picture_before_and_has_the_times(room):
    # Every fourth picture is a whole one: 1000.4 is the last before 1000.55.
    events = [report("start", 1000.9), report("end", 1001.0)]
    one = room(before=0.35, after=0.1, copy=True)
    _send(one, _packets(), events)
    known = record(one.close().path)
    assert known["copied"]
    assert known["before"] == {"asked_s": 0.35, "held_s": 0.5}
    assert known["ended_by"] == "run"
    assert known["stream_s"]["begin"] == 1000.4
    assert known["stream_s"]["end"] == 1001.1
    assert (known["width"], known["height"]) == SIZE
    stamps = times(one.path / "e1.mp4")
    assert stamps == pytest.approx([n / 10 for n in range(8)], abs=1e-4)
    capture = cv2.VideoCapture(str(one.path / "e1.mp4"))
    levels = [round(float(capture.read()[1].mean())) for _ in range(8)]
    capture.release()
    assert levels == pytest.approx([10 + 20 * n for n in range(4, 12)], abs=5)
    # The first frame came before it was known that there are packets.
    assert one.recorder.encoder.encoded == 0
    assert one.notes == []


@needs_pyav
def test_a_camera_that_comes_back_with_another_video_ends_a_copy(room):
    one = room(before=0.1, copy=True)
    _send(one, _packets(), [report("start", 1000.5)])
    later = [report("start", 1002.5, event_id="e2")]
    _send(one, _packets(), later, begin_s=1002.0, headers=b"\0\0\0\1\x09\x10")
    # Then it has none that can be copied: pictures are encoded.
    more = [report("start", 1008.0, event_id="e3")]
    for tenth in range(60, 85):
        due = [event for event in more if abs(event.time_s - 1000 - tenth / 10) < 0.01]
        one.recorder.add(frame(tenth, 1000 + tenth / 10, live=True), due)
        _settle(one)
    one.close()
    assert record(one.path)["ended_by"] == "stream"
    assert record(one.path)["pictures"] == 8
    assert record(one.path, "e2")["ended_by"] == "stream"
    assert record(one.path, "e2")["copied"]
    assert not record(one.path, "e3")["copied"]
    assert record(one.path, "e3")["pictures"] == 6


@needs_pyav
def test_packets_beyond_the_memory_are_left_out_up_to_a_whole_picture(
    room, monkeypatch
):
    gate = threading.Event()
    take = recorder.PacketFeed.take

    def slow(self, packet, left_out):
        gate.wait(30)
        return take(self, packet, left_out)

    monkeypatch.setattr(recorder.PacketFeed, "take", slow)
    one = room(memory=1_000_000, before=0.0, copy=True)
    tap = PacketTap()
    one.recorder.take_packets(tap)
    # Zeros may follow a unit.
    packets = [(data + bytes(300_000), is_key) for data, is_key in _packets()]
    for number, (data, is_key) in enumerate(packets):
        if number == 7:  # there is room again, but nothing to build on
            gate.set()
            _settle(one)
        tap.taker(VideoPacket(1000 + number / 10, data, is_key))
        if number == 0:
            began = [report("start", 1000.0)]
            one.recorder.add(frame(0, 1000.0, live=True), began)
        if number > 7:
            _settle(one)
    known = record(one.close().path)
    # Three of the first eight fit; those from the eighth on follow a whole one.
    assert known["pictures"] == 3 + 4
    assert known["left_out"] == 5
    assert len(times(one.path / "e1.mp4")) == 7


def test_a_fault_of_the_code_reaches_the_run(room, monkeypatch):
    def broken(image, quality):
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(frame_encoder, "encoded", broken)
    one = room()
    one.recorder.add(frame(0, 0.0))
    with pytest.raises(ZeroDivisionError):
        one.play(_tenths(100, begin=1))
