"""One clip that grows: its event, its files, and where it ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..rule_event import RuleEvent
from .best_picture import BestPicture
from .clip_file import ClipFile


@dataclass
class RunningClip:
    """A clip that grows.

    Attributes:
        event: The report with which its event began.
        file: Its files.
        longest_s: Where it ends at the latest, on the stream's clock.
        has_video: It has a video; too many others grow otherwise.
        ended: The report with which its event ended; None: not so far.
        until_s: Where it ends, as far as that is known.
        refused: Pictures for which the writer had no room.
        needs_key: It cannot take a packet that builds on others.
        has_begun: It has a picture.
        best: The best picture so far.
    """

    event: RuleEvent
    file: ClipFile
    longest_s: float
    has_video: bool
    ended: RuleEvent | None = None
    until_s: float = 0.0
    refused: int = 0
    needs_key: bool = True
    has_begun: bool = False
    best: BestPicture = field(default_factory=BestPicture)

    def end(self, rule_event: RuleEvent, after_s: float) -> None:
        """Take the report with which its event ends."""
        self.ended = rule_event
        self.until_s = min(rule_event.time_s + after_s, self.longest_s)
