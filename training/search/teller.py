"""Tell a listener of what a search does."""

from __future__ import annotations

from dataclasses import dataclass

from ..request import Listener, TrainEvent


@dataclass(frozen=True)
class Teller:
    """Make events of texts.

    Attributes:
        listener: Told them.
    """

    listener: Listener

    def note(self, text: str) -> None:
        """Tell what lasts."""
        self.listener(TrainEvent("note", text))

    def warn(self, text: str) -> None:
        """Tell what needs attention."""
        self.listener(TrainEvent("warning", text))

    def progress(self, text: str) -> None:
        """Tell how far it is."""
        self.listener(TrainEvent("progress", text))

    def only_progress(self, event: TrainEvent) -> None:
        """Hand on an event that says how far it is, and no other."""
        if event.kind == "progress":
            self.listener(event)
