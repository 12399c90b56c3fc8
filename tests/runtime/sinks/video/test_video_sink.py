"""The video sink: the speed of life, by OpenCV and by PyAV, read by others."""

from __future__ import annotations

import itertools
import json
import logging
import resource
import shutil
import subprocess
from dataclasses import replace

import cv2
import numpy as np
import pytest
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.sinks.open import open_sink
from edgevision.runtime.timing import Timing
from support.clips import needs_pyav, number_of, picture
from support.streams import classes

from edgevision.errors import OutputExistsError, SinkError

VIDEO = "edgevision.runtime.sinks.video"
PYAV = pytest.param("pyav", marks=needs_pyav)


def _without_pyav(monkeypatch):
    for module in ("encoders", "video_sink"):
        monkeypatch.setattr(f"{VIDEO}.{module}.has_pyav", lambda: False)


@pytest.fixture(params=["opencv", PYAV])
def package(request, monkeypatch):
    """Write by one package; without PyAV as on a machine that has none."""
    if request.param == "opencv":
        _without_pyav(monkeypatch)
    return request.param


def _event(index, *, at_s=0.0, source="cam", size=(64, 48), details=None, image=None):
    image = picture(index, size) if image is None else image
    frame = Frame(image, int(1e12 + at_s * 1e9), index, source, details)
    return Event(frame, classes((1, 0.9)), Timing())


def shown(path) -> list[tuple[int, float]]:
    """Return the number of each picture of a video and its time, read by OpenCV."""
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    assert capture.isOpened()
    pictures = []
    while (got := capture.read())[0]:
        stated = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        pictures.append((number_of(got[1]), stated))
    return pictures


def changes(path) -> list[tuple[int, float]]:
    """Return the same without those that show what the one before shows."""
    groups = itertools.groupby(shown(path), key=lambda item: item[0])
    return [next(group) for _, group in groups]


def rate(path) -> float:
    return cv2.VideoCapture(str(path), cv2.CAP_FFMPEG).get(cv2.CAP_PROP_FPS)


def length_s(path) -> float:
    """Return how long a video plays, by ffprobe, or by OpenCV where it is absent."""
    if shutil.which("ffprobe"):
        command = ["ffprobe", "-v", "error", "-of", "json", "-show_format", str(path)]
        report = subprocess.run(command, capture_output=True, check=True, timeout=30)
        assert not report.stderr
        return float(json.loads(report.stdout)["format"]["duration"])
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    return capture.get(cv2.CAP_PROP_FRAME_COUNT) / capture.get(cv2.CAP_PROP_FPS)


@pytest.mark.parametrize("suffix", [".mkv", ".avi", ".mp4"])
def test_a_video_file_s_frames_keep_their_rate(tmp_path, suffix, caplog, package):
    path = tmp_path / f"out{suffix}"
    sink = open_sink(f"video:{path}?draw=0")
    for number in range(12):
        sink.write(_event(number, details={"fps": 12.0}))
    sink.close()
    assert [number for number, _ in shown(path)] == list(range(12))
    assert rate(path) == pytest.approx(12, rel=0.01)
    assert length_s(path) == pytest.approx(1, abs=0.003)
    warned = suffix == ".mp4" and package == "opencv"
    assert ("none of it can be read" in caplog.text) == warned


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_a_live_video_plays_as_long_as_it_took(tmp_path, package, suffix):
    path = tmp_path / f"out{suffix}"
    sink = open_sink(f"video:{path}?draw=0")
    # 20 a second, then half of them, then a gap of a second.
    times = [n / 20 for n in range(20)] + [1 + n / 10 for n in range(10)] + [3.0, 3.05]
    for number, at_s in enumerate(times):
        sink.write(_event(number, at_s=at_s))
    sink.close()
    pictures = changes(path)
    assert [number for number, _ in pictures] == [n % 24 for n in range(32)]
    np.testing.assert_allclose([at_s for _, at_s in pictures], times, atol=0.0011)
    assert length_s(path) == pytest.approx(3.1, abs=0.003)
    assert len(shown(path)) == (62 if package == "opencv" else 32)


@pytest.mark.parametrize(
    ("stated", "positions", "fps"),
    [
        (25.0, np.arange(12) / 25, 25.0),  # each frame once
        (29.97, np.round(np.arange(12) / 29.97, 3), 29.97),  # in milliseconds
        (50.0, np.arange(12) / 25, 25.0),  # H.264 in AVI: twice the rate is stated
        (0.0, np.arange(12) / 25, 25.0),  # none is stated
        # A varying rate: eight frames, then one that stands for a second.
        (20.0, np.append(np.arange(8) / 20, [1.4, 1.45]), 20.0),
        (25.0, np.array([0.0, 0.04]), 25.0),  # too few to measure
    ],
)
def test_a_video_files_frames_stand_as_long_as_in_the_file(
    tmp_path, stated, positions, fps, package
):
    path = tmp_path / "out.mkv"
    sink = open_sink(f"video:{path}?draw=0")
    for number, position in enumerate(positions):
        event = _event(number, details={"fps": stated})
        frame = replace(event.frame, position_s=float(position))
        sink.write(replace(event, frame=frame))
    sink.close()
    pictures = changes(path)
    assert [number for number, _ in pictures] == list(range(len(positions)))
    np.testing.assert_allclose([at_s for _, at_s in pictures], positions, atol=0.0015)
    assert length_s(path) == pytest.approx(positions[-1] + 1 / fps, abs=0.003)


