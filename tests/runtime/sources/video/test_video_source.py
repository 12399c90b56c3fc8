"""Video files: every frame, real time, damage."""

from __future__ import annotations

import time
from fractions import Fraction

import cv2
import numpy as np
import pytest
from edgevision.runtime.sources.open import open_source
from edgevision.runtime.sources.video.codecs import codec_of_file
from edgevision.runtime.sources.video.opencv_reader import OpencvReader
from edgevision.runtime.sources.video.video_source import VideoSource, open_reader
from support.clips import B_FRAMES, make_clip, needs_pyav, number_of
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
        return self.stated.get(what, 0.0)

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
    source = VideoSource(clip, reader=OpencvReader)
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
    source = VideoSource(clip, reader=OpencvReader)
    assert [frame.position_s for frame in source] == positions


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
    with pytest.raises(SourceError, match="clip.mp4 as a video: it is damaged"):
        open_source(str(tmp_path / "clip.mp4"))
    with pytest.raises(
        SourceError, match="as a video: it is damaged or cut off"
    ) as caught:
        OpencvReader(tmp_path / "clip.mp4")
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
    source = VideoSource(clip, reader=OpencvReader)
    for frame in source:
        if frame.index == 3:
            source.close()
    assert frame.index == 3
    assert not source._reader._capture.isOpened()


def test_a_name_with_a_colon_is_no_address(tmp_path, monkeypatch):
    write_video(tmp_path / "12:30:05.avi", 3)
    monkeypatch.chdir(tmp_path)
    assert len(list(open_source("12:30:05.avi"))) == 3
    assert len(list(VideoSource("12:30:05.avi", reader=OpencvReader))) == 3


VARYING = [0, 1, 2, 5, 6, 20, 21, 22, 40, 41, 45, 46]
READERS = [open_reader, OpencvReader]


@needs_pyav
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("name", "ticks", "time_base"),
    [
        ("a.mp4", VARYING, Fraction(1, 30)),
        ("a.mkv", VARYING, Fraction(1, 30)),
        ("a.mp4", [n * 1001 for n in range(12)], Fraction(1, 24000)),
        ("a.mp4", [n * 3 for n in range(12)], Fraction(1, 7)),
        ("a.ts", range(20), Fraction(1, 30)),
        ("a.avi", range(20), Fraction(1, 30)),  # H.264 in AVI, with B frames
        ("a.mkv", range(90, 110), Fraction(1, 30)),  # begins after three seconds
    ],
)
def test_positions_are_the_streams_own(tmp_path, reader, name, ticks, time_base):
    path = make_clip(tmp_path / name, ticks, time_base, options=B_FRAMES)
    source = VideoSource(path, reader=reader)
    notes = []
    source.status.on_note = notes.append
    frames = list(source)
    assert [number_of(frame.image) for frame in frames] == [
        n % 24 for n in range(len(ticks))
    ]
    known = [float((tick - ticks[0]) * time_base) for tick in ticks]
    # Matroska counts in milliseconds.
    np.testing.assert_allclose([f.position_s for f in frames], known, atol=0.0011)
    assert notes == []


@needs_pyav
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_picture_is_turned_upright_by_either_reader(tmp_path, turn):
    path = make_clip(
        tmp_path / "a.mp4", range(3), Fraction(1, 10), size=(64, 48), turn=turn
    )
    # The bar at the left goes to the bottom by a quarter turn counter-clockwise.
    bar = {
        0: np.s_[:, 4:28],
        90: np.s_[36:60],
        180: np.s_[:, 36:60],
        270: np.s_[4:28],
    }[turn]
    pictures = [
        [frame.image for frame in VideoSource(path, reader=reader)]
        for reader in READERS
    ]
    for number, (image, other) in enumerate(zip(*pictures, strict=True)):
        assert image.shape == ((64, 48, 3) if turn % 180 else (48, 64, 3))
        np.testing.assert_array_equal(image, other)
        np.testing.assert_allclose(image[bar], 10 + 10 * number, atol=8)


@needs_pyav
@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp4", "libsvtav1"), ("a.mkv", "libx265")]
)
def test_newer_codecs_are_read_by_pyav(tmp_path, name, codec, capfd):
    path = make_clip(tmp_path / name, range(6), Fraction(1, 10), codec=codec)
    frames = list(open_source(str(path)))
    assert [number_of(frame.image) for frame in frames] == list(range(6))


@needs_pyav
def test_av1_without_pyav_is_named_with_its_cure(tmp_path, monkeypatch, capfd):
    path = make_clip(tmp_path / "a.mkv", range(3), Fraction(1, 10), codec="libsvtav1")
    source = VideoSource(path, reader=OpencvReader)
    with pytest.raises(SourceError, match="its video is AV1, which this OpenCV"):
        list(source)


@needs_pyav
@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp4", "H.264"), ("a.mov", "H.264"), ("a.mkv", "H.264"), ("a.avi", "H.264")],
)
def test_a_file_says_its_codec_without_a_decoder(tmp_path, name, codec):
    path = make_clip(tmp_path / name, range(3), Fraction(1, 10))
    assert codec_of_file(path) == codec
    assert codec_of_file(make_clip(tmp_path / "a.ts", range(3), Fraction(1, 10))) == ""


@needs_pyav
@pytest.mark.parametrize("reader", READERS)
def test_a_codec_that_nothing_decodes_is_named(tmp_path, reader, capfd):
    path = make_clip(tmp_path / "a.mp4", range(3), Fraction(1, 10))
    path.write_bytes(
        path.read_bytes().replace(b"avc1", b"zzz1").replace(b"avcC", b"zzzC")
    )
    with pytest.raises(SourceError, match="decoder for .*zzz1"):
        reader(path)


@needs_pyav
def test_damaged_pictures_are_left_out_with_those_that_build_on_them(tmp_path):
    path = make_clip(
        tmp_path / "a.mp4",
        range(60),
        Fraction(1, 10),
        size=(160, 120),
        options={"g": "10", "keyint_min": "10", "bf": "0", "preset": "ultrafast"},
    )
    import av

    with av.open(str(path)) as container:
        packets = [p for p in container.demux(video=0) if p.size]
        places = {p.pts * p.time_base * 10: (p.pos, p.size) for p in packets}
    data = bytearray(path.read_bytes())
    position, size = places[14]
    data[position + 4 : position + size] = b"\xff" * (size - 4)
    path.write_bytes(data)
    source = open_source(str(path))
    notes = []
    source.status.on_note = notes.append
    indices = [round(frame.position_s * 10) for frame in source]
    assert indices == [n for n in range(60) if not 14 <= n < 20]
    assert source.status.unreadable == 6
    assert len(notes) == 1
    assert "are damaged. They are skipped" in notes[0]
