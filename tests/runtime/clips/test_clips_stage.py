"""Clips as a stage of a run: what the stages before it say is in the files."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from edgevision.runtime.clips import ClipFolder, Clips, ClipSettings
from edgevision.runtime.pipeline import Pipeline
from edgevision.runtime.sources import Source
from edgevision.runtime.stage import Stage
from edgevision.runtime.tracking import Tracks
from support.clip_events import frame, record, report
from support.streams import FakeRunner


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