def test_a_long_gap_does_not_fill_the_disk(tmp_path, package):
    path = tmp_path / "out.mkv"
    sink = open_sink(f"video:{path}?draw=0")
    for number in range(10):
        sink.write(_event(number, at_s=number / 10))
    sink.write(_event(10, at_s=5 * 3600))
    sink.write(_event(11, at_s=5 * 3600 + 0.1))
    sink.close()
    assert changes(path)[-2:] == [
        (10, pytest.approx(10.9, abs=0.002)),
        (11, pytest.approx(11.0, abs=0.002)),
    ]


def test_too_few_frames_to_know_the_rate_are_still_written(tmp_path, package):
    sink = open_sink(f"video:{tmp_path}/out.mkv?draw=0")
    sink.write(_event(3))
    sink.close()
    assert shown(tmp_path / "out.mkv") == [(3, 0.0)]


def test_slow_frames_do_not_wait_for_five_of_them(tmp_path, package):
    path = tmp_path / "out.mkv"
    sink = open_sink(f"video:{path}?draw=0")
    for number in range(3):
        sink.write(_event(number, at_s=number * 4))
        assert bool(path.stat().st_size) == (number > 0)
    sink.close()
    assert [number for number, _ in changes(path)] == [0, 1, 2]


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_images_stand_for_a_second_each(tmp_path, package, suffix):
    path = tmp_path / f"out{suffix}"
    sink = open_sink(f"video:{path}?draw=0")
    for number in range(3):
        sink.write(_event(number, source=f"{number}.jpg"))
    sink.close()
    assert shown(path) == [(0, 0.0), (1, 1.0), (2, 2.0)]
    assert length_s(path) == pytest.approx(3.0, abs=0.003)


@pytest.mark.parametrize("size", [(65, 49), (33, 200)])
def test_odd_and_changing_sizes_are_fitted(tmp_path, size, caplog, package):
    sink = open_sink(f"video:{tmp_path}/out.mkv?fps=5")
    sink.write(_event(0, size=size))
    sink.write(_event(1, size=size))
    assert "are resized" not in caplog.text
    sink.write(_event(2, size=(80, 60)))
    sink.close()
    assert len(shown(tmp_path / "out.mkv")) == 3
    assert "are resized to fit" in caplog.text


@needs_pyav
@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_with_pyav_a_video_is_h264_in_the_colours_of_its_frames(tmp_path, suffix):
    import av

    path = tmp_path / f"out{suffix}"
    image = np.zeros((96, 128, 3), np.uint8)
    image[:, :64] = 200, 30, 60
    image[:, 64:] = 20, 180, 240
    sink = open_sink(f"video:{path}?draw=0&fps=10&preset=medium")
    for number in range(5):
        sink.write(_event(number, image=image))
    sink.close()
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert context.colorspace == 6  # stated: players guess by the size otherwise
        frames = [f.to_ndarray(format="bgr24") for f in container.decode(video=0)]
    np.testing.assert_allclose(frames[-1][:, 4:56], image[:, 4:56], atol=6)
    np.testing.assert_allclose(frames[-1][:, 72:], image[:, 72:], atol=6)


@needs_pyav
def test_a_name_that_is_no_utf_8_and_one_with_a_colon_are_written(tmp_path):
    import os

    folder = os.fsencode(tmp_path)
    for name in (b"caf\xe9.mp4", b"12:30.mp4"):
        path = os.fsdecode(os.path.join(folder, name))
        sink = open_sink(f"video:{path}?fps=5")
        sink.write(_event(0))
        sink.close()
    assert {b"caf\xe9.mp4", b"12:30.mp4"} <= set(os.listdir(folder))


@pytest.mark.parametrize("name", ["12:30.mkv", "12:30.avi"])
def test_a_name_with_a_colon_is_no_address(tmp_path, monkeypatch, name, package):
    monkeypatch.chdir(tmp_path)
    sink = open_sink(f"video:{name}?fps=5&draw=0")
    sink.write(_event(2))
    sink.close()
    assert shown(tmp_path / name) == [(2, 0.0)]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("video:{dir}/out.gif", "ends in .mkv, .avi, .mp4"),
        ("video:{dir}/none/out.mkv", "there is no folder"),
        ("video:{dir}/out.mkv?fourcc=x", "expected four letters"),
        (
            "video:{dir}/out.mkv?preset=slowest",
            "slowest.*: expected one of ultraf",
        ),
        ("video:{dir}/out.avi?preset=ultrafast", "is for H.264.* choose .mp4 or .mkv"),
    ],
)
def test_what_cannot_be_a_video_is_told(tmp_path, text, match):
    with pytest.raises(SinkError, match=match):
        open_sink(text.format(dir=tmp_path))


