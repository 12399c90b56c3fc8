"""Why an address does not answer: it is asked once more by hand."""

from __future__ import annotations

import re
import socket
from typing import Final
from urllib.parse import SplitResult, urlsplit

from ....redaction import redact_address
from .address import PERCENT_CODES

_PORTS: Final = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322, "rtmp": 1935}
_WITHOUT_CONNECTION: Final = ("udp", "srt")
_WAIT_S: Final = 3.0
_REPLY_BYTES: Final = 4096


def why_silent(url: str) -> str:
    """Ask an address once more by hand and return in a clause what is wrong with it.

    OpenCV says only that it could not open it. This looks at the name, the port and the
    first line of the answer; it takes at most a few seconds.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return "it is not a usable address: the port is no number from 1 to 65535"
    if not host and parts.scheme != "udp":
        return "it names no host"
    if parts.scheme in _WITHOUT_CONNECTION:
        return "no video comes from there"
    try:
        with socket.create_connection((host, port), _WAIT_S) as connection:
            connection.settimeout(_WAIT_S)
            if parts.scheme not in ("http", "rtsp"):
                return "it answers, but not with a picture that FFmpeg can read"
            connection.sendall(_question(parts, host or ""))
            reply = connection.recv(_REPLY_BYTES)
    except (OSError, UnicodeError) as error:
        return why_unconnected(error, url)
    return _meaning(reply, has_user=bool(parts.username))


def why_unconnected(error: OSError | UnicodeError, url: str) -> str:
    """Return in a clause why there was no connection.

    Args:
        error: What a socket raised.
        url: The address, of which host and port are usable.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    # "user:123/4@host" without percent codes: what looks like the host is the user, and
    # what looks like the port is half of the password.
    open_host = f"//{host}" in redact_address(url).lower() or "@" in parts.netloc
    shown = host if open_host else "the host"
    at_port = f"port {port}" if open_host else "this port"
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return (
            f"the name '{host}' is not known" if open_host else "no host has this name"
        )
    if isinstance(error, ConnectionRefusedError):
        return f"nothing listens on {at_port} of {shown}"
    if isinstance(error, TimeoutError):
        return f"{shown} does not answer on {at_port} in time"
    return f"{shown} cannot be reached ({error.strerror or error})"


def _question(parts: SplitResult, host: str) -> bytes:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if parts.scheme == "rtsp":
        port = f":{parts.port}" if parts.port else ""
        line = f"DESCRIBE rtsp://{host}{port}{path} RTSP/1.0\r\nCSeq: 1\r\n\r\n"
    else:
        line = f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n"
    return line.encode("utf-8", "replace")


def _meaning(reply: bytes, *, has_user: bool) -> str:
    match = re.match(rb"(?:HTTP|RTSP)/\d\.\d (\d{3})", reply)
    if not reply:
        return "it closes the connection without an answer"
    return meaning_of(int(match[1]) if match else 0, has_user=has_user)


def meaning_of(status: int, *, has_user: bool) -> str:
    """Return in a clause what a status of HTTP or RTSP means for an address.

    Args:
        status: The number, such as 404; 0 means none.
        has_user: Whether the address has a user and a password.
    """
    if status == 401 and has_user:
        return f"it refuses this user and password (401). {PERCENT_CODES}"
    if status == 401:
        return "it wants user:password@ before the host (401)"
    if status in (403, 404):
        reason = "forbids this path" if status == 403 else "knows no such path"
        return f"it {reason} ({status})"
    if status >= 400:
        return f"it answers with an error ({status})"
    return "it answers, but not with a picture that FFmpeg can read"
