"""The packets of a camera's own video, for whoever keeps them as they came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class VideoPacket:
    """One picture of an H.264 stream, as it came.

    Attributes:
        arrived_s: ``time.monotonic()`` when it was whole.
        data: In Annex B: each unit begins with a start code.
        is_key: A decoder can begin here.
        headers: Units that a decoder needs before the first one, in Annex B; empty
            where they are in ``data``.
    """

    arrived_s: float
    data: bytes
    is_key: bool
    headers: bytes = b""


class PacketTap:
    """Where a live source hands on the packets of its video.

    It is made with the source. Who wants packets sets ``taker`` later; most sources
    have none.

    Attributes:
        taker: Called with each packet, from the thread of the source; None means that
            nobody wants them.
    """

    def __init__(self) -> None:
        self.taker: Callable[[VideoPacket], None] | None = None
