"""One answer of a web server: asked for, redirected, logged in to, read in time."""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import Any, Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from ....errors import SourceError
from .address import has_usable_host
from .login import Login
from .silence import meaning_of, why_silent

_MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_HEAD_S: Final = 5.0
_READ_S: Final = 10.0
_PORTION: Final = 1 << 16


class SilentError(SourceError):
    """The server sends nothing, or too slowly, or has closed the connection."""


class HttpAnswer:
    """A body that is read in portions.

    The password goes to the scheme, host and port that the user wrote, and to no other:
    not behind a redirection. Headers are bounded by ``http.client`` (64 kB a line, 100
    lines) and by five seconds. Certificates are not checked, because cameras sign their
    own.

    Args:
        url: Address, with user and password where the camera wants them.
        silence_s: So long may nothing come.

    Attributes:
        url: The address that answered at last, with user and password where they may
            go to it.
        kind: The value of ``Content-Type`` in small letters, without its parameters.

    Raises:
        SourceError: It refuses, is not there, or redirects to something else; a clause
            that fits behind "Cannot open ...: ".
    """

    def __init__(self, url: str, *, silence_s: float) -> None:
        self._silence_s = silence_s
        self._until = time.monotonic() + _HEAD_S
        self._is_head = True
        self._socket: socket.socket | None = None
        first = urlsplit(url)
        login = Login.of(first)
        for _ in range(_MOST_REDIRECTS):
            parts = urlsplit(url)
            is_ours = _origin(parts) == _origin(first)
            self._response = self._asked(parts, login if is_ours else None)
            status = self._response.status
            if status not in _REDIRECTS:
                break
            self.close()
            url = _redirected(url, self._response.headers.get("Location", ""))
        else:
            raise SourceError(f"it redirects more than {_MOST_REDIRECTS} times")
        if status != 200:
            self.close()
            raise SourceError(meaning_of(status, has_user=login is not None))
        self.url = _with_login(url, first) if is_ours else url
        self.kind = self._response.headers.get_content_type()
        self._is_head = False
        if self.kind.startswith("multipart/"):
            # Cameras write 0, or one of a picture: a stream ends with its connection.
            self._response.length = None

    def read(self) -> bytes:
        """Return some bytes, at least one.

        Raises:
            SilentError: None came in time, or the body is over.
        """
        # Lengths and trailers of chunks are read on the way, and may have no end.
        self._until = time.monotonic() + _READ_S
        try:
            data = self._response.read1(_PORTION)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise SilentError("no picture came any more.") from error
        if not data:
            raise SilentError("no picture came any more.")
        return data

    def close(self) -> None:
        """Close the connection; may be called twice."""
        if self._socket is not None:
            self._socket.close()

    def _asked(
        self, parts: SplitResult, login: Login | None
    ) -> http.client.HTTPResponse:
        answer = self._question(parts, None)
        if answer.status == 401 and login is not None:
            asked = ", ".join(answer.headers.get_all("WWW-Authenticate", []))
            words = login.answer(asked, "GET", _path(parts))
            if words is not None:
                self.close()
                return self._question(parts, words)
        return answer

    def _question(
        self, parts: SplitResult, words: str | None
    ) -> http.client.HTTPResponse:
        host, port = parts.hostname, parts.port
        if not host:
            raise SourceError("it names no host")
        connection: http.client.HTTPConnection
        if parts.scheme.lower() == "https":
            import ssl

            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            connection = http.client.HTTPSConnection(
                host, port, timeout=_HEAD_S, context=context
            )
        else:
            connection = http.client.HTTPConnection(host, port, timeout=_HEAD_S)
        headers = {"User-Agent": "edgevision", "Accept": "*/*", "Connection": "close"}
        if words is not None:
            headers["Authorization"] = words
        try:
            connection.connect()
            self._socket = connection.sock
            connection.sock = _TimedSocket(connection.sock, self)
            connection.request("GET", _path(parts), headers=headers)
            self._response = connection.getresponse()
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            plain = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
            if isinstance(error, OSError) and not isinstance(error, TimeoutError):
                raise SourceError(why_silent(plain)) from error
            raise SourceError(
                f"it does not answer as a web server does within {_HEAD_S:.0f} s"
            ) from error
        return self._response

    def patience(self) -> float:
        """Return for how many seconds the next bytes may be waited for.

        Raises:
            TimeoutError: The headers, or what is read for a portion, take too long.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left if self._is_head else min(left, self._silence_s)


class _TimedSocket:
    """A socket for ``http.client`` whose reads end in time, all of them together."""

    def __init__(self, real: socket.socket, answer: HttpAnswer) -> None:
        self._real = real
        self._answer = answer

    def sendall(self, data: bytes) -> None:
        self._real.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._real, self._answer), _PORTION)

    def close(self) -> None:
        """Leave it open: ``http.client`` goes on reading after this."""


class _TimedReader(io.RawIOBase):
    def __init__(self, real: socket.socket, answer: HttpAnswer) -> None:
        self._real = real
        self._answer = answer

    def readable(self) -> bool:
        return True

    def readinto(self, memory: Any) -> int:
        self._real.settimeout(self._answer.patience())
        return int(self._real.recv_into(memory))


def _path(parts: SplitResult) -> str:
    """Return path and query, with percent codes for what a request cannot hold."""
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return quote(path, safe="/?#[]@!$&'()*+,;=:%~")


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    scheme = parts.scheme.lower()
    port = parts.port or (443 if scheme == "https" else 80)
    return scheme, (parts.hostname or "").lower(), port


def _with_login(url: str, first: SplitResult) -> str:
    """Return an address with the user and password of the one that was written."""
    login, mark, _ = first.netloc.rpartition("@")
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=login + mark + host))


def _redirected(url: str, target: str) -> str:
    try:
        following = urljoin(url, target)
        parts = urlsplit(following)
        is_usable = has_usable_host(following)
    except ValueError:
        is_usable = False
    if not target or not is_usable or parts.scheme.lower() not in ("http", "https"):
        raise SourceError("it redirects to something that is no web address")
    # A user and password in a redirection are the server's idea, not the user's.
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
