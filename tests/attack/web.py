"""The web page: what its answers forbid, and who may read it."""

from __future__ import annotations

import socket
import time

from ground import Ground, Tally, eventually

_WANTED = (
    "cross-origin-resource-policy",
    "referrer-policy",
    "x-content-type-options",
    "content-security-policy",
)
_ODD = (
    b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    b"GET  /  HTTP/9.9\r\n\r\n",
    b"\r\n" * 1000,
)


def headers(ground: Ground, tally: Tally) -> str:
    """Read every page of a run, and send what is no request."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    source = ("--source", "synthetic:?size=160x120&fps=20", "--quiet")
    run = ("run", ground.detector, *source, "--sink", f"web:{port}")
    with ground.running(*run) as process:
        eventually(lambda: b"200" in ask(port, b"/status.json"), 30)
        for path in (b"/", b"/status.json", b"/snapshot.jpg"):
            reply = ask(port, path).partition(b"\r\n\r\n")[0].decode("latin-1")
            names = {line.partition(":")[0].lower() for line in reply.splitlines()}
            missing = [name for name in _WANTED if name not in names]
            tally.expect(path.decode(), not missing, f"without {missing}")
        for number, request in enumerate(_ODD):
            reply = _send(port, request)
            bad = b"root:" in reply or (b" 200 " in reply[:20] and number < 4)
            tally.expect(f"odd request {number}", not bad, reply[:60].decode("latin-1"))
        slow = [_open(port) for _ in range(ground.times(200, 60))]
        time.sleep(1)
        tally.expect("beside slow clients", b"200" in ask(port, b"/status.json"))
        for client in slow:
            client.close()
        tally.expect("it runs on", process.poll() is None)
    return "no other site shows it, no path leaves it"


def ask(port: int, path: bytes) -> bytes:
    """Return the answer to a plain request; empty when there is none."""
    return _send(port, b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % path)


def _send(port: int, request: bytes) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), 3) as client:
            client.settimeout(3)
            client.sendall(request)
            return client.recv(4096)
    except OSError:
        return b""


def _open(port: int) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), 3)
    client.sendall(b"GET / HT")
    return client
