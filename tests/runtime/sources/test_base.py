"""The base class of sources: what somebody else's class gets without writing it."""

from __future__ import annotations

import cv2
import pytest
from edgevision.runtime.pipeline.stream import open_stream
from edgevision.runtime.sources.base import Source
from edgevision.runtime.sources.open import open_source
from support.own_parts import offer
from support.streams import FakeRunner, blank

from edgevision.errors import SourceError

ROBOT = """
import time

import numpy as np
from edgevision.runtime.frame import Frame
from edgevision.runtime.sources import Source


class Robot(Source):
    def frames(self):
        for index in range(3):
            image = np.full((6, 8, 3), index, np.uint8)
            yield Frame(image, time.monotonic_ns(), index, self.name)


class Toaster:
    pass


class Blind(Source):
    pass


class Loose(Robot):
    def __init__(self):
        raise OSError("the cable is out")


class Numbers(Source):
    def frames(self):
        yield 3


class Silent(Source):
    def frames(self):
        return None


class Forgetful(Robot):
    def __init__(self):
        self.speed = 1
"""


class Least(Source):
    """The smallest source there can be."""

    def frames(self):
        for index in range(3):
            yield blank(index)


@pytest.fixture
def robot(tmp_path):
    path = tmp_path / "robot.py"
    path.write_text(ROBOT)
    return path


def test_a_class_with_frames_alone_keeps_the_whole_contract():
    source = Least()
    assert (source.name, source.live) == ("Least", False)
    assert [frame.index for frame in source] == [0, 1, 2]
    assert list(source) == []
    source.close()
    source.close()
    assert source.status.to_dict()["reconnects"] == 0


def test_a_source_that_is_closed_early_ends():
    indexes = []
    with Least() as source:
        for frame in source:
            indexes.append(frame.index)
            source.close()
    assert indexes == [0]


def test_a_source_of_ones_own_works_in_a_stream():
    with open_stream(FakeRunner(), Least()) as events:
        assert [event.frame.index for event in events] == [0, 1, 2]


def test_what_is_not_derived_from_the_base_class_is_refused_with_a_sentence():
    with pytest.raises(TypeError, match="derive from .*sources.Source, got list"):
        open_stream(FakeRunner(), [blank()])


def test_a_file_s_class_is_opened_by_its_place_and_can_be_turned(robot):
    source = open_source(f"{robot}:Robot?rotate=90")
    assert [frame.image.shape for frame in source] == [(8, 6, 3)] * 3
    assert open_source(f"{robot}:Robot:left").name == "left"


def test_an_entry_point_is_a_kind_of_source(monkeypatch, robot):
    package = robot.parent / "own_robots"
    package.mkdir()
    robot.rename(package / "eye.py")
    offer(robot.parent, "edgevision.sources", "robot", "own_robots.eye:Robot")
    monkeypatch.syspath_prepend(str(robot.parent))
    assert open_source("robot:right").name == "right"
    assert open_source("own_robots.eye:Robot:left").name == "left"


@pytest.mark.parametrize(
    ("end", "match"),
    [
        (":Toaster", "is not a source: expected a class derived from"),
        (":Droid", "Cannot load the source .*: no 'Droid' there"),
        (":Robot?speed=3", "the source Robot has no options, got 'speed'"),
        (":Blind", "is not a source: it has no method 'frames'"),
        (":Loose", r"Cannot make the source .*: OSError: the cable .*robot.py, line"),
    ],
)
def test_what_cannot_be_a_source_is_told(robot, end, match):
    with pytest.raises(SourceError, match=match):
        open_source(f"{robot}{end}")


def test_an_existing_file_is_never_taken_for_a_class(tmp_path):
    path = tmp_path / "robot.py:Robot"
    path.write_bytes(b"no video")
    with pytest.raises(SourceError, match="as a video"):
        open_source(str(path))


@pytest.mark.parametrize(("name", "kind"), [("Numbers", "int"), ("Silent", "NoneType")])
def test_a_source_that_yields_no_frames_is_told(robot, name, kind):
    with (
        pytest.raises(SourceError, match=f"{name} gave {kind} where a frame was exp"),
        open_stream(FakeRunner(), f"{robot}:{name}") as events,
    ):
        list(events)


def test_a_source_that_forgets_the_constructor_of_its_base_works(robot):
    with open_stream(FakeRunner(), f"{robot}:Forgetful") as events:
        assert len(list(events)) == 3
    assert open_source(f"{robot}:Forgetful").name == "Forgetful"


def test_a_file_of_code_without_a_class_is_told_how_to_name_one(robot):
    with pytest.raises(SourceError, match=r"Write it as .*robot\.py:CLASS"):
        open_source(f"{robot}?rotate=90")


def test_a_stream_takes_the_path_of_a_file(tmp_path):
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), blank().image)
    with open_stream(FakeRunner(), path) as events:
        assert [event.frame.source for event in events] == [str(path)]
