"""Sources: where frames come from.

What lives here: one module per kind of source, and the parser of source strings. What
may not: models, decoders, sinks. Every source is a context manager that yields frames;
the end of the stream ends the iteration, a failure is a ``SourceError``. Start reading
at ``open.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from ..frame import Frame
from .status import SourceStatus

SOURCES: Final[dict[str, str]] = {
    "auto": "edgevision.runtime.sources.auto:AutoSource",
    "csi": "edgevision.runtime.sources.csi:CsiSource",
    "gst": "edgevision.runtime.sources.gstreamer:GstreamerSource",
    "images": "edgevision.runtime.sources.images:ImageSource",
    "network": "edgevision.runtime.sources.network.network_source:NetworkSource",
    "stdin": "edgevision.runtime.sources.stdin.stdin_source:StdinSource",
    "synthetic": "edgevision.runtime.sources.synthetic:SyntheticSource",
    "v4l2": "edgevision.runtime.sources.v4l2:V4l2Source",
    "video": "edgevision.runtime.sources.video:VideoSource",
}


class Source(Protocol):
    """Yield frames until the stream ends or ``close`` is called.

    Attributes:
        live: Frames come whether they are taken or not (a camera).
        name: What the source calls itself in logs and records; never has a password.
        status: What happened on the way: reconnects, gaps, unreadable pictures.
    """

    live: bool
    name: str
    status: SourceStatus

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames."""
        ...

    def close(self) -> None:
        """Ask the iteration to end; may be called twice, and from another thread.

        The thread that iterates lets go of the device, so a read that blocks is never
        pulled away from under it. A source that nobody iterates is let go of here.
        """
        ...
