"""Network addresses: their parts, and characters that belong to no part as they are."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlsplit

from ....errors import SourceError
from ....redaction import redact_address

SCHEMES: Final = (
    *("rtsp", "rtsps", "http", "https"),
    *("tcp", "udp", "rtmp", "rtmps", "srt"),
)

PERCENT_CODES: Final = (
    "Write @ as %40, # as %23, / as %2F, ? as %3F and % as %25 in a user name and a "
    "password"
)


def check_address(address: str) -> None:
    """Refuse an address whose user name or password cuts it at the wrong place.

    By the rules of addresses (RFC 3986) the host ends at the first ``/``, ``?`` or
    ``#``. If a password holds one of them, a part of it would be asked for as a host.

    Raises:
        SourceError: The address says so, or its host or port is not usable.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    end = len(address)
    for mark in "/?#":
        place = address.find(mark, address.index("://") + 3)
        end = min(end, place) if place >= 0 else end
    if "@" in address[end:] and (
        host is None or (parts.username is not None and not _is_plain(host))
    ):
        raise SourceError(
            f"Cannot read {redact_address(address)}: the host cannot be told from the "
            f"password. {PERCENT_CODES}, and an @ behind the host as %40."
        )


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
