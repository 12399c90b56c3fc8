"""Successive halving: all train for a little, and the better half goes on, to the last.

Nothing here knows what a network is: a contender is a name, and training is a function.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..callbacks import OnLine, ignore


@dataclass(frozen=True)
class Standing:
    """The standing of one contender.

    Attributes:
        score: Its best so far, greater is better; -inf where it failed.
        seconds: Training time in all rounds.
        rounds: Number of rounds that it took part in.
        over: Its training is finished.
        fault: Why it failed; empty means that it did not.
    """

    score: float
    seconds: float = 0.0
    rounds: int = 0
    over: bool = False
    fault: str = ""


@dataclass(frozen=True)
class Progress:
    """The state of a contest.

    Attributes:
        number: The round that runs, from 0.
        alive: The contenders that take part in it.
        standings: name -> standing; a contender that never trained is absent.
    """

    number: int
    alive: tuple[str, ...]
    standings: Mapping[str, Standing]


class Interrupted(KeyboardInterrupt):
    """An interruption that carries the standing of the contender."""

    def __init__(self, standing: Standing) -> None:
        super().__init__()
        self.standing = standing


class Train(Protocol):
    """Train one contender further."""

    def __call__(self, name: str, until: float, before: Standing | None) -> Standing:
        """Return its standing at ``until`` on the contest's clock.

        Raises:
            KeyboardInterrupt: Somebody wants the contest to end; as
                :class:`Interrupted` where this contender has learned something.
        """
        ...


@dataclass(frozen=True)
class Contest:
    """The outcome of a contest.

    Attributes:
        standings: name -> standing; a contender that never trained is absent.
        stopped: It was interrupted before it was over.
    """

    standings: Mapping[str, Standing]
    stopped: bool = False

    def best(self) -> str | None:
        """Return the contender with the best score, of equal ones the first."""
        good = {k: s.score for k, s in self.standings.items() if s.score > -math.inf}
        return max(good, key=good.__getitem__) if good else None


def rounds_of(count: int) -> int:
    """Return how many rounds so many contenders take; in the last is one alone."""
    return 1 + math.ceil(math.log2(count)) if count > 1 else 1


def contest(
    names: Sequence[str],
    train: Train,
    *,
    deadline: float,
    clock: Callable[[], float],
    on_note: OnLine = ignore,
    after: Callable[[str, Standing], None] = lambda name, standing: None,
    before: Progress | None = None,
    keep: Callable[[Progress], None] = lambda progress: None,
) -> Contest:
    """Let contenders compete until one is left and its training is finished.

    Every round has the same share of the time, so that those who stay are trained
    longer and longer; they go on where they stood.

    Args:
        names: The contenders; of equal scores the earlier one stays.
        train: Trains one of them further.
        deadline: Time on the clock at which the last round ends.
        clock: Seconds.
        on_note: Called with a line at the beginning of each round.
        after: Called with a contender and its standing, once that is kept.
        before: State of an earlier contest of the same names that goes on; None begins
            a new one.
        keep: Called with the contest's progress, whenever that has changed.
    """
    standings: dict[str, Standing] = {} if before is None else dict(before.standings)
    alive = list(names) if before is None else list(before.alive)
    total = rounds_of(len(names))
    try:
        for number in range(0 if before is None else before.number, total):
            end = clock() + (deadline - clock()) / (total - number)
            keep(Progress(number, tuple(alive), dict(standings)))
            # Of a round that was broken off, some have had their turn.
            pool = [n for n in alive if _has_turn(standings.get(n), number)]
            if pool:
                each = max(0.0, end - clock()) / len(pool)
                on_note(
                    f"round {number + 1} of {total}: {len(pool)} "
                    f"network{'' if len(pool) == 1 else 's'}, {each:.0f} s each"
                )
            for place, name in enumerate(pool):
                until = clock() + (end - clock()) / (len(pool) - place)
                try:
                    standings[name] = train(name, until, standings.get(name))
                except Interrupted as interrupt:
                    standings[name] = interrupt.standing
                    raise
                keep(Progress(number, tuple(alive), dict(standings)))
                after(name, standings[name])
            # sorted() is stable: of equal scores the earlier one stays.
            alive = sorted(alive, key=lambda name: -standings[name].score)
            alive = [n for n in alive if standings[n].score > -math.inf]
            alive = alive[: max(1, math.ceil(len(names) / 2 ** (number + 1)))]
            if not alive:
                break
    except KeyboardInterrupt:
        return Contest(standings, stopped=True)
    return Contest(standings)


def _has_turn(standing: Standing | None, number: int) -> bool:
    return standing is None or (not standing.over and standing.rounds <= number)
