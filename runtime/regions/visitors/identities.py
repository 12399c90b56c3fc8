"""Who is who: tracks joined to visitors, also where a tracker has exchanged them.

A tracker loses people behind each other and takes one for the other. Where that happens
at a line, the count is wrong. So the regions keep visitors of their own: a track that
appears where a lost visitor should be goes on as this one, and two that have exchanged
their tracks are exchanged back, as soon as their motion says so beyond doubt.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from .exchange import ENOUGH, Exchange, cross_gain
from .neighbours import Spot, neighbours
from .visitor import Change, Sight, Visitor, first_place

KEPT_S: Final = 2.5
"""Seconds that a visitor without a living track is kept, to be joined to a new one."""

_JOIN: Final = 12.0  # squared error, in standard deviations
_TELEPORT: Final = 40.0
_ODD: Final = 9.0
_LONGEST_S: Final = 3.0  # of a doubt


class Identities:
    """The visitors of a run.

    Args:
        regions: How many regions there are.

    Attributes:
        visitors: All that live, by no order that matters.
        gone: Visitors that were given up in the last frame.
        wrong: What was reported of two that turned out to be exchanged, and did not
            happen: in the last frame.
    """

    def __init__(self, regions: int) -> None:
        self.visitors: list[Visitor] = []
        self.gone: list[Visitor] = []
        self.wrong: list[Change] = []
        self._regions = regions
        self._doubts: dict[tuple[int, int], Exchange] = {}

    def take(
        self, sights: Sequence[Sight], living: Collection[int], time_s: float
    ) -> list[tuple[Visitor, Sight]]:
        """Join the tracks of a frame to visitors; each is moved to where it is seen.

        Args:
            sights: The tracks that are seen.
            living: The numbers of all tracks that live.
            time_s: The time of the frame.

        Returns:
            Who is where; also those that would be there if tracks were exchanged, which
            are followed until this is clear.
        """
        self._forget(living, time_s)
        pairs = self._join(sights, time_s)
        ghosts = self._doubt(pairs, time_s)
        for visitor, sight in pairs + ghosts:
            visitor.move(sight, time_s)
        return pairs + ghosts

    def settle(self, time_s: float) -> None:
        """Exchange back those that have exchanged their tracks beyond doubt."""
        self.wrong = []
        settled: set[int] = set()
        order = sorted(self._doubts.items(), key=lambda item: -item[1].evidence)
        for key, doubt in order:
            is_over = doubt.evidence <= 0 or time_s - doubt.began_s > _LONGEST_S
            if settled & set(key):
                is_over = True
            elif doubt.evidence >= ENOUGH:
                self.wrong += doubt.settle()
                settled |= set(key)
                is_over = True
            if is_over:
                del self._doubts[key]

    def held(self, time_s: float) -> set[int]:
        """Return the ``id`` of the visitors whose changes are not reported yet."""
        return {
            one
            for key, doubt in self._doubts.items()
            if doubt.is_held(time_s)
            for one in key
        }

    def note(self, visitor: Visitor, change: Change) -> None:
        """Keep in mind that a change of a visitor was reported."""
        for key, doubt in self._doubts.items():
            if id(visitor) in key:
                doubt.reported.append(change)

    def _forget(self, living: Collection[int], time_s: float) -> None:
        """Give up visitors whose tracks are dead."""
        self.gone = [
            visitor
            for visitor in self.visitors
            if visitor.track_id not in living and time_s - visitor.seen_s > KEPT_S
        ]
        if not self.gone:
            return
        lost = {id(visitor) for visitor in self.gone}
        self.visitors = [v for v in self.visitors if id(v) not in lost]
        self._doubts = {
            key: doubt for key, doubt in self._doubts.items() if not lost & set(key)
        }

    def _join(
        self, sights: Sequence[Sight], time_s: float
    ) -> list[tuple[Visitor, Sight]]:
        by_track = {visitor.track_id: visitor for visitor in self.visitors}
        pairs: list[tuple[Visitor, Sight]] = []
        odd: list[tuple[Visitor, Sight]] = []
        strangers: list[Sight] = []
        for sight in sights:
            visitor = by_track.get(sight.track_id)
            if visitor is None:
                strangers.append(sight)
                continue
            square, variance = visitor.motion.error(sight.x, sight.y, time_s)
            if square > _TELEPORT and square * variance > sight.size**2:
                # The way that the track has come is not that of who has it now.
                strangers.append(sight.without_past(time_s))
            else:
                (odd if square > _ODD else pairs).append((visitor, sight))
        if strangers:
            pairs += self._join_strangers(strangers, odd, pairs, time_s)
        else:
            pairs += odd
        return pairs

    def _join_strangers(
        self,
        strangers: Sequence[Sight],
        odd: Sequence[tuple[Visitor, Sight]],
        pairs: Sequence[tuple[Visitor, Sight]],
        time_s: float,
    ) -> list[tuple[Visitor, Sight]]:
        """Return new tracks with the lost visitors that they go on, or new ones.

        Args:
            strangers: The new tracks, and those that jumped.
            odd: Visitors whose track is at an unexpected place: perhaps not theirs.
            pairs: All other visitors that are seen.
            time_s: The time of the frame.
        """
        taken = {id(visitor) for visitor, _ in pairs}
        free = [visitor for visitor in self.visitors if id(visitor) not in taken]
        sights = [*strangers, *(sight for _, sight in odd)]
        own = {id(visitor): sight.track_id for visitor, sight in odd}
        options = []
        for i, sight in enumerate(sights):
            for j, visitor in enumerate(free):
                if visitor.class_id != sight.class_id:
                    continue
                (x, y), when = first_place(sight), sight.since_s
                if visitor.seen_s > when:
                    x, y, when = sight.x, sight.y, time_s
                square, _ = visitor.motion.error(x, y, when)
                is_own = own.get(id(visitor)) == sight.track_id
                if is_own or square < _JOIN:
                    likelihood = visitor.motion.likelihood(x, y, sight.height, when)
                    options.append((-likelihood - ENOUGH * is_own, i, j))
        joined: dict[int, Visitor] = {}
        used: set[int] = set()
        for _, i, j in sorted(options):
            if i not in joined and j not in used:
                joined[i] = free[j]
                used.add(j)
        for visitor in self.visitors:
            if any(sight.track_id == visitor.track_id for sight in sights):
                # It is somebody else's from now on, or comes back when it is moved.
                visitor.track_id = -1
        for i, sight in enumerate(sights):
            if i not in joined:
                joined[i] = Visitor.of(sight, self._regions, time_s)
                self.visitors.append(joined[i])
        return [(visitor, sights[i]) for i, visitor in joined.items()]

    def _doubt(
        self, pairs: Sequence[tuple[Visitor, Sight]], time_s: float
    ) -> list[tuple[Visitor, Sight]]:
        """Weigh all exchanges that are possible; return who would be where."""
        seen = {id(visitor): sight for visitor, sight in pairs}
        ghosts: list[tuple[Visitor, Sight]] = []
        for first, second in self._near(seen, time_s):
            key = (id(first), id(second))
            sights = (seen.get(key[0]), seen.get(key[1]))
            doubt = self._doubts.get(key)
            if doubt is None:
                if cross_gain(first, second, sights, time_s) <= 0:
                    continue
                doubt = self._doubts[key] = Exchange.of(first, second, time_s)
            doubt.weigh(*sights, time_s)
            if sights[0] is not None:
                ghosts.append((doubt.second_else, sights[0]))
            if sights[1] is not None:
                ghosts.append((doubt.first_else, sights[1]))
        return ghosts

    def _near(
        self, seen: dict[int, Sight], time_s: float
    ) -> list[tuple[Visitor, Visitor]]:
        """Return the pairs whose tracks may be exchanged, or are in doubt already."""
        known = self.visitors
        if len(known) < 2 or not seen:
            return []
        by_class: dict[int, list[Spot]] = {}
        for number, visitor in enumerate(known):
            sight = seen.get(id(visitor))
            if sight is None:
                x, y = visitor.motion.place(time_s)
                spot = (x, y, visitor.motion.size, number, False, False)
            else:
                square, _ = visitor.motion.error(sight.x, sight.y, time_s)
                spot = (sight.x, sight.y, sight.size, number, True, square > _ODD)
            by_class.setdefault(visitor.class_id, []).append(spot)
        near = {pair for some in by_class.values() for pair in neighbours(some)}
        chosen = [(known[i], known[j]) for i, j in sorted(near)]
        keys = {(id(first), id(second)) for first, second in chosen}
        chosen += [
            (doubt.first, doubt.second)
            for key, doubt in self._doubts.items()
            if key not in keys
        ]
        return chosen
