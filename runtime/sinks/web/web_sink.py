"""The live picture and the charts in any browser: ``web:8080``."""

from __future__ import annotations

import logging
import re
import socket
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ....errors import SinkError
from ...event import Event
from ...rule_event import RuleEvent
from ...uri_options import Options
from ..base import RunContext, Sink
from ..picture import VIEWS, encode, no_wider, picture_of
from .contents import contents_line
from .heat_pages import HeatPages
from .http_messages import is_loopback
from .token import token_of
from .web_server import WebServer
from .web_state import WebState

logger = logging.getLogger(__name__)

_REPEAT_S: Final = 1.0
_EVERYWHERE: Final = {
    "0.0.0.0": (socket.AF_INET, "192.0.2.1"),  # noqa: S104 - compared, not bound
    "::": (socket.AF_INET6, "2001:db8::1"),
}


class WebSink(Sink):
    """A page with the live picture, the times and a JSON status.

    A picture is drawn and encoded once for all viewers, in a thread of its own, and
    only while somebody watches. On any other host than loopback a token is needed,
    which stands in ``address``. Each start makes a new one, unless it is kept.

    Args:
        host: Where to listen; 127.0.0.1 unless texts.
        port: 0 takes a free one.
        fps: Pictures per second at most.
        width: Wider pictures are made smaller for the page.
        quality: Of the JPEG, 1..100.
        view: Of a model that answers with a picture: ``picture``, ``beside`` or
            ``overlay``.
        token: Where the token is kept; see :func:`.token.token_of`. Not used on
            loopback.
        heat: A folder in which a heat map and counts are kept, which the page shows;
            None means that it has none.

    Attributes:
        address: What to open in a browser.
    """

    needs_target = True
    example = "web:8080"

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        fps: float = 10.0,
        width: int = 960,
        quality: int = 75,
        view: str = "beside",
        token: str = "",
        heat: Path | None = None,
    ) -> None:
        self.name = f"web:{host}:{port}"
        loopback = is_loopback(host)
        secret = "" if loopback else token_of(token)
        self._heat = None if heat is None else HeatPages(heat, width=width)
        try:
            listener = _listen(host, port)
        except SinkError:
            self._close_heat()
            raise
        self.address = page_address(host, listener.getsockname()[1], secret)
        self._pause_s = 1 / fps
        self._width = width
        self._quality = quality
        self._view = view
        self._state = WebState()
        self._state.has_heat_map = self._heat is not None
        self._newest: Event | None = None
        self._failure: SinkError | None = None
        self._wake = threading.Event()
        self._closed = threading.Event()
        self._server = WebServer(
            listener,
            status=self._state.status,
            on_wanted=self._wake.set,
            token=secret,
            loopback=loopback,
            pages={} if self._heat is None else self._heat.pages,
        )
        self._server.start()
        self._encoder = threading.Thread(
            target=self._encode, name="edgevision-web-encoder", daemon=True
        )
        self._encoder.start()

    @classmethod
    def open(
        cls, target: str, options: Mapping[str, str], *, force: bool = False
    ) -> WebSink:
        """Open by ``web:8080``, ``web:0.0.0.0:8080`` or ``web:[::]:8080``.

        Options: ``fps=10``, ``width=960``, ``quality=75``, ``view=picture``, and
        ``token=env:NAME`` or ``token=file:PATH`` for a token that stays the same over
        starts, and ``heat=DIR`` for a heat map on the page.

        Raises:
            SinkError: The port is in use or not permitted, or the text is not usable.
        """
        del force
        texts = Options("the web sink", options, error=SinkError)
        fps = texts.number("fps", 10.0, low=0.1, high=60.0)
        width = texts.integer("width", 960, low=64, high=7680)
        quality = texts.integer("quality", 75, low=1, high=100)
        view = texts.text("view", "beside", one_of=VIEWS)
        token = texts.text("token")
        heat = texts.text("heat")
        texts.finish()
        match = re.fullmatch(
            r"(?:(\[[0-9a-fA-F:.]+\]|[^:\[\]]+):)?([0-9]{1,5})", target
        )
        if not match or int(match[2]) > 65535:
            raise SinkError(
                f"web:{target} is not usable: expected a port such as web:8080, or "
                "host and port such as web:0.0.0.0:8080."
            )
        host = (match[1] or "127.0.0.1").strip("[]")
        return cls(
            host,
            int(match[2]),
            fps=fps,
            width=width,
            quality=quality,
            view=view,
            token=token,
            heat=Path(heat) if heat else None,
        )

    def attach(self, run: RunContext) -> None:
        """Take the model's name, for the page."""
        self._state.model = run.model

    def write(self, event: Event) -> None:
        """Take an event; costs microseconds when nobody watches.

        Raises:
            SinkError: The server or the encoder has ended, or a picture could not be
                encoded.
        """
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        if not self._server.is_alive:
            raise SinkError(f"The web page at {self.name} is not served any more.")
        self._state.add(event)
        if self._heat is not None:
            self._heat.add(event)
        self._newest = event
        if self._server.is_watched:
            self._wake.set()
        if not self._encoder.is_alive() and not self._closed.is_set():
            raise SinkError(
                f"The web page at {self.name} shows no new pictures any more: what "
                "draws them has ended by an error of its own. Start the run again."
            )

    def write_rule_event(self, rule_event: RuleEvent) -> None:
        """Take a report of a rule, for the page's list."""
        self._state.add_report(rule_event)

    def close(self) -> None:
        """End the server; may be called twice."""
        self._closed.set()
        self._wake.set()
        self._server.close()
        self._encoder.join(5)
        self._close_heat()

    def _close_heat(self) -> None:
        if self._heat is not None:
            self._heat.close()

    def _encode(self) -> None:
        due = 0.0
        jpeg = contents = b""
        while True:
            woken = self._wake.wait(_REPEAT_S)
            if self._closed.wait(max(0.0, due - time.monotonic())):
                return
            self._wake.clear()
            event = self._newest
            if event is None or not self._server.is_watched:
                continue
            due = time.monotonic() + self._pause_s
            if woken or not jpeg:
                try:
                    image = no_wider(picture_of(event, self._view), self._width)
                    jpeg = encode(image, quality=self._quality)
                    contents = contents_line(event)
                except SinkError as error:
                    self._failure = error
                    continue
            # Browsers show a picture when the next one begins: without new ones (a lost
            # camera) the last one is sent again.
            self._server.publish(jpeg, contents)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise SinkError(
            f"Cannot serve the web page on port {port} of {host}: {error.strerror}. "
            "Choose another port, such as web:8081."
        ) from error
    listener.setblocking(False)
    return listener


def page_address(host: str, port: int, token: str) -> str:
    """Return what is opened in a browser, with the name of this machine.

    Args:
        host: Where the page listens; for all addresses, this machine's own one is used.
        port: Its port.
        token: What every request must carry; empty where none is needed.
    """
    if host in _EVERYWHERE:
        host = _own_address(host) or socket.gethostname()
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/" + (f"?token={token}" if token else "")


def _own_address(host: str) -> str:
    """Return this machine's address in its network; empty when it has none.

    A phone seldom knows a board by its name. Nothing is sent: the system only chooses
    the way to an address that is reserved for documentation.
    """
    family, elsewhere = _EVERYWHERE[host]
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((elsewhere, 9))
        except OSError:
            return ""
        return str(probe.getsockname()[0])