def test_an_output_that_exists_needs_force_and_is_replaced_whole(tmp_path, package):
    path = tmp_path / "out.mkv"
    path.write_bytes(b"x" * 100_000)
    with pytest.raises(OutputExistsError, match="already exists"):
        open_sink(f"video:{path}")
    sink = open_sink(f"video:{path}?fps=5&draw=0", force=True)
    sink.write(_event(1))
    sink.close()
    assert shown(path) == [(1, 0.0)]
    assert path.stat().st_size < 100_000


def test_a_video_is_written_by_one_run_alone_and_what_is_empty_needs_no_force(
    tmp_path, package
):
    path = tmp_path / "out.mkv"
    path.touch()  # as a run leaves it that is killed before its first frame
    with open_sink(f"video:{path}?draw=0") as sink:
        sink.write(_event(0))
        with pytest.raises(SinkError, match="is written to by another output of this"):
            open_sink(f"video:{path}", force=True)
    assert [number for number, _ in shown(path)] == [0]
    assert not open_sink(f"video:{tmp_path}/b.mkv").close()
    assert not (tmp_path / "b.mkv").exists()


def test_without_pyav_h264_is_refused_with_its_cure(tmp_path, monkeypatch, capfd):
    _without_pyav(monkeypatch)
    for fourcc, cure in (("ABCD", "Omit fourcc"), ("zzzz", "Omit fourcc")):
        sink = open_sink(f"video:{tmp_path}/a.mkv?fourcc={fourcc}&fps=5&on-error=stop")
        with pytest.raises(SinkError, match=f"this OpenCV does not have it. {cure}"):
            sink.write(_event(0))
        sink.close()
        assert not (tmp_path / "a.mkv").exists()


@needs_pyav
def test_a_codec_of_opencvs_own_is_still_chosen_by_its_letters(tmp_path):
    path = tmp_path / "out.mkv"
    sink = open_sink(f"video:{path}?fourcc=MJPG&fps=5&draw=0")
    sink.write(_event(7))
    sink.close()
    code = int(cv2.VideoCapture(str(path)).get(cv2.CAP_PROP_FOURCC))
    assert code.to_bytes(4, "little") == b"MJPG"
    assert shown(path) == [(7, 0.0)]


@needs_pyav
@pytest.mark.parametrize("fourcc", ["MJPG", "mp4v"])
def test_with_pyav_nobody_is_told_to_install_it(tmp_path, fourcc, caplog):
    open_sink(f"video:{tmp_path}/a.mp4?fourcc={fourcc}").close()
    assert caplog.messages[0].endswith("For an mp4 that can, omit fourcc")
    with pytest.raises(SinkError, match="Omit it, or omit fourcc$"):
        open_sink(f"video:{tmp_path}/a.mkv?fourcc={fourcc}&preset=fast")


def test_a_full_disk_is_told(tmp_path, monkeypatch, package):
    monkeypatch.setattr("edgevision.runtime.sinks.video.writer._ROOM_BYTES", 1 << 62)
    sink = open_sink(f"video:{tmp_path}/out.mkv?fps=5&on-error=stop")
    with pytest.raises(SinkError, match="MB are free on its disk"):
        sink.write(_event(0))


@pytest.mark.parametrize("suffix", [".mkv", pytest.param(".mp4", marks=needs_pyav)])
def test_what_a_disk_does_not_take_is_left_out_and_the_rest_can_be_read(
    tmp_path, package, suffix, caplog
):
    if suffix == ".mp4" and package == "opencv":
        pytest.skip("OpenCV's mp4 is one piece")
    caplog.set_level(logging.CRITICAL)
    path = tmp_path / f"out{suffix}"
    sink = open_sink(f"video:{path}?draw=0&fps=10").sink
    noise = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    refused = 0
    try:
        for number in range(100):
            if number == 35:  # as on a disk that is full, and has room again later
                limit = path.stat().st_size + 700
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limits[1]))
            if number == 65:
                resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            image = noise.copy()
            image[:, :32] = picture(number)[:, :32]
            try:
                sink.write(_event(number, image=image))
            except SinkError as error:
                refused += 1
                text = str(error)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    sink.close()
    assert refused >= 2
    assert "Cannot write" in text
    assert "File too large" in text
    kept = [round(at_s * 10) for _, at_s in shown(path)]
    assert set(range(20)) <= set(kept)
    assert set(range(80, 100)) <= set(kept)
    assert 40 not in kept
    assert {n % 24 for n in kept} == {n for n, _ in shown(path)}
