"""Network addresses: their parts, and characters that belong to no part as they are."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from ....errors import SourceError
from ....redaction import redact_address

SCHEMES: Final = (
    *("rtsp", "rtsps", "http", "https"),
    *("tcp", "udp", "rtmp", "rtmps", "srt"),
)

_HOST: Final = re.compile(r"[^\x00-\x20\x7f]+")

PERCENT_CODES: Final = (
    "Write @ as %40, # as %23, / as %2F, ? as %3F and % as %25 in a user name and a "
    "password"
)


def check_address(address: str) -> None:
    """Refuse an address whose host cannot be known, or can be no host.

    By the rules of addresses (RFC 3986) the host ends at the first ``/``, ``?`` or
    ``#``. If a password holds one of them, a part of it would be asked for as a host.

    Raises:
        SourceError: A user name or a password cuts the address at the wrong place, or
            its host or port is not usable.
    """
    end = len(address)
    for mark in "/?#":
        place = address.find(mark, address.index("://") + 3)
        end = min(end, place) if place >= 0 else end
    is_usable = has_usable_host(address)
    if "@" in address[end:] and not (is_usable and _is_clear(address)):
        raise SourceError(
            f"Cannot read {redact_address(address)}: the host cannot be told from the "
            f"password. {PERCENT_CODES}, and an @ behind the host as %40."
        )
    if not is_usable:
        scheme, _, rest = address[:end].partition("://")
        # "admin:secret" without "@host": what is no port may be a password.
        is_secret = "@" not in rest and not rest.rpartition(":")[2].isdecimal()
        shown = f"{scheme}://***" if is_secret else redact_address(address)
        raise SourceError(
            f"Cannot read {shown}: expected {scheme}://HOST or {scheme}://HOST:PORT, "
            "with a port from 1 to 65535."
        )


def has_usable_host(address: str) -> bool:
    """Return whether an address names something that can be a host, and a port.

    Only for ``udp://`` the host may be absent: packets for any of this machine's.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    may_lack_host = parts.scheme == "udp"
    return port != 0 and (
        _HOST.fullmatch(host) is not None or (not host and may_lack_host)
    )


def _is_clear(address: str) -> bool:
    """Return whether what looks like the host can be no piece of a password."""
    parts = urlsplit(address)
    return parts.username is None or _is_plain(parts.hostname or "")


def _is_plain(host: str) -> bool:
    """Return whether a host can be no piece of a password."""
    if host == "localhost" or ":" in host:
        return True
    numbers = host.split(".")
    return len(numbers) == 4 and all(number.isdecimal() for number in numbers)


def split_address(url: str, names: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """Separate EdgeVision's own options from an address; the camera's stay in it.

    Example:
        >>> split_address("http://cam/video?res=hd&rotate=180", ("rotate",))
        ('http://cam/video?res=hd', {'rotate': '180'})
    """
    base, mark, query = url.partition("?")
    if not mark:
        return url, {}
    ours: dict[str, str] = {}
    rest = []
    for piece in query.split("&"):
        name = piece.partition("=")[0]
        if name in names:
            ours.update(parse_qsl(piece, keep_blank_values=True))
        else:
            rest.append(piece)
    return base + (f"?{'&'.join(rest)}" if rest else ""), ours
