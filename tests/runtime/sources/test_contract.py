"""What every source keeps: one contract for the registry and somebody else's class."""

from __future__ import annotations

import threading

import cv2
import numpy as np
import pytest
from edgevision.runtime.sources.base import Source
from edgevision.runtime.sources.open import open_source
from edgevision.runtime.sources.registry import SOURCES
from edgevision.runtime.sources.status import SourceStatus

from edgevision.registry import resolve

# What opens each kind here; None where that needs a server or a device of its own.
EXAMPLES: dict[str, str | None] = {
    "auto": None,
    "csi": None,
    "gst": None,
    "images": "{dir}",
    "network": None,
    "pipe": None,
    "synthetic": "synthetic:?size=32x32",
    "v4l2": None,
    "video": "{clip}",
}
OWN = """
import time

import numpy as np
from edgevision.runtime.frame import Frame
from edgevision.runtime.sources import Source


class Own(Source):
    def frames(self):
        for index in range(4):
            image = np.full((32, 32, 3), index, np.uint8)
            yield Frame(image, time.monotonic_ns(), index, self.name)
"""
KINDS = [*SOURCES, "own"]


@pytest.fixture
def text(request, tmp_path):
    if request.param == "own":
        (tmp_path / "own.py").write_text(OWN)
        return f"{tmp_path}/own.py:Own"
    example = EXAMPLES[request.param]
    if example is None:
        pytest.skip("tested with its own server or stand-in")
    clip = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(clip), cv2.VideoWriter_fourcc(*"MJPG"), 25, (32, 32))
    for number in range(4):
        image = np.full((32, 32, 3), number, np.uint8)
        writer.write(image)
        cv2.imwrite(str(tmp_path / f"{number}.png"), image)
    writer.release()
    return example.format(dir=tmp_path, clip=clip)


def test_every_kind_has_an_example_or_a_test_of_its_own():
    assert set(EXAMPLES) == set(SOURCES)


@pytest.mark.parametrize("kind", SOURCES)
def test_every_kind_can_be_imported(kind):
    assert issubclass(resolve("source", kind, SOURCES), Source)


@pytest.mark.parametrize("text", KINDS, indirect=True)
def test_frames_are_bgr_pictures_with_rising_numbers_and_times(text):
    source = open_source(text)
    frames = []
    for frame in source:
        frames.append(frame)
        if len(frames) == 3:
            source.close()
    assert source.name
    assert isinstance(source.status, SourceStatus)
    assert len(frames) == 3
    for frame in frames:
        assert frame.image.dtype == np.uint8
        assert frame.image.shape == (32, 32, 3)
    assert [frame.index for frame in frames] == [0, 1, 2]
    stamps = [frame.timestamp_ns for frame in frames]
    assert stamps == sorted(stamps)


@pytest.mark.parametrize("text", KINDS, indirect=True)
def test_a_source_closes_twice_before_any_frame_and_then_has_none(text):
    source = open_source(text)
    source.close()
    source.close()
    assert list(source) == []


@pytest.mark.parametrize("text", KINDS, indirect=True)
def test_closing_from_another_thread_ends_the_iteration(text):
    source = open_source(text)
    threading.Timer(0.05, source.close).start()
    for number, _ in enumerate(source):
        assert number < 100_000
