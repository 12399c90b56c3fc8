"""Ring: the last seconds of a stream, as JPEGs or as packets of a camera's own video.

What lives here: the two rings, what makes JPEGs of frames, and what gives packets their
times. What may not: events, clips and files. Start reading at ``jpeg_ring.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .frame_encoder import FrameEncoder, Pace, encoded
    from .jpeg_ring import JpegRing, RingPicture
    from .packet_feed import PacketFeed
    from .packet_ring import PacketRing, RingPacket
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "frame_encoder": "FrameEncoder Pace encoded",
            "jpeg_ring": "JpegRing RingPicture",
            "packet_feed": "PacketFeed",
            "packet_ring": "PacketRing RingPacket",
        },
    )
