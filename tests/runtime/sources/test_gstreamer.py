"""GStreamer: its own question marks, padded rows, and real pipelines where it is."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from edgevision.runtime.sources.gstreamer import bgr_of
from edgevision.runtime.sources.open import open_source, parse_source

from edgevision.errors import MissingDependencyError, SourceError

needs_gi = pytest.mark.skipif(
    importlib.util.find_spec("gi") is None, reason="PyGObject is not installed"
)


@pytest.mark.parametrize(
    ("text", "target", "rotate"),
    [
        ("gst:videotestsrc ! identity", "videotestsrc ! identity", 0),
        ("gst:videotestsrc?rotate=90", "videotestsrc", 90),
        (
            "gst:rtspsrc location=rtsp://cam/1?channel=1&subtype=0",
            "rtspsrc location=rtsp://cam/1?channel=1&subtype=0",
            0,
        ),
    ],
)
def test_a_question_mark_of_the_pipeline_stays_in_it(text, target, rotate):
    address = parse_source(text)
    assert (address.kind, address.target) == ("gst", target)
    assert address.transform.rotate == rotate


@pytest.mark.parametrize("width", [640, 641, 642, 643])
def test_padded_rows_are_cut(width, rng):
    stride = (width * 3 + 3) // 4 * 4
    rows = rng.integers(0, 256, (5, stride), np.uint8)
    image = bgr_of(rows.tobytes(), width, 5)
    np.testing.assert_array_equal(image, rows[:, : width * 3].reshape(5, width, 3))
    assert image.flags["C_CONTIGUOUS"]
    assert image.flags["OWNDATA"] or image.base is not None


def test_an_appsink_of_the_user_s_is_refused():
    with pytest.raises(SourceError, match="Leave the appsink out"):
        open_source("gst:videotestsrc ! appsink")


@pytest.mark.skipif(importlib.util.find_spec("gi") is not None, reason="gi is here")
def test_without_pygobject_the_cure_is_named():
    with pytest.raises(MissingDependencyError, match="sudo apt install python3-gi"):
        open_source("gst:videotestsrc")


@needs_gi
@pytest.mark.filterwarnings("ignore::ImportWarning")  # PyGObject's own importer
def test_a_real_pipeline_gives_pictures_and_ends():
    source = open_source("gst:videotestsrc num-buffers=9 ! video/x-raw,width=641")
    frames = list(source)
    assert 1 <= len(frames) <= 9  # drops what is not taken in time
    assert frames[0].image.shape[1] == 641


@needs_gi
@pytest.mark.filterwarnings("ignore::ImportWarning")
def test_a_wrong_pipeline_is_told():
    with pytest.raises(SourceError, match="GStreamer refuses the pipeline"):
        open_source("gst:no-such-element")
