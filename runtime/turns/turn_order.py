"""Who may take a frame next, and when: a queue, without threads and without a clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

M = TypeVar("M", bound=Hashable)

_RECENT: Final = 8  # times that are remembered, for what the next one will be
# A thread wakes up so late at most on an idle board; a frame grows so much older.
_MARGIN_S: Final = 0.001

_STEADY: Final = 0.9  # times of a model that differ by less are as good as one


class TurnOrder(Generic[M]):
    """The order in which members use one model, each for one frame at a time.

    A member joins when it has a frame to look at, and waits behind those that joined
    before. So nobody waits for more than one turn of each other member. It takes its
    frame only when its turn comes: the newest one that there is.

    A turn has two parts. While one member has the model, the next one may already take
    its frame and prepare it, so late that it is ready when the model becomes free: the
    times of their recent turns say when. A member that finds that it does not need the
    model ends its turn there, and the next one takes over.

    All times are seconds of one clock that only rises. Nothing here waits.

    Attributes:
        preparing: Who has taken a frame, and does not have the model yet.
        invoking: Who has the model.
    """

    def __init__(self) -> None:
        self.preparing: M | None = None
        self.invoking: M | None = None
        self._waiting: deque[M] = deque()
        self._taken_s = self._invoking_since = 0.0
        self._invokes: dict[M, deque[float]] = {}
        self._prepares: dict[M, deque[float]] = {}

    @property
    def front(self) -> M | None:
        """Return who has waited longest; None when nobody waits."""
        return self._waiting[0] if self._waiting else None

    def join(self, member: M) -> None:
        """Let a member wait for its turn; it waits once."""
        self._waiting.append(member)

    def takes_at(self, member: M) -> float | None:
        """Return from when on a member may take its frame.

        None means that nobody knows: somebody else must end a part of a turn first.
        """
        if self.preparing is not None or self.front != member:
            return None
        if self.invoking is None:
            return 0.0
        # Of the one that has the model: where a second model looks at each thing that
        # the first one finds, a busy camera takes longer than an empty one.
        invokes = self._invokes.get(self.invoking)
        if not invokes:
            return None
        needed = max(self._prepares.get(member, (0.0,))) + _MARGIN_S
        # Too early makes a frame old, too late lets the model wait for the preparing,
        # which takes less. So where the times differ much, a long one is expected.
        times = sorted(invokes)
        low, high = times[len(times) // 4], times[3 * len(times) // 4]
        expected = max(low, _STEADY * high)
        return self._invoking_since + expected - needed

    def take(self, member: M, now: float) -> None:
        """Let the member at the front take its frame and prepare it."""
        self._waiting.remove(member)
        self.preparing, self._taken_s = member, now

    def prepared(self, member: M, now: float) -> None:
        """Remember how long a member needed to prepare its frame."""
        times = self._prepares.setdefault(member, deque(maxlen=_RECENT))
        times.append(now - self._taken_s)

    def invokes(self, member: M) -> bool:
        """Return whether a member that has prepared its frame may use the model."""
        return self.preparing == member and self.invoking is None

    def invoke(self, member: M, now: float) -> None:
        """Let a member that has prepared its frame use the model."""
        self.preparing, self.invoking = None, member
        self._invoking_since = now

    def end(self, member: M, now: float) -> None:
        """End a member's turn, wherever it is in it; without a turn nothing happens."""
        if self.invoking == member:
            self.invoking = None
            times = self._invokes.setdefault(member, deque(maxlen=_RECENT))
            times.append(now - self._invoking_since)
        elif self.preparing == member:
            self.preparing = None

    def leave(self, member: M) -> None:
        """Forget a member that waits."""
        if member in self._waiting:
            self._waiting.remove(member)

    def forget(self, member: M) -> None:
        """Forget the times of a member that does not come back."""
        self._prepares.pop(member, None)
        self._invokes.pop(member, None)
