"""A socket of TCP or UDP, read in portions, each in time."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import logging
import socket
import struct
import time
from typing import Final
from urllib.parse import urlsplit

from ....errors import SourceError
from ....redaction import redact_address
from .silence import why_unconnected

OPEN_S: Final = 5.0
"""So long may opening take, and the first bytes."""

_PORTION: Final = 1 << 16  # the largest packet of UDP
# A picture comes in pieces; with any pause among them it is no live picture.
_PICTURE_S: Final = 10.0
# Packets wait here while a picture is decoded; the system may allow less.
_BACKLOG_BYTES: Final = 4 << 20


class LostError(SourceError):
    """Why a connection gives no more pictures, in a clause."""


class Connection:
    """An open socket.

    A port of UDP takes packets of anybody. Those of the host that sent first are taken:
    pieces of two streams make no picture, and a stranger's would be shown.

    Args:
        url: ``tcp://host:port``, or ``udp://host:port`` with the host that packets are
            sent to: an address of this machine or of a group, or none for any.
        silence_s: So long may nothing come.

    Raises:
        SourceError: It cannot be opened.
    """

    def __init__(self, url: str, *, silence_s: float) -> None:
        parts = urlsplit(url)
        if parts.port is None:
            raise SourceError(
                f"Cannot open {redact_address(url)}: such an address needs its port. "
                f"Write for instance {parts.scheme}://raspberrypi.local:8888."
            )
        self._silence_s = silence_s
        self._may_be_empty = parts.scheme == "udp"
        self._has_begun = False
        self._sender: str | None = None
        self._name = redact_address(url)
        self._has_others = False
        opened = _received if self._may_be_empty else _connected
        try:
            self._socket = opened(parts.hostname or "", parts.port)
        except (OSError, UnicodeError) as error:
            why = why_unconnected(error, url)
            if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
                why = f"another program takes the packets of port {parts.port}"
            elif isinstance(error, OSError) and error.errno == errno.EADDRNOTAVAIL:
                why = (
                    "no packet for this host comes here. Name an address of this "
                    f"machine, or udp://@:{parts.port} for all of them"
                )
            raise SourceError(f"Cannot open {redact_address(url)}: {why}.") from error
        # The program may need some seconds before its first picture.
        self._socket.settimeout(OPEN_S)
        self._whole_by = time.monotonic() + OPEN_S + _PICTURE_S

    def portion(self) -> bytes:
        """Wait for bytes; none means that the other end closed the connection.

        Raises:
            LostError: None came in time, or no whole picture for long.
        """
        while True:
            if time.monotonic() > self._whole_by:
                raise LostError(f"no whole picture came for {_PICTURE_S:.0f} s.")
            try:
                data, sender = self._socket.recvfrom(_PORTION)
            except OSError:
                words = "no picture came any more."
                if not self._has_begun:
                    words = f"nothing came within {OPEN_S:.0f} s. Start the sender."
                raise LostError(words) from None
            if not self._may_be_empty or (data and self._is_of_first(sender[0])):
                break
        if not self._has_begun:
            self._has_begun = True
            self._socket.settimeout(self._silence_s)
        return data

    def _is_of_first(self, sender: str) -> bool:
        if self._sender is None:
            self._sender = sender
        if sender != self._sender and not self._has_others:
            self._has_others = True
            logging.getLogger(__name__).warning(
                "%s: %s sends, too; only packets of %s are taken",
                *(self._name, sender, self._sender),
            )
        return sender == self._sender

    def has_picture(self) -> None:
        """Note that a whole picture came."""
        self._whole_by = time.monotonic() + _PICTURE_S

    def close(self) -> None:
        """Close the socket; may be called twice."""
        self._socket.close()


def _connected(host: str, port: int) -> socket.socket:
    return socket.create_connection((host, port), OPEN_S)


def _received(host: str, port: int) -> socket.socket:
    """Return a socket that receives what is sent to a host and port."""
    # Without a host, any of this machine: that is what "udp://@:5000" means.
    family, kind, protocol, _, address = socket.getaddrinfo(
        host or None,
        port,
        socket.AF_INET if not host else 0,
        socket.SOCK_DGRAM,
        flags=socket.AI_PASSIVE,
    )[0]
    receiver = socket.socket(family, kind, protocol)
    try:
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BACKLOG_BYTES)
        group = ipaddress.ip_address(str(address[0]).partition("%")[0])
        if group.is_multicast:
            receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            receiver.bind(address)
            _join(receiver, group)
        else:
            receiver.bind(address)
    except BaseException:
        receiver.close()
        raise
    return receiver


def _join(
    receiver: socket.socket, group: ipaddress.IPv4Address | ipaddress.IPv6Address
) -> None:
    """Ask the network for the packets of a group, on any interface."""
    with contextlib.suppress(AttributeError):  # a system without IPv6
        if group.version == 6:
            receiver.setsockopt(
                socket.IPPROTO_IPV6,
                socket.IPV6_JOIN_GROUP,
                struct.pack("=16sI", group.packed, 0),
            )
            return
    receiver.setsockopt(
        socket.IPPROTO_IP,
        socket.IP_ADD_MEMBERSHIP,
        struct.pack("=4sI", group.packed, socket.INADDR_ANY),
    )
