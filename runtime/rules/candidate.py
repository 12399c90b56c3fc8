"""What a rule remembers of one object, or of the whole picture."""

from __future__ import annotations

from .moment import Thing


class HoldState:
    """How long one condition has held for one candidate.

    Attributes:
        is_on: Whether it counts as holding.
        since_s: Since when it is true, on the clock of seen time; None while it is not
            true.
        off_since_s: The same for being over, while it still counts as holding.
        onset_s: When it began, on the stream's clock.
    """

    __slots__ = ("is_on", "off_since_s", "onset_s", "since_s")

    def __init__(self) -> None:
        self.is_on = False
        self.since_s: float | None = None
        self.off_since_s: float | None = None
        self.onset_s = 0.0


class RuleCandidate:
    """One object that a rule may be about; or the picture, for a rule about no object.

    Attributes:
        thing: The object in this frame; None where it is gone, and for the picture.
        label: Its class, also when it is gone.
        track_id: Its track, also when it is gone; -1 for the picture.
        holds: One state for each condition that lasts.
    """

    __slots__ = ("holds", "label", "thing", "track_id")

    def __init__(self, holds: int) -> None:
        self.thing: Thing | None = None
        self.label = ""
        self.track_id = -1
        self.holds = [HoldState() for _ in range(holds)]

    @property
    def is_idle(self) -> bool:
        """Return whether nothing holds for it or has begun to."""
        return not any(state.is_on or state.since_s is not None for state in self.holds)
