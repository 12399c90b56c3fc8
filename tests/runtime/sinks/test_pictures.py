"""Image files and videos: which frames, whole files, the speed of life, kills."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.results.output_image import OutputImage
from edgevision.runtime.sinks.condition import Condition
from edgevision.runtime.sinks.open import open_sink
from edgevision.runtime.timing import Timing
from support.streams import classes, event

from edgevision.errors import OutputExistsError, SinkError

REPOSITORY = Path(__file__).resolve().parents[3]


def _event(index, *, at_s=0.0, source="cam", size=(64, 48), details=None):
    image = np.full((size[1], size[0], 3), 128, np.uint8)
    frame = Frame(image, int(1e12 + at_s * 1e9), index, source, details)
    return Event(frame, classes((1, 0.9)), Timing())


@pytest.mark.parametrize(
    ("text", "pairs", "count", "chosen"),
    [
        ("", [], 3, True),
        ("label:class 1", [(1, 0.1)], 3, True),
        ("label:class 1", [(2, 0.9)], 3, False),
        ("label:class 1,label:class 2", [(2, 0.9)], 3, True),
        ("score:0.5", [(2, 0.5)], 3, True),
        ("score:0.5", [(2, 0.4)], 3, False),
        ("label:class 1,score:0.5", [(1, 0.4), (2, 0.9)], 3, False),  # not the same
        ("label:class 1,score:0.5", [], 3, False),
        ("every:3", [(1, 0.9)], 4, False),
        ("every:3", [], 6, True),
        ("label:class 1,every:3", [], 6, True),
        ("label:class 1,every:3", [(1, 0.1)], 7, True),
    ],
)
def test_conditions(text, pairs, count, chosen):
    given = replace(event(), result=classes(*pairs))
    assert Condition.parse(text).holds(given, count) is chosen


def test_a_result_without_items_fits_no_label():
    class Mask:
        pass

    given = replace(event(), result=Mask())
    assert not Condition.parse("label:x").holds(given, 1)
    assert Condition.parse("").holds(given, 1)


@pytest.mark.parametrize("text", ["lable:x", "score:2", "score:", "every:0", "label:"])
def test_a_wrong_condition_is_told(text):
    with pytest.raises(SinkError, match="expected label:TEXT, score:0..1 or every:N"):
        Condition.parse(text)


def _answered(index=0, *, at_s=0.0, source="cam"):
    """A frame of 64x48 whose model answers with a white picture of 32x32."""
    known = _event(index, at_s=at_s, source=source)
    white = np.full((32, 32), 255, np.uint8)
    return replace(known, result=OutputImage(white, (64, 48), (0, 0, 64, 48)))


@pytest.mark.parametrize(
    ("options", "size", "levels"),
    [
        ("", (43, 32), {255}),  # 32x32 in the frame's proportions
        ("&view=picture", (43, 32), {255}),
        ("&view=beside", (128, 48), {128, 255}),
        ("&view=overlay", (64, 48), {255}),
        ("&draw=0", (64, 48), {128}),
    ],
)
def test_a_picture_of_a_model_is_written_by_its_view(tmp_path, options, size, levels):
    with open_sink(f"images:{tmp_path}/out?format=png{options}") as sink:
        sink.write(_answered(source="photos/cat.jpg"))
    image = cv2.imread(str(tmp_path / "out" / "000000-cat.png"))
    assert image.shape[1::-1] == size
    assert set(np.unique(image).tolist()) == levels


@pytest.mark.parametrize(
    ("options", "size"), [("", (42, 32)), ("?view=beside", (128, 48))]
)
def test_a_video_has_the_size_of_the_models_pictures(tmp_path, options, size):
    path = tmp_path / "out.avi"
    with open_sink(f"video:{path}{options}") as sink:
        for index in range(6):
            sink.write(_answered(index, at_s=index / 10))
    video = cv2.VideoCapture(str(path))
    wanted = cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT
    assert tuple(video.get(side) for side in wanted) == size
    assert video.read()[1][:, -8:].min() > 240
    video.release()


def test_an_unknown_view_is_told(tmp_path):
    with pytest.raises(SinkError, match="expected one of picture, beside, overlay"):
        open_sink(f"images:{tmp_path}/out?view=both")


def test_frames_become_files_named_by_what_they_are(tmp_path):
    with open_sink(f"images:{tmp_path}/out?format=png") as sink:
        sink.write(_event(4, source="photos/cat.jpg"))
        sink.write(_event(42))
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names[0] == "000004-cat.png"
    assert names[1].endswith("Z-000042.png")
    image = cv2.imread(str(tmp_path / "out" / names[0]))
    assert image.shape == (48, 64, 3)
    assert (image != 128).any()  # the result is drawn


def test_drawing_can_be_left_out_and_leaves_the_frame_alone(tmp_path):
    given = _event(1)
    with open_sink(f"images:{tmp_path}/a?format=png") as sink:
        sink.write(given)
    assert (given.frame.image == 128).all()
    with open_sink(f"images:{tmp_path}/b?format=png&draw=0") as sink:
        sink.write(given)
    (path,) = (tmp_path / "b").iterdir()
    assert (cv2.imread(str(path)) == 128).all()


def test_without_a_limit_no_name_is_remembered(tmp_path):
    with open_sink(f"images:{tmp_path}") as sink:
        for number in range(5):
            sink.write(event(number))
    assert len(list(tmp_path.iterdir())) == 5
    assert not sink.sink._newest  # a run may last for months


def test_only_the_newest_files_of_a_run_stay(tmp_path):
    with open_sink(f"images:{tmp_path}?max-files=2") as sink:
        for number in range(5):
            sink.write(_event(number, source=f"{number}.jpg"))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["000003-3.jpg", "000004-4.jpg"]


def test_a_folder_that_holds_files_needs_force_or_append(tmp_path):
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(OutputExistsError, match="already holds files"):
        open_sink(f"images:{tmp_path}")
    with open_sink(f"images:{tmp_path}?append=1") as sink:
        sink.write(_event(1))
    with open_sink(f"images:{tmp_path}", force=True) as sink:
        sink.write(_event(2))
    assert (tmp_path / "mine.txt").read_text() == "precious"
    assert len(list(tmp_path.iterdir())) == 3


def test_appending_replaces_no_picture_and_force_does(tmp_path):
    for force in (False, False, True):
        with open_sink(f"images:{tmp_path}?append=1", force=force) as sink:
            sink.write(_event(1, source="cat.jpg"))
            sink.write(_event(2, source="cat.jpg"))
    names = sorted(path.name for path in tmp_path.iterdir())
    stems = ("000001-cat-2", "000001-cat", "000002-cat-2", "000002-cat")
    assert names == [f"{stem}.jpg" for stem in stems]


@pytest.mark.parametrize("sync", ["", "&sync=0"])
def test_pictures_of_one_name_that_come_at_once_are_all_kept(tmp_path, sync):
    with open_sink(f"images:{tmp_path}?append=1{sync}") as sink:
        for _ in range(40):
            sink.write(_event(1, source="cat.jpg"))
    assert len(list(tmp_path.glob("000001-cat*.jpg"))) == 40
    assert len(list(tmp_path.iterdir())) == 40


def test_a_folder_is_written_into_by_one_run_alone(tmp_path):
    with (
        open_sink(f"images:{tmp_path}"),
        pytest.raises(SinkError, match="is written to by another output of this"),
    ):
        open_sink(f"images:{tmp_path}?append=1", force=True)
    open_sink(f"images:{tmp_path}").close()


def test_a_folder_is_free_again_when_nobody_has_its_sink_any_more(tmp_path):
    open_sink(f"images:{tmp_path}").write(_event(1))  # and never closed
    with open_sink(f"images:{tmp_path}?append=1") as sink:
        sink.write(_event(2))
    assert len(list(tmp_path.iterdir())) == 2


def test_what_a_killed_run_left_in_its_folder_is_no_picture(tmp_path):
    """A run that was killed at its first picture leaves nothing that needs force."""
    (tmp_path / ".edgevision-0123456789ab.part").write_bytes(b"half")
    with open_sink(f"images:{tmp_path}") as sink:
        sink.write(_event(1, source="cat.jpg"))
    assert [path.name for path in tmp_path.iterdir()] == ["000001-cat.jpg"]


def test_pictures_that_the_disk_does_not_take_are_lost_and_counted(
    tmp_path, monkeypatch
):
    real = os.fsync
    failing = [True]

    def sync(descriptor):
        if failing[0]:
            raise OSError(5, "Input/output error")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    notes: list[str] = []
    sink = open_sink(f"images:{tmp_path}")
    sink.tell(notes.append)
    for number in range(3):
        sink.write(_event(number, source="cat.jpg"))
    sink.close()
    assert sink.lost == 3
    assert notes == [f"Cannot write into {tmp_path}: Input/output error."]
    assert not list(tmp_path.iterdir())
    failing[0] = False
    with open_sink(f"images:{tmp_path}") as sink:
        sink.write(_event(7, source="cat.jpg"))
    assert sink.lost == 0
    assert [path.name for path in tmp_path.iterdir()] == ["000007-cat.jpg"]


def _read(path) -> tuple[int, float]:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    assert capture.isOpened()
    count = 0
    while capture.read()[0]:
        count += 1
    return count, capture.get(cv2.CAP_PROP_FPS)


@pytest.mark.parametrize("suffix", [".mkv", ".avi", ".mp4"])
def test_a_video_file_s_frames_keep_their_rate(tmp_path, suffix, caplog):
    path = tmp_path / f"out{suffix}"
    sink = open_sink(f"video:{path}")
    for number in range(12):
        sink.write(_event(number, details={"fps": 12.0}))
    sink.close()
    count, fps = _read(path)
    assert count == 12
    assert fps == pytest.approx(12, rel=0.01)
    assert ("none of it can be read" in caplog.text) == (suffix == ".mp4")


def test_a_live_video_plays_as_long_as_it_took(tmp_path):
    sink = open_sink(f"video:{tmp_path}/out.mkv")
    # 20 a second, then half of them, then a gap of a second.
    times = [n / 20 for n in range(20)] + [1 + n / 10 for n in range(10)] + [3.0]
    for number, at_s in enumerate(times):
        sink.write(_event(number, at_s=at_s))
    sink.close()
    count, fps = _read(tmp_path / "out.mkv")
    assert fps == pytest.approx(20, rel=0.01)
    assert count == pytest.approx(61, abs=1)


@pytest.mark.parametrize(
    ("stated", "positions", "count", "fps"),
    [
        (25.0, np.arange(12) / 25, 12, 25.0),  # each frame once
        (29.97, np.round(np.arange(12) / 29.97, 3), 12, 29.97),  # in milliseconds
        (50.0, np.arange(12) / 25, 12, 25.0),  # H.264 in AVI: twice the rate is stated
        (0.0, np.arange(12) / 25, 12, 25.0),  # none is stated
        # A varying rate: eight frames, then one that stands for a second.
        (20.0, np.append(np.arange(8) / 20, 1.4), 29, 20.0),
        (25.0, [0.0, 0.04], 2, 25.0),  # too few to measure
    ],
)
def test_a_video_files_frames_stand_as_long_as_in_the_file(
    tmp_path, stated, positions, count, fps
):
    sink = open_sink(f"video:{tmp_path}/out.mkv")
    for number, position in enumerate(positions):
        event = _event(number, details={"fps": stated})
        frame = replace(event.frame, position_s=float(position))
        sink.write(replace(event, frame=frame))
    sink.close()
    written, rate = _read(tmp_path / "out.mkv")
    assert written == count
    assert rate == pytest.approx(fps, rel=0.01)


def test_a_long_gap_does_not_fill_the_disk(tmp_path):
    sink = open_sink(f"video:{tmp_path}/out.mkv")
    for number in range(10):
        sink.write(_event(number, at_s=number / 10))
    sink.write(_event(10, at_s=5 * 3600))
    sink.write(_event(11, at_s=5 * 3600 + 0.1))
    sink.close()
    count, _ = _read(tmp_path / "out.mkv")
    assert count == pytest.approx(10 + 100 + 1, abs=1)


def test_too_few_frames_to_know_the_rate_are_still_written(tmp_path):
    sink = open_sink(f"video:{tmp_path}/out.mkv")
    sink.write(_event(0))
    sink.close()
    assert _read(tmp_path / "out.mkv")[0] == 1


def test_images_stand_for_a_second_each(tmp_path):
    sink = open_sink(f"video:{tmp_path}/out.mkv")
    for number in range(3):
        sink.write(_event(number, source=f"{number}.jpg"))
    sink.close()
    assert _read(tmp_path / "out.mkv") == (3, 1.0)


@pytest.mark.parametrize("size", [(65, 49), (33, 200)])
def test_odd_and_changing_sizes_are_fitted(tmp_path, size, caplog):
    sink = open_sink(f"video:{tmp_path}/out.mkv?fps=5")
    sink.write(_event(0, size=size))
    sink.write(_event(1, size=size))
    assert "are resized" not in caplog.text
    sink.write(_event(2, size=(80, 60)))
    sink.close()
    assert _read(tmp_path / "out.mkv")[0] == 3
    assert "are resized to fit" in caplog.text


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("video:{dir}/out.gif", "ends in .mkv, .avi, .mp4"),
        ("video:{dir}/none/out.mkv", "there is no folder"),
        ("video:{dir}/out.mkv?fourcc=x", "expected four letters"),
    ],
)
def test_what_cannot_be_a_video_is_told(tmp_path, text, match):
    with pytest.raises(SinkError, match=match):
        open_sink(text.format(dir=tmp_path))


def test_a_codec_that_is_not_there_is_told(tmp_path):
    sink = open_sink(f"video:{tmp_path}/out.mkv?fourcc=ABCD&fps=5&on-error=stop")
    with pytest.raises(SinkError, match="this OpenCV does not have it"):
        sink.write(_event(0))


def test_a_full_disk_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("edgevision.runtime.sinks.video_file._ROOM_BYTES", 1 << 62)
    sink = open_sink(f"video:{tmp_path}/out.mkv?fps=5&on-error=stop")
    with pytest.raises(SinkError, match="MB are free on its disk"):
        sink.write(_event(0))


_WRITER = """
import sys
import numpy as np
from edgevision.runtime.sinks.open import open_sink
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.timing import Timing
from support.streams import classes
sink = open_sink(sys.argv[1])
random = np.random.default_rng(0)
for number in range(100000):
    image = random.integers(0, 256, (96, 128, 3), np.uint8)
    sink.write(Event(Frame(image, 0, number), classes(), Timing()))
    print(number, flush=True)
"""


def test_a_killed_mkv_can_be_read(tmp_path):
    path = tmp_path / "out.mkv"
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, f"video:{path}?fps=25&draw=0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY}/tests"},
    ) as process:
        limit = time.monotonic() + 30
        while int(process.stdout.readline()) < 500 and time.monotonic() < limit:
            pass
        process.kill()
    count, fps = _read(path)
    assert count > 500 - 25 * 8
    assert fps == pytest.approx(25, rel=0.01)
