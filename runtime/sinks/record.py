"""The record of one event: its plain JSON types with the time of day."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Any

from ..event import Event


def record_of(event: Event) -> dict[str, Any]:
    """Return an event as plain JSON types, ``time`` (of capture, UTC) first."""
    return {"time": time_of_day(event.frame.timestamp_ns), **event.to_dict()}


def time_of_day(timestamp_ns: int) -> str:
    """Return a monotonic time stamp as ISO 8601 in UTC with milliseconds."""
    wall_ns = time.time_ns() - (time.monotonic_ns() - timestamp_ns)
    moment = datetime.fromtimestamp(wall_ns / 1e9, timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
