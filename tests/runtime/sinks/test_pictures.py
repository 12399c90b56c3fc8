"""Image files: which frames, whole files, what is shown of a model's picture."""

from __future__ import annotations

import os
from dataclasses import replace

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
    # At the end of the run, or at the next picture when the disk was quick.
    assert notes[0].startswith(f"Cannot write into {tmp_path}: Input/output error.")
    assert not list(tmp_path.iterdir())
    failing[0] = False
    with open_sink(f"images:{tmp_path}") as sink:
        sink.write(_event(7, source="cat.jpg"))
    assert sink.lost == 0
    assert [path.name for path in tmp_path.iterdir()] == ["000007-cat.jpg"]
