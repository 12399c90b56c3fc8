"""On which side of an edge something is: changed only when that is clear.

Each sight gives evidence: how far it is beyond the edge, in margins. The evidence is
added up, less an allowance, and never below 0 (Page's cumulative sum, 1954): a box that
trembles on the edge gives none in the long run, and a clear place convinces at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_ALLOWANCE: Final = 0.5
_ENOUGH: Final = 3.0
_MOST: Final = 5.0
_CLEAR: Final = 3.0  # margins; beyond, a sight says no more
_FULL_S: Final = 0.1  # sights nearer in time share their errors, so they count less


@dataclass
class Side:
    """The side of one visitor at one region, and the evidence that it has changed.

    Attributes:
        is_beyond: Whether it is in the zone; for a line always False: after a crossing
            the side that it came to is the one where it is.
        since_s: When it came to this side.
        evidence: For the other side, 0 to 5.
        began_s: When the evidence began: the time of the change, if it is one.
        net: Crossings of a line from left to right less the reverse, since the last one
            that counted.
        label: The class as which the visitor entered the zone, and as which it leaves.
    """

    is_beyond: bool = False
    since_s: float = 0.0
    evidence: float = 0.0
    began_s: float = 0.0
    net: int = 0
    label: str = ""
    _last: float = 0.0
    _last_s: float | None = None

    def copy(self) -> Side:
        """Return one that changes by itself."""
        return Side(
            self.is_beyond,
            self.since_s,
            self.evidence,
            self.began_s,
            self.net,
            self.label,
            self._last,
            self._last_s,
        )

    def see_in_zone(self, depth: float, time_s: float, settle_s: float) -> bool:
        """Take a sight, and return whether the side has changed.

        Args:
            depth: How far it is in the zone, in margins; negative outside.
            time_s: When it was seen; never earlier than the sight before.
            settle_s: Seconds that it must have been on the other side.
        """
        beyond = -depth if self.is_beyond else depth
        if beyond <= 0 and not self.evidence:
            self._last, self._last_s = beyond, time_s  # as of most sights
            return False
        if beyond > 0 and not self.evidence:
            self._pass_edge(beyond, time_s)
        self._add(beyond, time_s)
        # What tells a time of settling from one less by rounding.
        is_settled = time_s - self.began_s >= settle_s - 1e-6
        if self.evidence < _ENOUGH or not is_settled:
            return False
        self.is_beyond = not self.is_beyond
        self.since_s = self.began_s
        self.evidence = 0.0
        self._last = -self._last
        return True

    def _pass_edge(self, beyond: float, time_s: float) -> None:
        """Note when the edge was passed, between this sight and the one before."""
        if self._last_s is None:
            self.began_s = time_s
        elif self._last <= 0:
            share = self._last / (self._last - beyond)
            self.began_s = self._last_s + share * (time_s - self._last_s)

    def see_at_line(
        self, distance: float, crossed: int, crossed_s: float, time_s: float
    ) -> int:
        """Take a sight, and return 1 for a crossing in, -1 for out, else 0.

        Args:
            distance: How far it is from the line, in margins.
            crossed: Crossings from left to right less the reverse, since the sight
                before.
            crossed_s: When that was.
            time_s: When it was seen; never earlier than the sight before.
        """
        if not (crossed or self.net or self.evidence) and distance >= 0:
            self._last, self._last_s = -distance, time_s  # as of most sights
            return 0
        if crossed:
            if not self.net:
                self.began_s = crossed_s
            self.net += crossed
        self._add(distance if self.net else -distance, time_s)
        if self.evidence < _ENOUGH:
            return 0
        return self.end_at_line()

    def end_at_line(self) -> int:
        """Return the crossing that there is evidence for, and forget it."""
        direction = (self.net > 0) - (self.net < 0) if self.evidence else 0
        self.net, self.evidence, self.since_s = 0, 0.0, self.began_s
        return direction

    def _add(self, beyond: float, time_s: float) -> None:
        passed = _FULL_S if self._last_s is None else time_s - self._last_s
        weight = min(passed / _FULL_S, 1.0)
        value = max(min(beyond, _CLEAR), -_CLEAR) - _ALLOWANCE
        self.evidence = max(0.0, min(self.evidence + weight * value, _MOST))
        self._last, self._last_s = beyond, time_s
