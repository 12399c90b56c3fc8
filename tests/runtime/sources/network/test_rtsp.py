"""RTSP against a real server, where Debian's packages for one are installed."""

from __future__ import annotations

import threading

import pytest
from edgevision.runtime.sources.open import open_source
from support.fault_rows import Listener, record_fault
from support.rtsp_camera import RtspCamera

from edgevision.errors import SourceError


@pytest.fixture
def server(request):
    made = RtspCamera(getattr(request, "param", ""))
    yield made
    made.kill()


AGAINST = "GStreamer's RTSP server on loopback (H.264), OpenCV's FFmpeg"


def _watch(source, listener, harm):
    """Take frames until the source was lost and came back; harm it at the 20th."""
    limit = threading.Timer(45, source.close)
    limit.start()
    for frame in source:
        if frame.index == 20:
            listener.harm()
            harm()
        if source.status.reconnects:
            source.close()
    limit.cancel()
    assert source.status.reconnects == 1, listener.told
    assert frame.image.shape == (48, 64, 3)
    assert [text.split(" is ")[1].split()[0] for text in listener.told] == [
        *("lost:", "back")
    ]


def test_a_path_and_a_port_that_are_not_there_are_told(server):
    with pytest.raises(SourceError, match=r"it knows no such path \(404\)") as caught:
        open_source(server.url + "-no")
    record_fault(
        "rtsp-404",
        source="rtsp://",
        fault="the path does not exist (404)",
        against=AGAINST,
        told=str(caught.value),
        then="exit 1",
    )


@pytest.mark.parametrize("server", ["me:s3cret"], indirect=True)
def test_a_password_opens_and_a_wrong_one_is_told(server):
    source = open_source(server.url.replace("rtsp://", "rtsp://me:s3cret@"))
    frame = next(iter(source))
    source.close()
    assert frame.image.shape == (48, 64, 3)
    assert "s3cret" not in source.name + frame.source + repr(source.status)
    for row, user, match in [
        ("missing", "", r"wants user:password@ before the host \(401\)"),
        ("wrong", "me:wr0ng@", r"refuses this user and password \(401\)"),
    ]:
        with pytest.raises(SourceError, match=match) as caught:
            open_source(server.url.replace("rtsp://", f"rtsp://{user}"))
        assert "wr0ng" not in str(caught.value)
        record_fault(
            f"rtsp-401-{row}",
            source="rtsp://",
            fault=f"401: the password is {row}",
            against=AGAINST,
            told=str(caught.value),
            then="exit 1; the password stands nowhere",
        )


def test_a_server_that_is_killed_and_started_again_is_one_gap(server):
    source = open_source(server.url)
    listener = Listener(source)

    def harm():
        server.kill()
        threading.Timer(0.5, server.start).start()

    _watch(source, listener, harm)
    listener.record(
        "rtsp-killed",
        source="rtsp://",
        fault="server killed (SIGKILL), started again 0.5 s later",
        against=AGAINST,
        then="opened again by itself; one gap counted",
    )


def test_a_server_that_is_frozen_and_wakes_is_one_gap(server):
    source = open_source(server.url)
    listener = Listener(source)

    def harm():
        server.freeze()
        threading.Timer(3.0, server.wake).start()

    _watch(source, listener, harm)
    # The server was silent for 3 s; no stale picture hid that.
    assert source.status.gap_s > 3
    listener.record(
        "rtsp-frozen",
        source="rtsp://",
        fault="server frozen (SIGSTOP) for 3 s",
        against=AGAINST,
        then="opened again by itself; one gap counted, no stale picture",
    )
