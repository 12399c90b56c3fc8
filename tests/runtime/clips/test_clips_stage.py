"""Clips as a stage of a run: what the stages before it say is in the files."""

from __future__ import annotations

import io
import os
import threading
import time
from contextlib import suppress
from dataclasses import replace

import cv2
import numpy as np
import pytest
from edgevision.runtime.clips import ClipFolder, Clips, ClipSettings
from edgevision.runtime.clips.ring import encoded
from edgevision.runtime.pipeline import Pipeline
from edgevision.runtime.redaction import RedactionSettings, RedactStage
from edgevision.runtime.sources import Source
from edgevision.runtime.sources.pipe.pipe_source import PipeSource
from edgevision.runtime.stage import Stage
from edgevision.runtime.tracking import Tracks
from support.clip_events import frame, record, report, times
from support.clips import needs_pyav
from support.streams import FakeRunner
from support.video_bytes import EVERY, video_bytes

from edgevision.errors import SinkError


class _File(Source):
    """Three seconds of a video of ten numbered frames each."""

    def frames(self):
        for number in range(30):
            yield frame(number, number / 10)


class _Watchman(Stage):
    """Report track 5 from 1.0 s on, with the run's end as its end."""

    name = "rules"

    def apply(self, event):
        time_s = event.frame.time_s
        # From 2.0 s on the track is not seen, and its box is a guess.
        seen_s = min(time_s, 1.9)
        tracks = Tracks(
            time_s=time_s,
            ids=np.array([4, 5], np.int64),
            class_ids=np.array([1, 2], np.int64),
            labels=("dog", "cat"),
            boxes=np.array([[0, 0, 9, 9], [4, 4, 60, 44]], np.float32),
            scores=np.array([0.9, 0.3 + seen_s / 4], np.float32),
            seen_s=np.array([time_s, seen_s]),
            since_s=np.array([0.0, 0.0]),
            trails=np.full((2, 1, 2), np.nan, np.float32),
        )
        reports = (report("start", 1.0, track_id=5),) if time_s == 1.0 else ()
        return replace(event, tracks=tracks, rule_events=reports)

    def end(self, rule_events):
        return (*rule_events, report("end", 2.9, track_id=5))


def test_a_run_leaves_a_clip_with_the_model_the_track_and_the_last_end(tmp_path):
    clips = Clips(ClipSettings(str(tmp_path / "events"), before=0.5, fps=0.0))
    stages = [_Watchman(), clips]
    pipeline = Pipeline(_File("clip.mp4"), FakeRunner(), stages=stages, model="net")
    with pipeline:
        assert len(list(pipeline)) == 30
        assert "clips" in pipeline.latency.rows
    clips.close()
    known = record(tmp_path / "events")
    assert known["model"] == "net"
    assert known["pictures"] == 25
    assert known["stream_s"]["event_end"] == 2.9
    assert known["ended_by"] == "run"
    # Its score rises until it is seen no more; a picture must be a tenth better.
    snapshot = known["snapshot"]
    assert snapshot["label"] == "cat"
    assert snapshot["box"] == [4.0, 4.0, 60.0, 44.0]
    assert 1.5 < snapshot["stream_s"] <= 1.9
    assert sorted(known["files"]) == ["clip", "snapshot", "snapshot_box"]


def test_two_cameras_share_a_folder(tmp_path):
    with ClipFolder(tmp_path, quota=10**9) as folder:
        stages = [
            Clips(ClipSettings(str(tmp_path), before=0.0), folder=folder)
            for _ in range(2)
        ]
        for stage, name in zip(stages, ("yard", "door"), strict=True):
            began = report("start", 1.0, event_id=name, camera=name)
            stage.recorder.add(frame(0, 1.0), [began])
            stage.end((report("end", 1.0, event_id=name),))
        for stage in stages:
            stage.close()
        folder.tidy()
    assert {record(tmp_path, name)["camera"] for name in ("yard", "door")} == {
        "yard",
        "door",
    }


class _Bell(Stage):
    """Report an event that begins with frame 6 of a camera and ends with frame 8."""

    name = "rules"

    def __init__(self):
        self.phases = ["start", "end"]

    def apply(self, event):
        limit = {2: 6, 1: 8}.get(len(self.phases), 1000)
        if event.frame.index < limit:
            return event
        now = report(self.phases.pop(0), event.frame.time_s)
        return replace(event, rule_events=(now,))


class _Black(Stage):
    """Cover all of a picture."""

    name = "black"
    covers = True

    def apply(self, event):
        black = np.zeros_like(event.frame.image)
        return replace(event, frame=replace(event.frame, image=black))


def _camera(data, container):
    """Return a live source that sends a picture each 40 ms."""
    import av

    with av.open(io.BytesIO(data), "r", format=container) as stream:
        packets = [bytes(packet) for packet in stream.demux(video=0)]
    if container != "h264":
        # A container is sent in as many portions.
        step = len(data) // 12 + 1
        packets = [data[at : at + step] for at in range(0, len(data), step)]
    reader, writer = os.pipe()

    def send():
        with suppress(BrokenPipeError), os.fdopen(writer, "wb", buffering=0) as file:
            for packet in packets:
                file.write(packet)
                time.sleep(0.04)

    threading.Thread(target=send, daemon=True).start()
    return PipeSource(reader, live=True)


