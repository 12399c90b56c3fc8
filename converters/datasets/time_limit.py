"""How long reading a data set may take, so that ``--max-time`` covers it.

Readers call :func:`check_time` for each picture and each box. The limit is one for the
process, because readers work in threads of their own too.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from ...errors import TrainingError

LEAST_SECONDS: Final = 5.0
"""What reading may take however short the limit is: a slow card, a busy machine."""


@dataclass
class ReadingTime:
    """The time that reading takes.

    Attributes:
        limit: Seconds; None means no limit.
        began: Reading of the clock at the start.
        last: Reading of the clock when something was read last.
    """

    limit: float | None
    began: float
    last: float

    @property
    def seconds(self) -> float:
        """Return how long reading has taken."""
        return self.last - self.began


_running: list[ReadingTime] = []


@contextmanager
def reading_within(limit: float | None) -> Iterator[ReadingTime]:
    """Let what is read inside end after so many seconds.

    Args:
        limit: Seconds, but at least :data:`LEAST_SECONDS`; None means no limit.
    """
    now = time.monotonic()
    whole = None if limit is None else max(limit, LEAST_SECONDS)
    reading = ReadingTime(whole, now, now)
    _running.append(reading)
    try:
        yield reading
    finally:
        _running.remove(reading)


def check_time() -> None:
    """End reading when its time is over.

    Raises:
        TrainingError: It is.
    """
    for reading in _running:
        reading.last = time.monotonic()
        if reading.limit is not None and reading.seconds > reading.limit:
            raise TrainingError(
                f"Reading the data has taken {reading.seconds:.0f} s, all of "
                "--max-time, and nothing is trained yet. Pass a longer --max-time, or "
                "fewer pictures and boxes."
            )
