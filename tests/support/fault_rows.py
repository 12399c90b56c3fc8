"""Rows of the fault matrix: what a test saw happen, for ``docs/reference/faults.md``.

A test calls :func:`record_fault` after its assertions. Nothing is written unless
``EDGEVISION_FAULT_ROWS`` names a folder: ``make faults`` names ``tools/docs/faults``
and makes the page. Rows can be written by other means that keep to :data:`FIELDS`.
"""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from typing import Any

FIELDS = {
    "source": "the source's string in the words of docs/reference/sources.md, such as rtsp://",
    "fault": "what was done to it",
    "against": "the real thing that it was done to, with its version",
    "told_s": "seconds until the first sentence; null when it comes at opening",
    "gap_s": "seconds without pictures; null when there was no gap",
    "reconnects": "how often the source was opened again",
    "told": "the first sentence that the user reads; empty when there is none",
    "then": "what became of the run",
    "test": "the test that saw it",
}


def record_fault(
    row_id: str,
    *,
    source: str,
    fault: str,
    against: str,
    then: str,
    told: str = "",
    told_s: float | None = None,
    gap_s: float | None = None,
    reconnects: int = 0,
) -> None:
    """Write ``<row_id>.json`` where rows are wanted; see :data:`FIELDS`."""
    folder = os.environ.get("EDGEVISION_FAULT_ROWS")
    if not folder:
        return
    test = os.environ.get("PYTEST_CURRENT_TEST", "").split(" ")[0]
    row: dict[str, Any] = {
        "source": source,
        "fault": fault,
        "against": against,
        "told_s": None if told_s is None else round(told_s, 1),
        "gap_s": None if gap_s is None else round(gap_s, 1),
        "reconnects": reconnects,
        "told": without_places(told),
        "then": then,
        "test": re.sub(r"\[.*", "", test.rpartition("/")[2]),
    }
    path = Path(folder) / f"{row_id}.json"
    path.write_text(json.dumps(row, indent=1, ensure_ascii=False) + "\n", "utf-8")


class Listener:
    """Hear what a source says, and how long after the harm it says it.

    Attributes:
        told: Its sentences.
    """

    def __init__(self, source: Any) -> None:
        source.status.on_note = self._hear
        self._source = source
        self._times: list[float] = []
        self._harmed = 0.0
        self.told: list[str] = []

    def harm(self) -> None:
        """Note that the fault happens now."""
        self._harmed = time.monotonic()

    @property
    def told_s(self) -> float | None:
        """Return the seconds from the harm to the first sentence after it."""
        after = [moment for moment in self._times if moment >= self._harmed]
        return after[0] - self._harmed if after and self._harmed else None

    def record(self, row_id: str, **words: str) -> None:
        """Record a row with what was heard and what the source counted."""
        status = self._source.status
        record_fault(
            row_id,
            told=self.told[0] if self.told else "",
            told_s=self.told_s,
            gap_s=status.gap_s if status.reconnects else None,
            reconnects=status.reconnects,
            **words,
        )

    def _hear(self, text: str) -> None:
        self._times.append(time.monotonic())
        self.told.append(text)


def without_places(text: str) -> str:
    """Return a sentence without the port and folder of the day.

    Example:
        >>> without_places("rtsp://127.0.0.1:4711/a is lost, /tmp/x-1/2.png too")
        'rtsp://camera/a is lost, 2.png too'
    """
    text = re.sub(r"\b127\.0\.0\.1:\d+", "camera", text)
    text = re.sub(r"\bport \d+ of 127\.0\.0\.1", "port N of camera", text)
    return re.sub(r"(?<![\w/])/(?:tmp|var|out)/(?:[^\s/']+/)*", "", text)
