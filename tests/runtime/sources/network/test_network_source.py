"""Network cameras against a real MJPEG server: killed, frozen, restarted, refused."""

from __future__ import annotations

import threading

import pytest
from edgevision.runtime.sources.network import network_source as network
from edgevision.runtime.sources.open import open_source
from support.fault_rows import Listener, record_fault
from support.mjpeg_server import MjpegServer

from edgevision.errors import SourceError


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(network, "READ_TIMEOUT_MS", 500)
    camera = MjpegServer()
    yield camera
    camera.kill()


AGAINST = "MJPEG server (multipart/x-mixed-replace) on loopback"


def _watch(source, count, then=lambda index: None, listener=None):
    """Take frames until there are enough; call a hook with each number."""
    told = (listener or Listener(source)).told
    indices = []
    limit = threading.Timer(30, source.close)
    limit.start()
    for frame in source:
        indices.append(frame.index)
        then(frame.index)
        if len(indices) == count:
            source.close()
    limit.cancel()
    assert len(indices) == count, told
    return told


def test_pictures_come_as_they_are(server):
    source = open_source(server.url)
    assert source.live
    assert source.status.mode == "64x48"
    assert source.name == server.url
    assert _watch(source, 10) == []


@pytest.mark.parametrize("fault", ["killed", "frozen"])
def test_a_server_that_is_lost_and_comes_back_is_a_counted_gap(server, fault):
    source = open_source(server.url)
    listener = Listener(source)

    def harm(index):
        if index != 5:
            return
        listener.harm()
        if fault == "killed":
            server.kill()
            threading.Timer(0.5, server.start).start()
        else:
            server.frozen.set()
            threading.Timer(1.5, server.frozen.clear).start()

    told = _watch(source, 20, harm, listener)
    assert source.status.reconnects == 1
    assert source.status.gap_s > 0.3
    assert "is lost: no picture came any more." in told[0]
    assert "is back after" in told[1]
    listener.record(
        f"http-{fault}",
        source="http://",
        fault={
            "killed": "server killed, started again 0.5 s later",
            "frozen": "server sends nothing for 1.5 s (the test lowers the read "
            "timeout from 2 s to 0.5 s)",
        }[fault],
        against=AGAINST,
        then="opened again by itself; one gap counted, no stale picture",
    )


def test_a_camera_that_changes_its_size_goes_on(server):
    def change(index):
        if index == 5:
            server.size = (32, 24)

    source = open_source(server.url)
    listener = Listener(source)
    told = _watch(source, 15, change, listener)
    assert "now gives 32x24 pixels instead of 64x48." in told[0]
    listener.record(
        "http-size",
        source="http://",
        fault="pictures change from 64x48 to 32x24",
        against=AGAINST,
        then="said and goes on with pictures of the new size",
    )


def test_a_password_opens_and_is_nowhere_to_be_read():
    camera = MjpegServer(user="me:s3cret")
    try:
        url = camera.url.replace("http://", "http://me:s3cret@")
        source = open_source(url)
        told = _watch(source, 3)
        assert "s3cret" not in source.name + repr(source.status) + str(told)
        for row, wrong, match in [
            ("missing", camera.url, r"wants user:password@ before the host \(401\)"),
            (
                *("wrong", url.replace("s3cret", "wr0ng")),
                r"refuses this user and password \(401\)",
            ),
        ]:
            with pytest.raises(SourceError, match=match) as caught:
                open_source(wrong)
            assert "wr0ng" not in str(caught.value)
            record_fault(
                f"http-401-{row}",
                source="http://",
                fault=f"401: the password is {row}",
                against=AGAINST,
                told=str(caught.value),
                then="exit 1; the password stands nowhere",
            )
    finally:
        camera.kill()


def test_a_password_of_any_characters_opens_with_percent_codes():
    camera = MjpegServer(user="me:p@ss#1/x?100%")
    try:
        coded = "http://me:p%40ss%231%2Fx%3F100%25@"
        source = open_source(camera.url.replace("http://", coded))
        assert source.name == camera.url.replace("http://", "http://***@")
        assert _watch(source, 3) == []
    finally:
        camera.kill()


@pytest.mark.parametrize(
    "text",
    [
        "ftp://me:s3cret@cam/1",
        "rtsp:/me:s3cret@cam/1",
        "v4l2:rtsp://me:s3cret@cam/1",
        "http://me:s3/cret@127.0.0.1:1/",
        "http://me:s3#cret@127.0.0.1:1/",
        "rtsp://me:s3cret@127.0.0.1:99999/",
    ],
)
def test_an_address_that_is_typed_wrongly_keeps_its_password_to_itself(text):
    with pytest.raises(SourceError) as caught:
        open_source(text)
    assert "s3" not in str(caught.value)
    assert "cret" not in str(caught.value)


def test_an_address_of_another_kind_is_told():
    with pytest.raises(SourceError, match="begins with one of rtsp://, rtsps://, http"):
        open_source("ftp://cam/1")


def test_a_port_without_a_server_is_told(server):
    server.kill()
    with pytest.raises(
        SourceError, match=f"nothing listens on port {server.port}"
    ) as caught:
        open_source(server.url)
    record_fault(
        "http-closed",
        source="http://",
        fault="no server on that port",
        against="loopback",
        told=str(caught.value),
        then="exit 1",
    )
    with pytest.raises(SourceError, match=f"nothing listens on port {server.port}"):
        open_source(server.url.replace("http", "rtsp"))


def test_what_serves_no_pictures_is_told(server):
    with pytest.raises(SourceError, match="it answers, but not with a picture"):
        open_source(server.url.replace("http", "rtsp"))
