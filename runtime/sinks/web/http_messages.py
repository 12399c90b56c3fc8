"""The few HTTP messages that the web page needs: requests read, answers begun."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from .web_page import POLICY

_REQUEST: Final = re.compile(rb"([A-Z]{1,10}) (/[!-~]{0,2000}) HTTP/1\.[01]\r\n")
_HOST: Final = re.compile(rb"(?i)\r\nhost:[ \t]*([^\r\n]*)\r\n")
_SITE: Final = re.compile(rb"(?i)\r\nsec-fetch-site:[ \t]*([a-z-]*)[ \t]*\r\n")
_MODE: Final = re.compile(rb"(?i)\r\nsec-fetch-mode:[ \t]*([a-z-]*)[ \t]*\r\n")
_DESTINATION: Final = re.compile(rb"(?i)\r\nsec-fetch-dest:[ \t]*([a-z-]*)[ \t]*\r\n")
_ORIGIN: Final = re.compile(rb"(?i)\r\norigin:[ \t]*([^\r\n]*)\r\n")
_REASONS: Final = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


class RefusedError(Exception):
    """A request that gets a status and a sentence instead of what it asks for."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class PageRequest:
    """A request that can be answered.

    Attributes:
        path: The part before the ``?``.
        token: What stands behind ``token=``; empty when it is absent.
        host: The name that the browser asked for; empty when it is not usable.
        is_head: Only the head of the answer is wanted.
        is_foreign: A page from elsewhere asks for a part of this one, by what the
            browser says (``Sec-Fetch-Site``, ``Origin``). A link is not foreign.
    """

    path: str
    token: str
    host: str
    is_head: bool
    is_foreign: bool = False


def read_request(
    head: bytes, *, methods: Collection[bytes] = (b"GET", b"HEAD")
) -> PageRequest:
    """Read the head of a request.

    Args:
        head: Its bytes, with the empty line at the end.
        methods: What may be asked.

    Raises:
        RefusedError: It is no request for a page.
    """
    match = _REQUEST.match(head)
    if not match:
        raise RefusedError(400, "this is not a request for a page")
    if match[1] not in methods:
        raise RefusedError(405, "this page is only read")
    try:
        target = urlsplit(match[2].decode("ascii"))
        query = parse_qs(target.query, max_num_fields=16)
    except ValueError:
        raise RefusedError(400, "this is not a usable address") from None
    token = query.get("token", [""])[0]
    return PageRequest(
        target.path, token, _host_of(head), match[1] == b"HEAD", _is_foreign(head)
    )


def answer_head(
    status: int, kind: str, length: int | None = None, policy: str = POLICY
) -> bytes:
    """Return the head of an answer.

    Args:
        status: 200, or what is wrong.
        kind: The content's MIME type.
        length: Bytes of the content; None means that it has no end.
        policy: What the page may load and run (``Content-Security-Policy``).
    """
    lines = [
        f"HTTP/1.1 {status} {_REASONS[status]}",
        f"Content-Type: {kind}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Referrer-Policy: no-referrer",
        # No page from elsewhere shows our pictures, opens us in a frame, or keeps a
        # hand on our window; ours needs no device of the viewer.
        "Cross-Origin-Resource-Policy: same-origin",
        "Cross-Origin-Opener-Policy: same-origin",
        "X-Frame-Options: DENY",
        "Permissions-Policy: camera=(), microphone=(), geolocation=(), usb=()",
        "X-Robots-Tag: noindex",
        f"Content-Security-Policy: {policy}",
        "Connection: close",
    ]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def is_loopback(host: str) -> bool:
    """Return whether a name is this very machine's: localhost, 127.x.x.x or ::1."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_foreign(head: bytes) -> bool:
    origin = _ORIGIN.search(head)
    if origin and _host_of(head) != _name_in(origin[1], ""):
        return True
    site = _SITE.search(head)
    if not site or site[1].lower() not in (b"cross-site", b"same-site"):
        return False
    mode, destination = _MODE.search(head), _DESTINATION.search(head)
    is_link = mode is not None and mode[1].lower() == b"navigate"
    return not (is_link and destination and destination[1].lower() == b"document")


def _host_of(head: bytes) -> str:
    match = _HOST.search(head)
    return _name_in(match[1]) if match else ""


def _name_in(address: bytes, begin: str = "//") -> str:
    """Return the host's name in an address; empty when it is not usable."""
    try:
        return urlsplit(begin + address.decode("ascii").strip()).hostname or ""
    except ValueError:
        return ""
