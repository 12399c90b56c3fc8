"""GStreamer: its own question marks, padded rows, and real pipelines where it is."""

from __future__ import annotations

import importlib
import importlib.util
import threading
import time

import numpy as np
import pytest
from edgevision.runtime.sources import gstreamer
from edgevision.runtime.sources.gstreamer import bgr_of
from edgevision.runtime.sources.open import open_source, parse_source
from support.fault_rows import Listener, record_fault
from support.rtsp_camera import RtspCamera

from edgevision.errors import MissingDependencyError, SourceError

needs_gi = pytest.mark.skipif(
    importlib.util.find_spec("gi") is None, reason="PyGObject is not installed"
)


AGAINST = "Debian's GStreamer and PyGObject, GStreamer's RTSP server on loopback"


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
    with pytest.raises(SourceError, match="must not have an appsink"):
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
@pytest.mark.parametrize("live", [True, False])
def test_a_live_pipeline_s_own_delay_is_part_of_a_frame_s_age(live):
    source = open_source(
        f"gst:videotestsrc is-live={live} num-buffers=40 ! video/x-raw,width=64,"
        "height=48,framerate=20/1 ! queue min-threshold-time=300000000"
    )
    ages = [(time.monotonic_ns() - frame.timestamp_ns) / 1e9 for frame in source]
    # The queue holds six frames back; what is no camera is as old as its reading.
    middle = sorted(ages)[len(ages) // 2]
    assert (0.2 < middle < 5) if live else middle < 0.2


@needs_gi
@pytest.mark.filterwarnings("ignore::ImportWarning")
def test_a_wrong_pipeline_is_told_without_its_password():
    with pytest.raises(SourceError, match="GStreamer refuses the pipeline") as caught:
        open_source("gst:no-such-element user-pw=s3cret")
    assert "s3cret" not in str(caught.value)
    record_fault(
        "gst-wrong",
        source="gst:",
        fault="an element does not exist",
        against=AGAINST,
        told=str(caught.value),
        then="exit 1; a password in the pipeline stands nowhere",
    )


@needs_gi
@pytest.mark.filterwarnings("ignore::ImportWarning")
@pytest.mark.parametrize("fault", ["killed", "frozen"])
def test_a_pipeline_whose_camera_is_lost_is_started_again(fault, monkeypatch):
    monkeypatch.setattr(gstreamer, "_READ_TIMEOUT_NS", 1_500_000_000)
    gst = importlib.import_module("gi.repository.Gst")
    gst.init(None)
    if gst.ElementFactory.find("openh264dec") is None:
        pytest.skip("no openh264dec (gstreamer1.0-plugins-bad)")
    server = RtspCamera()

    def harm():
        if fault == "killed":
            server.kill()
            threading.Timer(0.5, server.start).start()
        else:
            server.freeze()
            threading.Timer(3.0, server.wake).start()

    source = open_source(
        f"gst:rtspsrc location={server.url} latency=0 ! rtph264depay ! h264parse ! "
        "openh264dec"
    )
    listener = Listener(source)
    limit = threading.Timer(45, source.close)
    limit.start()
    for frame in source:
        if frame.index == 20:
            listener.harm()
            harm()
        if source.status.reconnects:
            source.close()
    limit.cancel()
    server.kill()
    assert source.status.reconnects == 1, listener.told
    assert "is lost: " in listener.told[0]
    assert "is back after" in listener.told[1]
    listener.record(
        f"gst-{fault}",
        source="gst:rtspsrc ...",
        fault={
            "killed": "server killed (SIGKILL), started again 0.5 s later",
            "frozen": "server frozen (SIGSTOP) for 3 s (the test lowers the read "
            "timeout from 5 s to 1.5 s)",
        }[fault],
        against=AGAINST,
        then="started again by itself; one gap counted",
    )
