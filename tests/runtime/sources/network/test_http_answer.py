"""Web servers that redirect, ask for a login, and never come to an end."""

from __future__ import annotations

import time

import pytest
from edgevision.runtime.sources.network import network_source as network
from edgevision.runtime.sources.network.http_answer import HttpAnswer, SilentError
from edgevision.runtime.sources.open import open_source
from support.mjpeg_server import jpeg
from support.scripted_server import OK, PARTS, ScriptedServer, part

from edgevision.errors import SourceError

PICTURE = jpeg(100)


def _endless(data):
    def answer(connection, _request):
        while True:
            connection.sendall(data)

    return answer


def _first(head, data):
    def answer(connection, _request):
        connection.sendall(head)
        while data:  # to send nothing never fails, and would go on for ever
            connection.sendall(data)

    return answer


@pytest.mark.parametrize(
    ("answer", "match"),
    [
        (_first(OK, b"X-A: " + b"b" * 1000 + b"\r\n"), "not answer as a web server"),
        (_first(OK + b"X: ", b"a" * 65536), "not answer as a web server"),
        (_endless(b"a" * 65536), "not answer as a web server"),
        (_first(b"HTTP/1.1 100 Continue\r\n\r\n" * 9, b""), "it answers, but not with"),
    ],
)
def test_endless_headers_end(answer, match, monkeypatch):
    monkeypatch.setattr("edgevision.runtime.sources.network.http_answer._HEAD_S", 0.5)
    with ScriptedServer(answer) as server, pytest.raises(SourceError, match=match):
        open_source(server.url())


def test_a_server_that_trickles_its_headers_is_refused_in_time(monkeypatch):
    monkeypatch.setattr("edgevision.runtime.sources.network.http_answer._HEAD_S", 0.4)

    def answer(connection, _request):
        for byte in PARTS * 3:
            connection.sendall(bytes([byte]))
            time.sleep(0.02)

    with (
        ScriptedServer(answer) as server,
        pytest.raises(SourceError, match="not answer as a web server"),
    ):
        open_source(server.url())


def _redirect(target):
    return b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % target


def _stream(connection, _request):
    connection.sendall(PARTS + part(PICTURE))
    time.sleep(0.2)


def test_the_password_goes_to_no_other_server():
    with ScriptedServer(_stream) as other:

        def answer(connection, request):
            if b"Authorization: Basic" not in request:
                question = b'WWW-Authenticate: Basic realm="x"\r\n'
                connection.sendall(b"HTTP/1.1 401 No\r\n" + question + b"\r\n")
            else:
                connection.sendall(_redirect(other.url("/else").encode()))

        with ScriptedServer(answer) as server:
            open_source(server.url(login="user:SECRET@")).close()
            assert len(server.requests) == 2
        assert other.requests[0].startswith(b"GET /else HTTP/1.1")
        assert b"uthorization" not in other.requests[0]
        assert b"SECRET" not in other.requests[0]


def test_a_redirection_on_the_same_server_keeps_the_login():
    def answer(connection, request):
        if b"GET /video " in request:
            connection.sendall(_redirect(b"/stream?x=1"))
        elif b"Authorization" in request:
            _stream(connection, request)
        else:
            question = b'WWW-Authenticate: Digest realm="c", nonce="n", qop="auth"\r\n'
            connection.sendall(b"HTTP/1.1 401 No\r\n" + question + b"\r\n")

    with ScriptedServer(answer) as server:
        open_source(server.url(login="me:pa%2Fss@")).close()
    assert b'Digest username="me"' in server.requests[2]
    assert b'uri="/stream?x=1"' in server.requests[2]


@pytest.mark.parametrize(
    ("target", "match"),
    [
        (b"/video", "redirects more than 5 times"),
        (b"file:///etc/passwd", "redirects to something that is no web address"),
        (b"rtsp://127.0.0.1/x", "redirects to something that is no web address"),
        (b"concat:/etc/passwd|/etc/hosts", "something that is no web address"),
        (b"http://[::1", "something that is no web address"),
        (b"http://h:0/", "something that is no web address"),
    ],
)
def test_redirections_to_elsewhere_are_refused(target, match):
    def answer(connection, _request):
        connection.sendall(_redirect(target))

    with ScriptedServer(answer) as server, pytest.raises(SourceError, match=match):
        open_source(server.url())


@pytest.mark.parametrize("elsewhere", [False, True])
def test_ffmpeg_reads_the_rest_and_gets_the_password_of_its_own_server(
    elsewhere, monkeypatch
):
    asked = []

    def grabber(url):
        asked.append(url)
        raise SourceError("enough")

    monkeypatch.setattr(network, "_FfmpegGrabber", grabber)

    def video(connection, _request):
        connection.sendall(OK + b"Content-Type: video/mp4\r\n\r\n")

    with ScriptedServer(video) as other:

        def answer(connection, request):
            target = other.url("/b.mp4") if elsewhere else "/b.mp4"
            if b"/b.mp4" in request:
                video(connection, request)
            else:
                connection.sendall(_redirect(target.encode()))

        with ScriptedServer(answer) as server:
            with pytest.raises(SourceError, match="enough"):
                open_source(server.url("/a", login="me:pw@"))
            expected = (other.url if elsewhere else server.url)("/b.mp4")
            login = "" if elsewhere else "me:pw@"
            assert asked == [expected.replace("http://", f"http://{login}")]


CHUNKED = PARTS[:-2] + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("data", [b"x: y\r\n" * 500, b"x"], ids=["trailers", "line"])
def test_chunks_without_an_end_are_a_silent_camera(data, monkeypatch):
    monkeypatch.setattr("edgevision.runtime.sources.network.http_answer._READ_S", 0.5)

    def answer(connection, _request):
        connection.sendall(CHUNKED + b"0;" + (b"\r\n" if len(data) > 1 else b""))
        while True:
            connection.sendall(data)
            time.sleep(0.001 if len(data) > 1 else 0.05)

    with ScriptedServer(answer) as server:
        camera = HttpAnswer(server.url(), silence_s=0.3)
        with pytest.raises(SilentError, match="no picture came"):
            camera.read()
        camera.close()


@pytest.mark.parametrize("length", [b"0", b"7"])
def test_the_length_that_a_camera_writes_for_its_stream_means_nothing(length):
    def answer(connection, _request):
        head = PARTS[:-2] + b"Content-Length: " + length + b"\r\n\r\n"
        connection.sendall(head + part(PICTURE))
        time.sleep(0.2)

    with ScriptedServer(answer) as server, open_source(server.url()) as source:
        assert next(iter(source)).size == (64, 48)


def test_a_login_in_any_script_gets_in():
    def answer(connection, request):
        if b"Authorization" in request:
            _stream(connection, request)
        else:
            question = 'WWW-Authenticate: Digest realm="K\u00fcche", nonce="n"\r\n'
            head = b"HTTP/1.1 401 No\r\n" + question.encode() + b"\r\n"
            connection.sendall(head)

    with ScriptedServer(answer) as server:
        open_source(server.url(login="%E2%82%AC:%E2%82%AC@")).close()
    assert 'username="\u20ac", realm="K\u00fcche"'.encode() in server.requests[1]
