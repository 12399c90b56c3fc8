"""What a running conversion tells its caller: steps, shares, remarks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

STEPS: Final[dict[str, str]] = {
    "load": "Loading the model",
    "images": "Reading calibration images",
    "float": "Judging the float model",
    "convert": "Converting",
    "check": "Checking the file",
    "verify": "Comparing with the float model",
    "golden": "Recording the golden check",
    "write": "Writing",
}
"""Steps in order, with the words that a person sees."""


@dataclass(frozen=True)
class ProgressEvent:
    """Tell one thing.

    Attributes:
        kind: step, advance, note or warning.
        text: The step's name, or the remark.
        done: Pieces of the step that are done.
        total: Pieces of the step; 0 when they are not counted.
    """

    kind: str
    text: str
    done: int = 0
    total: int = 0


Listener = Callable[[ProgressEvent], None]


def silent(event: ProgressEvent) -> None:
    """Ignore an event."""


@dataclass
class Journal:
    """Time the steps of a conversion, keep its remarks, and pass both on.

    Attributes:
        listener: Told everything at once.
        seconds: Per finished step.
        notes: Remarks that the report repeats.
        warnings: Remarks that need attention.
    """

    listener: Listener = silent
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _step: str = ""
    _since: float = 0.0
    _told: float = 0.0

    def step(self, name: str) -> None:
        """End the running step and start the next."""
        self.finish()
        self._step, self._since = name, time.monotonic()
        self.listener(ProgressEvent("step", name))

    def finish(self) -> None:
        """End the running step."""
        if self._step:
            spent = time.monotonic() - self._since
            self.seconds[self._step] = self.seconds.get(self._step, 0.0) + spent
        self._step = ""

    def advance(self, done: int, total: int) -> None:
        """Tell how far the running step is; at most ten times a second."""
        now = time.monotonic()
        if done >= total or now - self._told >= 0.1:
            self._told = now
            self.listener(ProgressEvent("advance", self._step, done, total))

    def note(self, text: str) -> None:
        """Keep and pass on a remark."""
        self.notes.append(text)
        self.listener(ProgressEvent("note", text))

    def warn(self, text: str) -> None:
        """Keep and pass on a remark that needs attention."""
        self.warnings.append(text)
        self.listener(ProgressEvent("warning", text))


def event_to_dict(event: ProgressEvent) -> dict[str, Any]:
    """Return an event as plain JSON types."""
    return {
        "kind": event.kind,
        "text": event.text,
        "done": event.done,
        "total": event.total,
    }
