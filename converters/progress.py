"""What a running conversion reports to its caller: steps, progress, notes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

STEPS: Final[dict[str, str]] = {
    "load": "Loading the model",
    "images": "Reading calibration images",
    "float": "Checking the float model",
    "convert": "Converting",
    "check": "Checking the file",
    "verify": "Comparing with the float model",
    "golden": "Recording the golden check",
    "write": "Writing",
}
"""Steps in order, with the words that a person sees."""

EventKind = Literal["step", "advance", "note", "warning"]


@dataclass(frozen=True)
class ProgressEvent:
    """One report of a running conversion.

    Attributes:
        kind: step (a step begins), advance (it goes on), note or warning.
        text: The name of the step, or the sentence of the note or warning.
        done: Pieces of the step that are done.
        total: Pieces of the step; 0 when they are not counted.
    """

    kind: EventKind
    text: str
    done: int = 0
    total: int = 0

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ProgressEvent:
        """Read what :meth:`to_dict` wrote."""
        return cls(data["kind"], data["text"], data["done"], data["total"])

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return dict(vars(self))


OnProgress = Callable[[ProgressEvent], None]


def ignore(event: ProgressEvent) -> None:
    """Ignore an event."""


@dataclass
class Journal:
    """The steps of a conversion with their durations, its notes and its warnings.

    Attributes:
        on_progress: Called with each :class:`ProgressEvent` when it happens.
        seconds: Duration per finished step.
        notes: Sentences that the report repeats.
        warnings: Sentences that need attention.
    """

    on_progress: OnProgress = ignore
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _step: str = ""
    _since: float = 0.0
    _reported: float = 0.0

    def step(self, name: str) -> None:
        """End the running step and start the next."""
        self.finish()
        self._step, self._since = name, time.monotonic()
        self.on_progress(ProgressEvent("step", name))

    def finish(self) -> None:
        """End the running step."""
        if self._step:
            spent = time.monotonic() - self._since
            self.seconds[self._step] = self.seconds.get(self._step, 0.0) + spent
        self._step = ""

    def advance(self, done: int, total: int) -> None:
        """Report how far the running step is, at most ten times a second."""
        now = time.monotonic()
        if done >= total or now - self._reported >= 0.1:
            self._reported = now
            self.on_progress(ProgressEvent("advance", self._step, done, total))

    def note(self, text: str) -> None:
        """Add and report a note."""
        self.notes.append(text)
        self.on_progress(ProgressEvent("note", text))

    def warn(self, text: str) -> None:
        """Add and report a warning."""
        self.warnings.append(text)
        self.on_progress(ProgressEvent("warning", text))
