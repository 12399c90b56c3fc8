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


HEAD = b"GET /snapshot.jpg HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n%s\r\n"


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        (b"", False),  # curl, an old browser
        (b"Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: no-cors\r\n", False),
        (b"Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\n", False),
        # An <img> of a page from elsewhere, also from another port of this machine.
        (b"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n", True),
        (b"SEC-FETCH-SITE:same-site\r\nSec-Fetch-Dest: image\r\n", True),
        (b"Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Site: cross-site \r\n", True),
        # A link may lead here; a frame may not.
        (
            b"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"
            b"Sec-Fetch-Dest: document\r\n",
            False,
        ),
        (
            b"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"
            b"Sec-Fetch-Dest: iframe\r\n",
            True,
        ),
        (b"Origin: http://127.0.0.1:8080\r\n", False),
        (b"Origin: http://evil.example\r\n", True),
        (b"Origin: null\r\n", True),
        (b"Origin: \xff\r\n", True),
    ],
)
def test_a_page_from_elsewhere_is_known_by_what_the_browser_says(headers, foreign):
    assert read_request(HEAD % headers).is_foreign is foreign


def test_every_answer_keeps_pages_from_elsewhere_out():
    for answer in (
        answer_head(200, "text/html", 3),
        answer_head(403, "text/plain", 3),
        answer_head(200, "multipart/x-mixed-replace; boundary=x"),
    ):
        lines = answer.decode().split("\r\n")
        assert "Cross-Origin-Resource-Policy: same-origin" in lines
        assert "Cross-Origin-Opener-Policy: same-origin" in lines
        assert "Referrer-Policy: no-referrer" in lines
        assert "X-Content-Type-Options: nosniff" in lines
        assert "X-Frame-Options: DENY" in lines
        assert any("frame-ancestors 'none'" in line for line in lines)
