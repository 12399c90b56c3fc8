"""Turns of several threads at one model: a thread waits until its turn comes."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

from ..watchdog import Waiting
from .turn_order import TurnOrder


class Turns:
    """The turns of several pipelines that share one model.

    Args:
        clock: Returns seconds that only rise.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._order: TurnOrder[Turn] = TurnOrder()
        self._members: list[Turn] = []
        self._error: BaseException | None = None

    @property
    def error(self) -> BaseException | None:
        """Return why there are no more turns; None while there are."""
        return self._error

    def member(self) -> Turn:
        """Return the turn of one more pipeline."""
        turn = Turn(self, self._lock, self._order, self._clock)
        with self._lock:
            self._members.append(turn)
        return turn

    def fail(self, error: BaseException) -> None:
        """End all turns: a thread did not come back from the model.

        Args:
            error: What everybody gets who waits for a turn, now and later.
        """
        with self._lock:
            self._error = self._error or error
            for turn in self._members:
                turn.wake()

    def forget(self, turn: Turn) -> None:
        """Forget a member; the lock is held."""
        self._members.remove(turn)

    def refuse(self) -> None:
        """Raise the error that ended all turns, if there is one."""
        if self._error is not None:
            raise self._error


class Turn:
    """The turn of one pipeline; made by :meth:`Turns.member`.

    Its thread calls :meth:`take` when there is a frame, takes the frame, and calls
    :meth:`end` when the work on it is done. In between, what needs the model stands in
    a block ``with turn.model():``; without such a block the turn was for preparing. In
    the end the thread calls :meth:`leave`.
    """

    def __init__(
        self,
        turns: Turns,
        lock: threading.Lock,
        order: TurnOrder[Turn],
        clock: Callable[[], float],
    ) -> None:
        self._turns, self._order, self._clock = turns, order, clock
        self._changed = threading.Condition(lock)
        self._stopped = self._left = False

    def take(self) -> bool:
        """Wait until a frame may be taken; return False when the turn was stopped.

        Raises:
            BaseException: A thread did not come back from the model.
        """
        with self._changed:
            self._order.join(self)
            try:
                while not self._stopped:
                    self._turns.refuse()
                    now = self._clock()
                    at = self._order.takes_at(self)
                    if at is not None and at <= now:
                        self._order.take(self, now)
                        return True
                    self._changed.wait(None if at is None else at - now)
                return False
            finally:
                self._order.leave(self)
                self._wake_next()

    @contextlib.contextmanager
    def model(self) -> Iterator[float]:
        """Have the model alone for a block; the value is the wait for it, in ms.

        Raises:
            BaseException: A thread did not come back from the model.
        """
        with self._changed:
            began = self._clock()
            self._order.prepared(self, began)
            if not self._order.invokes(self):
                with Waiting("waiting for the model"):
                    while not self._order.invokes(self):
                        self._turns.refuse()
                        self._changed.wait()
            now = self._clock()
            self._order.invoke(self, now)
            self._wake_next()
        try:
            yield (now - began) * 1e3
        finally:
            self.end()

    def end(self) -> None:
        """End the turn, wherever it is; without one nothing happens."""
        with self._changed:
            self._order.end(self, self._clock())
            self._wake_next()

    def fail(self, error: BaseException) -> None:
        """End the turns of all: this thread does not come back from the model."""
        self._turns.fail(error)

    def stop(self) -> None:
        """Take no frame any more; safe from any thread. A turn goes on to its end."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def leave(self) -> None:
        """End the turn and come back no more; may be called twice."""
        with self._changed:
            self._stopped = True
            self._order.end(self, self._clock())
            if not self._left:
                self._left = True
                self._turns.forget(self)
                self._order.forget(self)
            self._changed.notify_all()
            self._wake_next()

    def wake(self) -> None:
        """Let the thread look again; the lock is held."""
        self._changed.notify_all()

    def _wake_next(self) -> None:
        """Wake who can go on now; the lock is held."""
        preparing, front = self._order.preparing, self._order.front
        if preparing is not None and self._order.invoking is None:
            preparing.wake()
        elif preparing is None and front is not None:
            front.wake()
