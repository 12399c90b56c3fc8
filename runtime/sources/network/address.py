"""Network addresses: passwords removed, and why an address does not answer."""

from __future__ import annotations

import re
import socket
from typing import Final
from urllib.parse import SplitResult, urlsplit

_SECRET_NAMES: Final = re.compile(
    r"(?i)((?:^|[?&;,\s\"'])(?:[a-z_.-]*"
    r"(?:pass(?:word|wd)?|pwd?|token|secret|key|auth(?:orization)?|sig|signature)"
    r"|usr|user(?:name|-id)?|login)\s*=\s*)"
    # As GStreamer reads a value: its type, quotes of both kinds, spaces behind a "\".
    r"(?:\([a-z]+\))?(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|(?:\\.|[^&;#\s])*)"
)
# Up to the last "@" before the path: a password may hold one itself. Behind "user:"
# even up to the last one of all, because a password may be typed as it is, with a
# slash in it; a number and a slash are a port.
_USER_INFO: Final = re.compile(
    r"(?i)\b([a-z][a-z0-9+.-]*:/{1,3})"
    r"(?:[^/?#\s'\"\[]*:(?!\d{1,5}[/?#])[^\s'\"]*|[^/?#\s'\"]*)@"
)
_PORTS: Final = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322}
_WAIT_S: Final = 3.0
_REPLY_BYTES: Final = 4096


def redact(text: str) -> str:
    """Return a text without the passwords of the addresses in it.

    User and password before an ``@`` go, and so do the values of query fields and of
    GStreamer's properties that sound like a secret.

    Example:
        >>> redact("cannot open rtsp://me:pa55@cam/1?token=abc&x=1")
        'cannot open rtsp://***@cam/1?token=***&x=1'
    """
    return _SECRET_NAMES.sub(r"\1***", _USER_INFO.sub(r"\1***@", text))


def why_silent(url: str) -> str:
    """Ask an address once more by hand and return in a clause what is wrong with it.

    OpenCV says only that it could not open it. This looks at the name, the port and the
    first line of the answer; it takes at most a few seconds.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return "it is not a usable address"
    if not host:
        return "it names no host"
    try:
        with socket.create_connection((host, port), _WAIT_S) as connection:
            connection.settimeout(_WAIT_S)
            if parts.scheme not in ("http", "rtsp"):
                return "it answers, but not with a picture that FFmpeg can read"
            connection.sendall(_question(parts, host))
            reply = connection.recv(_REPLY_BYTES)
    except socket.gaierror:
        return f"the name '{host}' is not known"
    except ConnectionRefusedError:
        return f"nothing listens on port {port} of {host}"
    except TimeoutError:
        return f"{host} does not answer on port {port} within {_WAIT_S:.0f} s"
    except OSError as error:
        return f"{host} cannot be reached ({error.strerror or error})"
    return _meaning(reply, has_user=bool(parts.username))


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
    status = int(match[1]) if match else 0
    if status == 401 and has_user:
        return "it refuses this user and password (401)"
    if status == 401:
        return "it wants user:password@ before the host (401)"
    if status in (403, 404):
        reason = "forbids this path" if status == 403 else "knows no such path"
        return f"it {reason} ({status})"
    if status >= 400:
        return f"it answers with an error ({status})"
    if not reply:
        return "it closes the connection without an answer"
    return "it answers, but not with a picture that FFmpeg can read"
