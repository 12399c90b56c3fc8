"""Two visitors whose tracks may have been exchanged, followed both ways."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from .visitor import Change, Sight, Visitor

ENOUGH: Final = 6.0
"""So much more likely, as a logarithm, an exchange of tracks must be to be believed."""

_DOUBT: Final = 1.0
_DOUBT_S: Final = 0.7


@dataclass
class Exchange:
    """The doubt whether two visitors have exchanged their tracks.

    Attributes:
        first: A visitor, as its track has it.
        second: The other.
        first_else: The first visitor, had it the second one's track since the doubt
            began; None until then.
        second_else: The second visitor with the first one's track.
        evidence: By how much the exchange is more likely, as a logarithm; never below
            0: where it falls there, the doubt is over, and the next one begins anew.
        began_s: When the doubt began.
        reported: What was reported of both meanwhile: region and direction.
    """

    first: Visitor
    second: Visitor
    first_else: Visitor
    second_else: Visitor
    began_s: float
    evidence: float = 0.0
    reported: list[Change] = field(default_factory=list)

    @classmethod
    def of(cls, first: Visitor, second: Visitor, time_s: float) -> Exchange:
        """Return the doubt about two visitors, before they are moved."""
        return cls(first, second, first.fork(), second.fork(), time_s)

    def weigh(self, first: Sight | None, second: Sight | None, time_s: float) -> float:
        """Add what the sights of both tracks say, and return the evidence.

        Args:
            first: Where the first one's track is seen; None where it is not.
            second: Where the second one's track is seen.
            time_s: The time of the frame.
        """
        self.evidence += _gain(self.first, self.second_else, first, time_s)
        self.evidence += _gain(self.second, self.first_else, second, time_s)
        return self.evidence

    def is_held(self, time_s: float) -> bool:
        """Return whether the two are to be reported later, when the doubt is over."""
        return self.evidence > _DOUBT and time_s - self.began_s < _DOUBT_S

    def settle(self) -> list[Change]:
        """Exchange the two, and return what was wrongly reported of them."""
        wrong = list(self.reported)
        for visitor in (self.first_else, self.second_else):
            for change in list(visitor.changes):
                same = [
                    one
                    for one in wrong
                    if (one.region, one.direction) == (change.region, change.direction)
                ]
                if same:
                    wrong.remove(same[0])
                    visitor.changes.remove(change)
        tracks = self.second.track_id, self.first.track_id
        self.first.become(self.first_else)
        self.second.become(self.second_else)
        self.first.track_id, self.second.track_id = tracks
        return wrong


def cross_gain(
    first: Visitor,
    second: Visitor,
    sights: tuple[Sight | None, Sight | None],
    time_s: float,
) -> float:
    """Return by how much an exchange of two visitors' tracks is more likely now."""
    return _gain(first, second, sights[0], time_s) + _gain(
        second, first, sights[1], time_s
    )


def _gain(owner: Visitor, other: Visitor, sight: Sight | None, time_s: float) -> float:
    if sight is None:
        return 0.0
    place = (sight.x, sight.y, sight.height, time_s)
    return other.motion.likelihood(*place) - owner.motion.likelihood(*place)
