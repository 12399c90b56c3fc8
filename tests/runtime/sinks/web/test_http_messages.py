"""Requests read from bytes that anybody may send."""

from __future__ import annotations

import pytest
from edgevision.runtime.sinks.web.http_messages import (
    PageRequest,
    RefusedError,
    answer_head,
    is_loopback,
    read_request,
)


@pytest.mark.parametrize(
    ("head", "request_"),
    [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", ("/", "", "localhost", False)),
        (
            b"HEAD /a?token=x HTTP/1.0\r\nhost:\t[::1]:8\r\n\r\n",
            ("/a", "x", "::1", True),
        ),
        # No host, and one that is none.
        (b"GET /?token=a&token=b HTTP/1.1\r\n\r\n", ("/", "a", "", False)),
        (b"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", ("/", "", "", False)),
        (b"GET / HTTP/1.1\r\nHost: \xff\r\n\r\n", ("/", "", "", False)),
    ],
)
def test_a_request_is_read(head, request_):
    assert read_request(head) == PageRequest(*request_)


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"", 400),
        (b"GET http://evil/ HTTP/1.1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\n\r\n", 405),
        (b"GET /?" + b"a=1&" * 20 + b" HTTP/1.1\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_is_refused(head, status):
    with pytest.raises(RefusedError) as caught:
        read_request(head)
    assert caught.value.status == status


def test_an_answer_says_its_length_unless_it_has_no_end():
    whole, stream = answer_head(200, "text/plain", 3), answer_head(200, "x/y")
    assert whole.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n")
    assert whole.endswith(b"Content-Length: 3\r\n\r\n")
    assert b"Content-Length" not in stream


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.8.8.8", True), ("::1", True), ("cam.local", False)],
)
def test_loopback_is_this_machine(host, expected):
    assert is_loopback(host) is expected