def _decoded(source, **settings):
    import av

    with av.open(source, "r", **settings) as stream:
        return [frame.to_ndarray() for frame in stream.decode(video=0)]


@needs_pyav
def test_a_copied_clip_has_the_cameras_own_pixels_from_a_whole_picture_on(tmp_path):
    data = video_bytes("h264")
    settings = ClipSettings(str(tmp_path), before=0.05, after=0.02, copy=True)
    clips = Clips(settings)
    pipeline = Pipeline(_camera(data, "h264"), FakeRunner(), stages=[_Bell(), clips])
    with pipeline:
        assert list(pipeline)
    clips.close()
    known = record(tmp_path)
    assert known["copied"]
    assert known["ended_by"] in ("event", "run")
    clip = tmp_path / known["files"]["clip"]
    shown, source = _decoded(str(clip)), _decoded(io.BytesIO(data), format="h264")
    # From some whole picture on: how fast they come here decides which.
    assert known["pictures"] == len(shown) >= 4
    begins = range(0, len(source), EVERY)
    assert any(np.array_equal(shown, source[at : at + len(shown)]) for at in begins)
    assert (known["width"], known["height"]) == (64, 48)
    assert (np.diff(times(clip)) > 0).all()
    # No picture was encoded, but for the snapshot.
    assert clips.recorder.encoder.encoded <= 1
    assert "snapshot" in known["files"]


@needs_pyav
def test_where_packets_cannot_be_copied_pictures_are_encoded(tmp_path):
    settings = ClipSettings(str(tmp_path), before=0.05, after=0.02, fps=0.0, copy=True)
    clips = Clips(settings)
    source = _camera(video_bytes("mpegts", "libx265"), "mpegts")
    with Pipeline(source, FakeRunner(), stages=[_Bell(), clips]) as pipeline:
        assert list(pipeline)
    clips.close()
    known = record(tmp_path)
    assert not known["copied"]
    assert known["pictures"] > 0


@needs_pyav
def test_nothing_is_copied_in_a_run_that_covers(tmp_path):
    settings = ClipSettings(str(tmp_path), copy=True)
    source = _camera(video_bytes("h264"), "h264")
    with Clips(settings) as clips, source:
        with pytest.raises(SinkError, match="cannot copy the camera's own video"):
            Pipeline(source, FakeRunner(), stages=[_Bell(), _Black(), clips])
        assert source.packets.taker is None


@pytest.mark.parametrize("covering", [_Black(), None])
def test_a_cameras_own_jpegs_are_kept_only_where_nothing_covers(tmp_path, covering):
    with Clips(ClipSettings(str(tmp_path))) as clips:
        stages = [clips] if covering is None else [covering, clips]
        with Pipeline(_File("clip.mp4"), FakeRunner(), stages=stages):
            assert clips.recorder.encoder.passes_jpegs == (covering is None)


class _Alarm(Stage):
    """Report an event that begins with frame 2 and has a box."""

    name = "rules"

    def apply(self, event):
        if event.frame.index != 2:
            return event
        began = report("start", event.frame.time_s, box=(2.0, 2.0, 40.0, 40.0))
        return replace(event, rule_events=(began,))


def _jpeg_camera(count=10):
    """Return a source of JPEGs whose left half nobody may see: it is red."""
    image = np.full((96, 128, 3), 90, np.uint8)
    image[:, :64] = (0, 0, 255)
    reader, writer = os.pipe()

    def send():
        with os.fdopen(writer, "wb", buffering=0) as file:
            for _ in range(count):
                file.write(encoded(image, 95))
                time.sleep(0.03)

    threading.Thread(target=send, daemon=True).start()
    source = PipeSource(reader)
    source.reduction.rule = lambda width, height: 2
    return source


@pytest.mark.parametrize("is_covered", [False, True])
def test_nothing_of_what_is_covered_is_in_any_file(tmp_path, is_covered):
    left = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
    cover = [RedactStage(RedactionSettings(zones=(left,)))] if is_covered else []
    clips = Clips(ClipSettings(str(tmp_path), fps=0.0))
    clips.recorder.is_live = False
    stages = [_Alarm(), *cover, clips]
    with Pipeline(_jpeg_camera(), FakeRunner(), stages=stages) as pipeline:
        assert len(list(pipeline)) == 10
    clips.close()
    # The camera's own file is kept where nothing is covered, and nothing is encoded.
    encoder = clips.recorder.encoder
    assert (encoder.passed, encoder.encoded) == ((0, 10) if is_covered else (10, 0))
    known = record(tmp_path)
    pictures = [cv2.imread(str(tmp_path / "e1.jpg"))]
    drawn = cv2.imread(str(tmp_path / "e1-box.jpg"))
    assert drawn.shape == (96, 128, 3)
    capture = cv2.VideoCapture(str(tmp_path / known["files"]["clip"]))
    while (read := capture.read())[0]:
        pictures.append(read[1])
    capture.release()
    assert len(pictures) >= 4
    for image in pictures:
        # Red beside the edge, which compression blurs.
        level = image[:, :56, 2].mean()
        assert level < 10 if is_covered else level > 200
        assert image[:, 80:].mean() == pytest.approx(90, abs=6)
    red = drawn[:, :56].astype(int)
    assert ((red[..., 2] > 200) & (red[..., 1] < 60)).any() != is_covered
