"""The web page's server: what it serves, to whom, and what cannot slow it down."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import os
import re
import resource
import signal
import socket
import threading
import time
from dataclasses import replace

import cv2
import numpy as np
import pytest
from edgevision.devices.health.health import Health
from edgevision.runtime.camera_watch import CameraState
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.results.detections import Detections
from edgevision.runtime.results.output_image import OutputImage
from edgevision.runtime.rule_event import RuleEvent
from edgevision.runtime.sinks.base import RunContext
from edgevision.runtime.sinks.guard import GuardedSink
from edgevision.runtime.sinks.open import open_sink
from edgevision.runtime.sinks.web import viewers as viewers_module
from edgevision.runtime.sinks.web import web_server
from edgevision.runtime.sinks.web import web_sink as web
from edgevision.runtime.sinks.web.web_page import PAGE, POLICY
from edgevision.runtime.sinks.web.web_sink import WebSink
from edgevision.runtime.timing import LatencyTable, Timing
from support.streams import classes

from edgevision.errors import SinkError


def _event(index=0, *, size=(64, 48), dropped=0):
    image = np.full((size[1], size[0], 3), 128, np.uint8)
    frame = Frame(image, time.monotonic_ns(), index, "cam")
    return Event(frame, classes((1, 0.9)), Timing(1, 2, 3, 4, 0, 6), dropped=dropped)


@pytest.fixture
def sink():
    made = WebSink(fps=60)
    yield made
    made.close()


def _port(sink) -> int:
    return int(re.search(r":(\d+)/", sink.address)[1])


def _connect(sink, timeout=5.0) -> socket.socket:
    return socket.create_connection(("127.0.0.1", _port(sink)), timeout)


def _ask(sink, path="/", *, method="GET", host="127.0.0.1", more="") -> bytes:
    """Send one request and return all of the answer."""
    with _connect(sink) as connection:
        text = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n"
        connection.sendall(text.encode())
        answer = b""
        while data := connection.recv(65536):
            answer += data
    return answer


def _status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@contextlib.contextmanager
def _watch(sink, count=1):
    """Keep viewers of the stream open."""
    viewers = [_connect(sink) for _ in range(count)]
    try:
        for viewer in viewers:
            viewer.sendall(b"GET /stream.mjpg HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _wait(lambda: len(sink._server._viewers) == count)
        yield viewers
    finally:
        for viewer in viewers:
            viewer.close()


def _wait(condition, seconds=5.0):
    limit = time.monotonic() + seconds
    while not condition() and time.monotonic() < limit:
        time.sleep(0.01)
    assert condition()


@pytest.fixture
def encoded(monkeypatch):
    """Count the pictures that are encoded."""
    counts = []
    real = web.encode

    def encode(image, **settings):
        counts.append(image.shape)
        return real(image, **settings)

    monkeypatch.setattr(web, "encode", encode)
    return counts


def _pictures(viewer: socket.socket, count: int) -> list[bytes]:
    stream, found = b"", []
    while len(found) < count:
        stream += viewer.recv(65536)
        found = re.findall(rb"\r\n\r\n(\xff\xd8.*?\xff\xd9)\r\n--", stream, re.DOTALL)
    return found


def test_the_page_is_whole_and_loads_nothing_from_elsewhere(sink):
    answer = _ask(sink)
    assert _status_of(answer) == 200
    assert answer.endswith(b"</html>\n")
    assert b"default-src 'none'" in answer
    assert not re.findall(r"(?:src|href)=[\"']?(?!data:)https?:|@import|//cdn", PAGE)


def test_the_script_s_hash_is_the_one_of_the_policy():
    import base64
    import hashlib

    script = re.search(r"<script>(.*?)</script>", PAGE, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in POLICY


def test_the_table_of_the_page_has_a_row_for_every_stage():
    table = LatencyTable()
    table.add(Timing(motion_ms=1.0, refine_ms=1.0))
    stages = re.search(r"\[[^\[\]]*'refine'[^\[\]]*\]", PAGE)[0]
    assert set(re.findall(r"'(\w+)'", stages)) == {*table.rows} - {"total"}


def test_the_status_has_the_last_result_the_times_and_the_drops(sink):
    before = json.loads(_ask(sink, "/status.json").split(b"\r\n\r\n", 1)[1])
    assert before["since_last_s"] is None
    time.sleep(0.5)
    for number in range(5):
        sink.write(_event(number, dropped=2 * number))
    status = json.loads(_ask(sink, "/status.json").split(b"\r\n\r\n", 1)[1])
    assert status["frames"] == 5
    assert status["source"] == "cam"
    assert status["dropped"] == 8
    assert status["found"] == "class 1 0.90"
    assert status["result"]["classes"][0]["label"] == "class 1"
    assert status["stages"]["total"]["mean_ms"] == 10
    assert status["stages"]["model"]["mean_ms"] == status["latency_ms"] == 9
    assert status["since_last_s"] < 2
    assert len(status["history"]["latency_max"]) == status["history"]["seconds"]


def test_the_status_has_the_last_ten_happenings_each_as_reported_last(sink):
    def told():
        answer = _ask(sink, "/status.json")
        return json.loads(answer.split(b"\r\n\r\n", 1)[1])["events"]

    assert told() == []
    start = RuleEvent("id-0", "visitor", "start", 5.0, 3.0, wall_s=0.0, sentence="in")
    sink.write_rule_event(start)
    sink.write(_event())
    _wait(lambda: told() == [start.to_dict()])
    end = replace(start, phase="end", sentence="out")
    sink.write_rule_event(end)
    for number in range(1, 10):
        sink.write_rule_event(replace(start, id=f"id-{number}"))
    _wait(lambda: len(told()) == 10)
    assert [one["id"] for one in told()] == [f"id-{n}" for n in range(9, -1, -1)]
    assert told()[-1] == end.to_dict()
    sink.write_rule_event(replace(start, id="id-10"))
    _wait(lambda: told()[-1]["id"] == "id-1")


def test_the_status_counts_pictures_that_could_not_be_redacted(sink):
    def count():
        answer = _ask(sink, "/status.json")
        return json.loads(answer.split(b"\r\n\r\n", 1)[1])["redaction_failed"]

    sink.write(_event())
    assert count() is None
    sink.write(replace(_event(1), redaction_failed=3))
    _wait(lambda: count() == 3)


def test_the_status_has_the_heat_of_half_an_hour_and_when_it_was_too_much(sink):
    cool = Health(temperature_c=48.0, limits_told=("throttled",))
    hot = replace(cool, temperature_c=81.0, limits=("throttled",))
    sink.write(_event(0))
    assert json.loads(sink._state.status())["health"] == {}
    sink._state._status_s -= 1  # or the status of just now is given again
    for number, health in enumerate((cool, hot, cool)):
        sink.write(replace(_event(number), health=health))
    health = json.loads(sink._state.status())["health"]
    assert (health["temperature_c"], health["throttled"]) == (48.0, False)
    assert health["under_voltage"] is None
    seen = [heat for heat in health["temperature"] if heat is not None]
    limited = [heat for heat in health["limited"] if heat is not None]
    # A step keeps its hot look; the three may lie on both sides of a step's end.
    assert 81.0 in seen
    assert limited == [81.0]
    assert len(health["temperature"]) * 15 == health["seconds"] == 1800


def test_without_viewers_nothing_is_encoded(sink, encoded):
    for number in range(20):
        sink.write(_event(number))
    _ask(sink)
    _ask(sink, "/status.json")
    time.sleep(0.1)
    assert encoded == []


def test_one_encode_serves_any_number_of_viewers(sink, encoded):
    with _watch(sink, 5) as viewers:
        for number in range(3):
            sink.write(_event(number))
            _wait(lambda n=number: len(encoded) == n + 1)
            time.sleep(0.05)
        for viewer in viewers:
            pictures = _pictures(viewer, 3)
            image = cv2.imdecode(np.frombuffer(pictures[2], np.uint8), 1)
            assert image.shape == (48, 64, 3)
    assert len(encoded) == 3
    _wait(lambda: not sink._server.is_watched)


def test_each_picture_of_the_stream_comes_with_its_own_contents(sink):
    """The pixels and the class of an event are its number: no pair may be mixed."""
    with _watch(sink) as (viewer,):
        stream = b""
        for number in range(0, 240, 8):
            image = np.full((48, 64, 3), number, np.uint8)
            frame = Frame(image, time.monotonic_ns(), number, "cam")
            sink.write(Event(frame, Detections.empty(), Timing()))
            time.sleep(0.02)
        _wait(lambda: sink._newest.frame.index == 232)
        viewer.settimeout(0.2)
        with contextlib.suppress(TimeoutError):
            while data := viewer.recv(65536):
                stream += data
    parts = re.findall(
        rb"X-EdgeVision: ([^\r\n]*)\r\n\r\n(\xff\xd8.*?\xff\xd9)\r\n--",
        stream,
        re.DOTALL,
    )
    assert len(parts) > 5
    for line, jpeg in parts:
        image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), 1)
        assert abs(image.mean() - json.loads(line)["index"]) < 3


def test_the_status_names_the_model(sink):
    sink.attach(RunContext(stop=lambda: None, model="net"))
    sink.write(_event(0))
    status = json.loads(_ask(sink, "/status.json").split(b"\r\n\r\n", 1)[1])
    assert status["model"] == "net"
    assert status["contents"]["groups"][0]["label"] == "class 1"


def test_a_viewer_that_comes_between_two_pictures_sees_the_last_one(sink):
    sink.write(_event(0))
    with _watch(sink) as (viewer,):
        assert len(_pictures(viewer, 1)) == 1


def test_without_new_events_the_last_picture_is_repeated_and_not_encoded_again(
    sink, encoded, monkeypatch
):
    monkeypatch.setattr(web, "_REPEAT_S", 0.02)
    sink.write(_event(0))
    with _watch(sink) as (viewer,):
        assert len(set(_pictures(viewer, 4))) == 1
    assert len(encoded) == 1


def test_a_snapshot_is_one_picture(sink):
    sink.write(_event(0))
    answer = _ask(sink, "/snapshot.jpg")
    assert b"Content-Type: image/jpeg" in answer
    assert answer.endswith(b"\xff\xd9")


@pytest.mark.parametrize(
    ("options", "shape"), [("", (48, 128, 3)), ("?view=picture", (8, 11, 3))]
)
def test_a_picture_of_a_model_stands_beside_the_cameras(encoded, options, shape):
    white = np.full((8, 8), 255, np.uint8)
    answer = OutputImage(white, (64, 48), (0, 0, 64, 48))
    with open_sink(f"web:0{options}") as served:
        served.write(replace(_event(0), result=answer))
        _ask(served.sink, "/snapshot.jpg")
    assert encoded == [shape]


def test_wide_pictures_are_made_smaller(encoded):
    sink = open_sink("web:0?width=640")
    assert sink.address == sink.sink.address
    sink.write(_event(0, size=(1920, 1080)))
    _ask(sink.sink, "/snapshot.jpg")
    sink.close()
    assert encoded == [(360, 640, 3)]


def test_a_viewer_that_does_not_read_costs_nobody_anything(sink, monkeypatch):
    monkeypatch.setattr(viewers_module, "_STUCK_S", 0.3)
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (720, 960, 3), np.uint8)  # a large JPEG
    given = Event(Frame(noise, 0, 0, "cam"), classes(), Timing())
    with _watch(sink, 2) as (idle, reader):
        seen = []

        def read():
            with contextlib.suppress(OSError):
                while data := reader.recv(1 << 20):
                    seen.append(len(data))

        threading.Thread(target=read, daemon=True).start()
        for _ in range(60):
            # It would wait here for as long as the viewer does not read.
            sink.write(given)
            time.sleep(0.02)
        assert sum(seen) > 2_000_000
        # The idle one was cut off, and held one picture at most until then.
        _wait(lambda: len(sink._server._viewers) == 1)
        idle.close()
        reader.shutdown(socket.SHUT_RDWR)


def test_hundreds_of_connections_neither_stop_the_page_nor_the_run(sink):
    crowd = []
    try:
        for _ in range(250):
            crowd.append(_connect(sink))
        began = time.perf_counter()
        for number in range(100):
            sink.write(_event(number))
        assert time.perf_counter() - began < 1
        _wait(lambda: sink._server._open <= web_server.MAX_CONNECTIONS)
    finally:
        for connection in crowd:
            connection.close()
    _wait(lambda: sink._server._open == 0)
    assert _status_of(_ask(sink)) == 200


@pytest.mark.parametrize(
    ("limit", "most"), [(20, 4), (48, 4), (64, 5), (96, 16), (1024, 64), (-1, 64)]
)
def test_viewers_leave_the_other_sinks_their_files(monkeypatch, limit, most):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, limit))
    assert resource.RLIM_INFINITY == -1
    assert web_server.most_connections() == most


def test_who_says_nothing_gives_way_to_who_asks(sink):
    with contextlib.ExitStack() as stack:
        silent = [
            stack.enter_context(_connect(sink))
            for _ in range(2 * web_server.MAX_CONNECTIONS)
        ]
        assert _status_of(_ask(sink, "/status.json")) == 200
        silent[0].settimeout(5)
        assert silent[0].recv(1) == b""  # the one that waited longest is cut off


def test_too_many_viewers_are_told(sink, monkeypatch):
    monkeypatch.setattr(viewers_module, "MAX_VIEWERS", 2)
    with _watch(sink, 2):
        assert _status_of(_ask(sink, "/stream.mjpg")) == 503


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
        (b"GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
        (b"GET //etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
        (b"GET http://evil/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
        (b"GET / HTTP/1.1\r\n\r\n", 403),
        (b"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 403),
        (b"GET /?" + b"a&" * 500 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400),
        (b"\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"x" * 100_000, 431),
    ],
)
def test_tricks_get_an_answer_and_nothing_else(sink, request_, status):
    with _connect(sink) as connection:
        connection.sendall(request_)
        answer = b""
        try:
            while data := connection.recv(65536):
                answer += data
        except ConnectionResetError:
            pass  # cut off while it was still talking
    if answer or status != 431:
        assert _status_of(answer) == status
        assert len(answer) < 1000
    assert _status_of(_ask(sink)) == 200


def test_a_request_that_never_ends_is_cut_off(sink, monkeypatch):
    monkeypatch.setattr(web_server, "_HEAD_TIMEOUT_S", 0.1)
    with _connect(sink) as connection:
        connection.sendall(b"GET / HT")
        assert connection.recv(100) == b""


def test_another_host_needs_the_token(monkeypatch):
    monkeypatch.setattr(web, "is_loopback", lambda host: False)
    sink = WebSink()
    try:
        token = re.search(r"\?token=(\S{20,})$", sink.address)[1]
        assert _status_of(_ask(sink)) == 403
        assert _status_of(_ask(sink, f"/?token={token[:-1]}")) == 403
        assert _status_of(_ask(sink, "/status.json")) == 403
        assert _status_of(_ask(sink, "/stream.mjpg")) == 403
        assert _status_of(_ask(sink, f"/?token={token}", host="board.local")) == 200
    finally:
        sink.close()


@pytest.mark.parametrize(
    ("own", "start"),
    [
        ("192.168.1.4", "http://192.168.1.4:"),
        ("fd00::2", "http://[fd00::2]:"),
        ("", f"http://{socket.gethostname()}:"),  # no network
    ],
)
def test_on_every_host_the_address_is_one_that_a_phone_can_open(
    monkeypatch, own, start
):
    monkeypatch.setattr(web, "_own_address", lambda host: own)
    sink = open_sink("web:0.0.0.0:0")
    sink.close()
    assert sink.address.startswith(start)
    assert "/?token=" in sink.address


def test_this_machine_s_own_address_is_one():
    own = web._own_address("0.0.0.0")  # noqa: S104
    assert own == "" or ipaddress.ip_address(own)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("127.0.0.2", True),
        ("localhost", True),
        ("127.0.0.1.example.com", False),
        ("0.0.0.0", False),  # noqa: S104
        ("192.168.1.4", False),
        ("board.local", False),
    ],
)
def test_only_this_machine_needs_no_token(host, expected):
    assert web_server.is_loopback(host) is expected


def test_a_port_that_is_in_use_is_told(sink):
    with pytest.raises(SinkError, match="in use. Choose another port"):
        open_sink(f"web:{_port(sink)}")


@pytest.mark.parametrize("text", ["web:http", "web:99999", "web:a:b:80", "web:::80"])
def test_what_is_no_port_is_told(text):
    with pytest.raises(SinkError, match="expected a port such as web:8080"):
        open_sink(text)


def test_closing_cuts_off_viewers_and_frees_the_port(sink, caplog, capfd):
    caplog.set_level("DEBUG")
    with _watch(sink) as (viewer,), _connect(sink):
        sink.close()
        sink.close()
        while viewer.recv(65536):
            pass
    assert not sink._server.is_alive
    assert not [r for r in caplog.records if "callback" in r.getMessage()]
    assert capfd.readouterr().err == ""
    again = WebSink(port=_port(sink))
    again.close()
    with pytest.raises(SinkError, match="is not served any more"):
        sink.write(_event(0))


def test_the_printed_address_of_another_loopback_address_is_answered():
    sink = WebSink("127.0.0.2", 0)
    try:
        with socket.create_connection(("127.0.0.2", _port(sink)), 5) as connection:
            host = f"127.0.0.2:{_port(sink)}"
            connection.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert _status_of(connection.recv(64)) == 200
    finally:
        sink.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_encoder_that_has_died_is_told(sink, monkeypatch):
    def encode(image, **settings):
        raise MemoryError("no room")

    monkeypatch.setattr(web, "encode", encode)
    guarded = GuardedSink(sink, on_note=(told := []).append)
    with _watch(sink):
        guarded.write(_event())
        _wait(lambda: not sink._encoder.is_alive())
        assert told == []
        guarded.write(_event(1))
    assert len(told) == 1
    assert "shows no new pictures any more" in told[0]
    assert guarded.lost == 1
    # The times are still there, and closing is no failure.
    assert _status_of(_ask(sink, "/status.json")) == 200
    guarded.close()
    assert len(told) == 1


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_process_that_was_forked_meanwhile_does_not_keep_the_port():
    first = WebSink()
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    try:
        first.close()
        WebSink(port=_port(first)).close()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_the_status_has_the_state_of_the_camera_where_somebody_watches(sink):
    def state():
        time.sleep(0.45)  # all viewers share one status for so long
        answer = _ask(sink, "/status.json")
        return json.loads(answer.partition(b"\r\n\r\n")[2])["camera_state"]

    sink.write(_event())
    assert state() is None
    sink.write(replace(_event(1), camera_state=CameraState.COVERED))
    assert state() == "covered"
