"""The record of one event: its plain JSON types with the time of day."""

from __future__ import annotations

from typing import Any

from ..event import Event
from ..wall_clock import iso_time, wall_seconds


def record_of(event: Event) -> dict[str, Any]:
    """Return an event as plain JSON types, ``time`` (of capture, UTC) first."""
    return {"time": time_of_day(event.frame.timestamp_ns), **event.to_dict()}


def time_of_day(timestamp_ns: int) -> str:
    """Return a monotonic time stamp as ISO 8601 in UTC with milliseconds."""
    return iso_time(wall_seconds(timestamp_ns))
