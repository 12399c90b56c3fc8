"""MJPEG cameras of several makes, damaged ones, and hostile ones."""

from __future__ import annotations

import threading
import time

import cv2
import numpy as np
import pytest
from edgevision.runtime.image.jpeg import DamagedPictureError
from edgevision.runtime.sources import live
from edgevision.runtime.sources.network import mjpeg
from edgevision.runtime.sources.open import open_source
from support.damage import DAMAGES, encoded, photo
from support.fault_rows import Listener
from support.scripted_server import OK, PARTS, ScriptedServer, part

from edgevision.errors import SourceError

FILES = [encoded(photo(seed)) for seed in range(4)]


def _decoded(file):
    return cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)


def _chunked(data, step):
    pieces = [data[i : i + step] for i in range(0, len(data), step)]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"


def _parts(files, *, boundary=b"--frame", length=True, before=b""):
    out = b""
    for file in files:
        out += before + boundary + b"\r\nContent-Type: image/jpeg\r\n"
        out += b"Content-Length: %d\r\n" % len(file) if length else b""
        out += b"\r\n" + file + b"\r\n"
    return out


KIND = b"Content-Type: multipart/x-mixed-replace; boundary="
BODY = _parts(FILES)
MAKES = {
    "plain": OK + KIND + b"frame\r\n\r\n" + BODY,
    "no lengths": OK + KIND + b"frame\r\n\r\n" + _parts(FILES, length=False),
    "quoted": OK + KIND + b'"--my"\r\n\r\n' + _parts(FILES, boundary=b"--my"),
    "esp32": OK
    + KIND
    + b"1234\r\nTransfer-Encoding: chunked\r\n\r\n"
    + _chunked(_parts(FILES, boundary=b"\r\n--1234"), 1000),
    "http 1.0": b"HTTP/1.0 200 OK\r\n" + KIND + b"frame\r\n\r\n" + BODY,
    "bare jpegs": OK + b"Content-Type: video/x-motion-jpeg\r\n\r\n" + b"".join(FILES),
}


def _frames(url, count, told=None):
    source = open_source(url, give_up_after=0.1)
    source.status.on_note = (told if told is not None else []).append
    limit = threading.Timer(20, source.close)
    limit.start()
    frames = []
    for frame in source:
        frames.append(frame)
        if len(frames) == count:
            source.close()
    limit.cancel()
    return source, frames


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize("step", [700, 1_000_000])
def test_cameras_of_every_make_give_their_pictures(make, step):
    def answer(connection, _request):
        data = MAKES[make]
        for start in range(0, len(data), step):
            connection.sendall(data[start : start + step])

    with ScriptedServer(answer) as server:
        source, frames = _frames(server.url(), 4)
    assert source.status.mode == "320x240"
    assert [frame.index for frame in frames] == [0, 1, 2, 3]
    for frame, file in zip(frames, FILES, strict=True):
        np.testing.assert_array_equal(frame.image, _decoded(file))


def test_no_frame_comes_of_a_damaged_picture():
    """FIELD's camera: of three pictures one has a hole and one is cut off."""
    rng = np.random.default_rng(0)
    stream = b""
    for number in range(200):
        file = FILES[number % 4]
        kind = list(DAMAGES)[number % len(DAMAGES)]
        stream += part(file) + part(DAMAGES[kind](file, rng))
    listener = None

    def answer(connection, _request):
        connection.sendall(PARTS + part(DAMAGES["cut"](FILES[0], rng)) + stream)

    with ScriptedServer(answer) as server:
        source = open_source(server.url(), give_up_after=0.1)
        listener = Listener(source)
        listener.harm()
        frames = []
        for frame in source:
            frames.append(frame)
            if len(frames) == 200:
                source.close()
    assert source.status.damaged >= 200
    for number, frame in enumerate(frames):
        np.testing.assert_array_equal(frame.image, _decoded(FILES[number % 4]))
    assert len(listener.told) == 1
    assert "is damaged: " in listener.told[0]
    listener.record(
        "http-damaged",
        source="http://",
        fault="every second picture arrives damaged, in five ways",
        against="MJPEG server (multipart/x-mixed-replace) on loopback",
        then="skipped and counted; no box comes from one",
    )


def test_a_camera_that_sends_damaged_pictures_only_is_lost(monkeypatch):
    monkeypatch.setattr(live, "_DAMAGED_FOR_S", 0.05)
    rng = np.random.default_rng(0)

    def answer(connection, _request):
        connection.sendall(PARTS + part(FILES[0]))
        for _ in range(60):
            connection.sendall(part(DAMAGES["packet"](FILES[1], rng)))
            time.sleep(0.02)

    told = []
    with ScriptedServer(answer) as server:
        source, frames = _frames(server.url(), 2, told)
    assert len(frames) == 2
    assert source.status.reconnects == 1
    assert any("arrive damaged, all of them" in sentence for sentence in told)


def test_a_camera_that_begins_damaged_and_stays_so_cannot_be_opened(monkeypatch):
    monkeypatch.setattr(mjpeg, "TRIES", 3)
    bad = DAMAGES["packet"](FILES[1], np.random.default_rng(0))

    def answer(connection, _request):
        connection.sendall(PARTS + part(bad) * 5)

    with (
        ScriptedServer(answer) as server,
        pytest.raises(SourceError, match="its pictures arrive damaged, all of them"),
    ):
        open_source(server.url())


def test_a_single_picture_is_one_frame_and_the_end():
    def answer(connection, _request):
        head = b"Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
        connection.sendall(OK + head % len(FILES[0]) + FILES[0])

    with ScriptedServer(answer) as server:
        _, frames = _frames(server.url("/snap.jpg"), 5)
    assert len(frames) == 1


def _first(head, data):
    def answer(connection, _request):
        connection.sendall(head)
        while data:  # to send nothing never fails, and would go on for ever
            connection.sendall(data)

    return answer


def test_a_picture_without_an_end_takes_bounded_memory_and_is_a_loss(monkeypatch):
    monkeypatch.setattr(mjpeg, "_PICTURE_S", 0.3)
    monkeypatch.setattr(mjpeg, "_LARGEST", 1 << 20)
    sizes = []
    real = mjpeg.JpegQueue.feed

    def feed(queue, data):
        real(queue, data)
        sizes.append(len(queue._splitter._buffer))

    monkeypatch.setattr(mjpeg.JpegQueue, "feed", feed)
    start = PARTS + part(FILES[0]) + b"\xff\xd8\xff\xda\x00\x02"
    with ScriptedServer(_first(start, b"a" * 65536)) as server:
        source = open_source(server.url())
        grabber = source._grabber
        grabber.read()
        with pytest.raises(DamagedPictureError):
            grabber.read()
        with pytest.raises(SourceError, match="no whole picture came for 0 s"):
            grabber.read()
        source.close()
    assert max(sizes) <= (1 << 20) + (1 << 16)
