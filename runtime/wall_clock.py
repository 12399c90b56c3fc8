"""The time of day of a monotonic time stamp."""

from __future__ import annotations

import time
from datetime import datetime, timezone


def wall_seconds(timestamp_ns: int) -> float:
    """Return seconds since 1970 (UTC) for a ``time.monotonic_ns``, by today's clock."""
    return (time.time_ns() - (time.monotonic_ns() - timestamp_ns)) / 1e9


def iso_time(seconds: float) -> str:
    """Return seconds since 1970 as ISO 8601 in UTC with milliseconds."""
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
