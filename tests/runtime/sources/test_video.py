"""Video files: every frame, real time, damage."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest
from edgevision.runtime.sources.open import open_source
from support.fault_rows import Listener, record_fault

from edgevision.errors import SourceError


def write_video(path, count=20, *, fps=25.0, fourcc="MJPG", size=(64, 48)):
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter_fourcc(*fourcc), fps, size, True
    )
    assert writer.isOpened()
    for number in range(count):
        writer.write(np.full((size[1], size[0], 3), number * 10 % 256, np.uint8))
    writer.release()


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "clip.avi"
    write_video(path)
    return path


def test_every_frame_comes_once_and_in_order(clip):
    source = open_source(str(clip))
    frames = list(source)
    assert not source.live
    assert [frame.index for frame in frames] == list(range(20))
    levels = [float(frame.image.mean()) for frame in frames]
    np.testing.assert_allclose(levels, [n * 10 for n in range(20)], atol=3)


@pytest.mark.parametrize(("suffix", "fourcc"), [(".avi", "MJPG"), (".mkv", "mp4v")])
@pytest.mark.parametrize("realtime", [False, True])
def test_frames_know_their_position_in_the_file(tmp_path, suffix, fourcc, realtime):
    path = tmp_path / f"clip{suffix}"
    write_video(path, 8, fps=12.5, fourcc=fourcc)
    positions = [f.position_s for f in open_source(str(path), realtime=realtime)]
    # Matroska counts in milliseconds.
    np.testing.assert_allclose(positions, np.arange(8) / 12.5, atol=0.0006)


class WrongHeader:
    """A capture of a file whose frames come every 40 ms, whatever its header says.

    OpenCV reads H.264 in AVI so: 50 frames per second are stated, and twice the frames.
    """

    def __init__(self, stated_fps, stated_frames, positions_ms):
        self.stated = {
            cv2.CAP_PROP_FPS: stated_fps,
            cv2.CAP_PROP_FRAME_COUNT: stated_frames,
        }
        self.positions = positions_ms
        self.next = 0

    def isOpened(self):  # noqa: N802 - OpenCV's name
        return True

    def read(self):
        if self.next == len(self.positions):
            return False, None
        self.next += 1
        return True, np.zeros((4, 4, 3), np.uint8)

    def get(self, what):
        if what == cv2.CAP_PROP_POS_MSEC:
            return self.positions[self.next - 1]
        return self.stated[what]

    def release(self): ...


@pytest.mark.parametrize(
    ("fps", "frames", "positions", "cut"),
    [
        (50.0, 200, np.arange(100) * 40.0, False),  # twice the rate, twice the frames
        (25.0, 100, np.arange(100) * 40.0, False),  # as it is
        (25.0, 200, np.arange(100) * 40.0, True),  # cut off
        (50.0, 100, np.arange(100) * 40.0, False),  # the rate alone is wrong
        (25.0, 200, np.zeros(100), True),  # no positions: the count alone
    ],
)
def test_a_wrong_header_is_not_taken_for_a_cut_off_file(
    clip, monkeypatch, fps, frames, positions, cut
):
    capture = WrongHeader(fps, frames, positions.tolist())
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: capture)
    source = open_source(str(clip))
    notes = []
    source.status.on_note = notes.append
    assert len(list(source)) == 100
    assert bool(notes) is cut


@pytest.mark.parametrize(
    ("stated", "positions"),
    [
        # H.264 in AVI with B frames: begins at 80 ms, and the last two have no time.
        ([80.0, 120.0, 160.0, 0.0, 0.0], [0.0, 0.04, 0.08, 0.12, 0.16]),
        ([0.0, 40.0, 140.0, 150.0], [0.0, 0.04, 0.14, 0.15]),  # a varying rate
        ([0.0, 40.0, 40.0, 120.0], [0.0, 0.04, 0.08, 0.12]),  # one has no time
        ([0.0, 0.0, 0.0], [0.0, None, None]),  # none has
    ],
)
def test_a_frame_without_a_time_comes_one_step_after_the_one_before(
    clip, monkeypatch, stated, positions
):
    capture = WrongHeader(25.0, len(stated), stated)
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: capture)
    assert [frame.position_s for frame in open_source(str(clip))] == positions


def test_real_time_plays_a_file_at_its_own_pace(clip):
    source = open_source(str(clip), realtime=True)
    began = time.monotonic_ns()
    stamps = [frame.timestamp_ns for frame in source]
    assert source.live
    assert len(stamps) == 20
    # At 25 fps none is early; on a busy machine some are late.
    due = began + 4e7 * np.arange(20)
    assert (np.array(stamps) >= due - 1e6).all()
    assert time.monotonic_ns() - began > 0.5e9


def test_a_file_that_is_no_video_is_told(tmp_path, capfd):
    (tmp_path / "clip.mp4").write_bytes(b"this is no video" * 100)
    with pytest.raises(
        SourceError, match="as a video: it is damaged or cut off"
    ) as caught:
        open_source(str(tmp_path / "clip.mp4"))
    record_fault(
        "video-none",
        source="video",
        fault="the file is no video",
        against="text named .mp4",
        told=str(caught.value),
        then="exit 1",
    )


def test_a_cut_off_video_gives_its_frames_and_says_where_it_ends(tmp_path):
    path = tmp_path / "clip.avi"
    write_video(path, 60, size=(320, 240))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    source = open_source(str(path))
    listener = Listener(source)
    listener.harm()
    frames = list(source)
    assert 10 < len(frames) < 50
    assert len(listener.told) == 1
    assert f"ends after {len(frames)} of about 60 frames" in listener.told[0]
    listener.record(
        "video-truncated",
        source="video",
        fault="the file is cut in half",
        against="Motion JPEG .avi of 60 frames",
        then="every frame that is there is used; exit 0",
    )


def test_closing_before_the_end_lets_go_of_the_file(clip):
    source = open_source(str(clip))
    for frame in source:
        if frame.index == 3:
            source.close()
    assert frame.index == 3
    assert not source._capture.isOpened()
