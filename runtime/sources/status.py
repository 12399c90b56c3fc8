"""What happened to a source while it ran, and whom it tells."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

logger = logging.getLogger(__name__)


def _log(text: str) -> None:
    logger.warning("%s", text)


@dataclass
class SourceStatus:
    """Counts of what went wrong in a source, and where its sentences go.

    Attributes:
        reconnects: How often the source was opened again after it was lost.
        gap_s: Seconds without pictures, summed over all losses.
        unreadable: Pictures that could not be read and were skipped.
        damaged: Pictures of a camera or stream that arrived damaged and were skipped.
        mode: A camera's real mode ("1280x720 at 30 fps, MJPG"); else empty.
        on_note: Called with one sentence for the user; the log's warnings by default.
    """

    reconnects: int = 0
    gap_s: float = 0.0
    unreadable: int = 0
    damaged: int = 0
    mode: str = ""
    on_note: Callable[[str], None] = field(default=_log, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the counters as plain JSON types."""
        return {
            "reconnects": self.reconnects,
            "gap_s": round(self.gap_s, 3),
            "unreadable": self.unreadable,
            "damaged": self.damaged,
            "mode": self.mode,
        }
