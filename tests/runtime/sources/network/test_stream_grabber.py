"""Cameras that send a stream of bytes: TCP, UDP and RTMP on loopback."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from edgevision.runtime import pyav
from edgevision.runtime.sources.base import Source
from edgevision.runtime.sources.network import connection
from edgevision.runtime.sources.network import network_source as network
from edgevision.runtime.sources.open import open_source
from support.mjpeg_server import jpeg
from support.video_bytes import pictures, video_bytes

from edgevision.errors import SourceError


class Program:
    """A program that serves bytes to whoever connects, as ``rpicam-vid --listen``.

    Args:
        portions: Makes what one connection is sent; an endless one ends with it.
        port: The port; 0 means any.
    """

    def __init__(self, portions: Callable[[], Iterator[bytes]], port: int = 0) -> None:
        self._portions = portions
        self._server = socket.create_server(("127.0.0.1", port))
        self.port = self._server.getsockname()[1]
        self.url = f"tcp://127.0.0.1:{self.port}"
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        self._server.settimeout(0.05)
        while not self.ended.is_set():
            with contextlib.suppress(OSError):
                connection, _ = self._server.accept()
                with connection:
                    for portion in self._portions():
                        if self.ended.is_set():
                            return
                        connection.sendall(portion)
                        time.sleep(0.01)

    def end(self) -> None:
        self.ended.set()
        self._thread.join(5)
        self._server.close()


@pytest.fixture
def program():
    programs = []

    def start(portions, port=0):
        programs.append(Program(portions, port))
        return programs[-1]

    yield start
    for one in programs:
        one.end()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(network, "READ_TIMEOUT_MS", 500)


def _jpegs() -> Iterator[bytes]:
    return (jpeg(10 + number % 200) for number in itertools.count())


def _take(source, count):
    limit = threading.Timer(30, source.close)
    limit.start()
    levels = []
    with source:
        for frame in source:
            levels.append(round(float(frame.image.mean())))
            if len(levels) == count:
                source.close()
    limit.cancel()
    return levels


def test_jpegs_come_as_they_are_sent(program):
    source = open_source(program(_jpegs).url)
    assert source.live
    assert source.status.mode == "64x48, jpeg"
    assert _take(source, 5) == [10, 11, 12, 13, 14]


def test_a_program_that_ends_and_starts_again_is_a_counted_gap(program):
    first = program(_jpegs)
    source = open_source(first.url)
    notes: list[str] = []
    source.status.on_note = notes.append
    frames = iter(source)
    next(frames)
    first.end()
    program(_jpegs, first.port)
    for _ in range(200):
        next(frames)
        if source.status.reconnects:
            break
    source.close()
    assert source.status.reconnects == 1
    assert "is lost: " in notes[0]


def test_a_program_that_falls_silent_is_lost(program):
    silent = program(lambda: itertools.chain([jpeg(10)], itertools.repeat(b"", 500)))
    source = open_source(silent.url)
    notes: list[str] = []

    def note(text: str) -> None:
        notes.append(text)
        source.close()

    source.status.on_note = note
    assert len(list(source)) == 1
    assert "is lost: no picture came any more" in notes[0]


def test_damaged_pictures_before_the_first_whole_one_are_counted(program):
    broken = jpeg(10)[:-40] + b"\xff\xd9"
    source = open_source(program(lambda: itertools.chain([broken] * 2, _jpegs())).url)
    source.status.on_note = lambda text: None
    frame = next(iter(source))
    source.close()
    assert (frame.index, source.status.damaged) == (2, 2)


def test_raw_frames_come_through_tcp(program):
    url = program(lambda: (bytes([n] * 48) for n in itertools.count())).url
    source = open_source(f"{url}?format=bgr24&size=4x4&flip=h")
    assert source.status.mode == "4x4, 4x4 bgr24"
    assert _take(source, 3) == [0, 1, 2]


@pytest.mark.parametrize(("container", "codec"), [("h264", "libx264"), ("mpegts", "")])
def test_h264_comes_through_tcp(program, container, codec):
    pytest.importorskip("av")
    data = video_bytes(container, codec or "libx264")
    source = open_source(program(lambda: itertools.repeat(data, 500)).url)
    assert source.status.mode == "64x48, H.264"
    levels = _take(source, 10)
    expected = [float(picture.mean()) for picture in pictures()]
    np.testing.assert_allclose(levels, expected[:10], atol=5)


@pytest.mark.parametrize(
    ("url", "match"),
    [
        ("tcp://127.0.0.1", r"Cannot open tcp://127\.0\.0\.1: .* needs its port"),
        ("tcp://127.0.0.1:9?listen=1", "option of an address of tcp 'listen'"),
        ("tcp://127.0.0.1:9?format=nv12", r"'tcp://127\.0\.0\.1:9\?format=nv12&size="),
        ("tcp://no-such.invalid:9", r"the name 'no-such\.invalid' is not known"),
    ],
)
def test_an_address_that_is_not_usable_is_told(url, match):
    with pytest.raises(SourceError, match=match):
        open_source(url)


def test_a_port_without_a_program_is_told(program):
    one = program(_jpegs)
    one.end()
    with pytest.raises(SourceError, match=f"nothing listens on port {one.port} of 127"):
        open_source(one.url)


def test_a_program_that_sends_no_pictures_is_told(program):
    with pytest.raises(SourceError, match="closed the connection"):
        open_source(program(lambda: iter([b"no pictures here"])).url)


def _free_port(kind: int) -> int:
    with socket.socket(socket.AF_INET, kind) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class _Sender:
    """Send packets to a port again and again, until it is closed."""

    def __init__(self, packets: list[bytes], host: str = "127.0.0.1") -> None:
        self.port = _free_port(socket.SOCK_DGRAM)
        self._packets, self._host = packets, host
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._send, daemon=True)

    def __enter__(self) -> _Sender:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join(5)

    def _send(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.setsockopt(
                socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1")
            )
            for packet in itertools.cycle(self._packets):
                if self._ended.wait(0.005):
                    return
                with contextlib.suppress(OSError):
                    sender.sendto(packet, (self._host, self.port))


def _packets(data: bytes) -> list[bytes]:
    return [data[start : start + 1316] for start in range(0, len(data), 1316)]


@pytest.mark.parametrize("container", ["mpegts", "h264"])
@pytest.mark.parametrize("has_pyav", [True, False])
def test_a_video_comes_through_udp(monkeypatch, has_pyav, container):
    pytest.importorskip("av")
    if not has_pyav:
        monkeypatch.setattr(pyav.importlib.util, "find_spec", lambda name: None)
    packets = _packets(video_bytes(container))
    with _Sender(packets[1:] + packets[:1]) as sender:
        source = open_source(f"udp://@:{sender.port}")
        source.status.on_note = lambda text: None
        assert source.live
        levels = _take(source, 20)
    originals = np.array([float(picture.mean()) for picture in pictures()])
    # The sender begins again and again: each picture is one of the video's.
    assert len(levels) == 20
    assert all(np.abs(originals - level).min() <= 5 for level in levels)


def test_jpegs_come_through_udp_one_in_a_packet_or_in_several():
    packets = [jpeg(10), b"", jpeg(20)[:200], jpeg(20)[200:]]
    with _Sender(packets) as sender:
        source = open_source(f"udp://127.0.0.1:{sender.port}")
        source.status.on_note = lambda text: None
        assert set(_take(source, 6)) == {10, 20}


def test_packets_of_a_group_are_asked_for(monkeypatch):
    """Loopback has no group of its own, so this joins on it by hand."""
    asked = []
    join = connection._join

    def remember(receiver, group):
        asked.append(str(group))
        with contextlib.suppress(OSError):  # a machine without any route
            join(receiver, group)
        everything = socket.inet_aton(str(group)) + socket.inet_aton("127.0.0.1")
        with contextlib.suppress(OSError):
            receiver.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, everything)

    monkeypatch.setattr(connection, "_join", remember)
    with _Sender([jpeg(10)], "239.255.7.7") as sender:
        source = open_source(f"udp://@239.255.7.7:{sender.port}")
        assert set(_take(source, 3)) == {10}
    assert asked == ["239.255.7.7"]


def test_a_port_that_two_programs_want_is_told(monkeypatch):
    monkeypatch.setattr(connection, "OPEN_S", 0.1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        url = f"udp://127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(SourceError, match="another program takes the packets of"):
            open_source(url)
    with pytest.raises(SourceError, match=r"Cannot open udp://.*: nothing came within"):
        open_source(url)
    with pytest.raises(SourceError, match=r"or udp://@:5000 for all of them\."):
        open_source("udp://192.0.2.1:5000")


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="needs the program ffmpeg")
@pytest.mark.parametrize("has_pyav", [True, False])
def test_a_video_comes_through_rtmp(tmp_path, monkeypatch, has_pyav):
    pytest.importorskip("av")
    monkeypatch.setattr(network, "has_pyav", lambda: has_pyav)
    monkeypatch.setattr(network, "OPEN_TIMEOUT_MS", 2000)
    film = tmp_path / "film.flv"
    film.write_bytes(video_bytes("flv"))
    url = f"rtmp://127.0.0.1:{_free_port(socket.SOCK_STREAM)}/live/cam"
    server = subprocess.Popen(
        [
            *("ffmpeg", "-loglevel", "quiet", "-re", "-stream_loop", "100"),
            *("-i", str(film), "-c", "copy", "-f", "flv", "-listen", "1", url),
        ],
        stdin=subprocess.DEVNULL,
    )
    try:
        source = _opened(url)
        source.status.on_note = lambda text: None
        levels = _take(source, 10)
    finally:
        server.kill()
        server.wait()
    originals = np.array([float(picture.mean()) for picture in pictures()])
    assert all(np.abs(originals - level).min() <= 5 for level in levels)


def test_a_port_without_an_rtmp_server_is_told():
    port = _free_port(socket.SOCK_STREAM)
    for scheme in ("rtmp", "rtmps"):
        with pytest.raises(SourceError, match=rf"nothing listens on port {port} of"):
            open_source(f"{scheme}://me:pw@127.0.0.1:{port}/live")


def _opened(url: str) -> Source:
    """Open a server's address as soon as it listens."""
    for _ in range(100):
        try:
            return open_source(url)
        except SourceError as error:
            last = error
            time.sleep(0.1)
    raise last


@pytest.mark.parametrize(
    ("is_there", "form"), [(True, "-c copy -f mpegts -"), (False, "-f mjpeg -q:v 3 -")]
)
def test_where_nothing_knows_srt_the_way_around_is_named(monkeypatch, is_there, form):
    monkeypatch.setattr(network, "has_pyav", lambda: is_there)
    monkeypatch.setattr(network, "_BY_PYAV", ())
    with pytest.raises(SourceError, match="Cannot open srt://") as error:
        open_source("srt://127.0.0.1:9?passphrase=secret12345")
    assert f"{form} | edgevision run MODEL --source '-?live=1'" in str(error.value)
    assert "secret" not in str(error.value)
    assert error.value.__suppress_context__
