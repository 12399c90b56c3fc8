"""A bounded hand-over between two threads that carries its own end and errors."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class ChannelEndedError(Exception):
    """Say that nothing more comes; not an error of the stream."""


class Channel(Generic[T]):
    """Hand items from one producer to one consumer, in order.

    The producer ends it with :meth:`finish`; the consumer then still gets what waits,
    and after that the producer's error or :class:`ChannelEndedError`. Either side may
    :meth:`abort`, which forgets what waits and wakes both.

    Args:
        capacity: How many items may wait.
        newest: A full channel forgets its oldest item instead of making the producer
            wait; ``dropped`` and ``thinned`` count them.

    Attributes:
        dropped: Items forgotten because the consumer was busy.
        thinned: Items forgotten while the consumer waited on purpose (``pausing``).
        pausing: Set by a consumer that keeps to a lower rate than it could.
    """

    def __init__(self, capacity: int, *, newest: bool = False) -> None:
        self._capacity = capacity
        self._newest = newest
        self._items: deque[T] = deque()
        self._changed = threading.Condition()
        self._finished = False
        self._aborted = False
        self._error: BaseException | None = None
        self.dropped = 0
        self.thinned = 0
        self.pausing = False

    def put(self, item: T) -> bool:
        """Hand an item over; False when nobody will take it any more."""
        with self._changed:
            if self._newest:
                if len(self._items) >= self._capacity and not self._aborted:
                    self._items.popleft()
                    if self.pausing:
                        self.thinned += 1
                    else:
                        self.dropped += 1
            else:
                while len(self._items) >= self._capacity and not self._aborted:
                    self._changed.wait()
            if self._aborted:
                return False
            self._items.append(item)
            self._changed.notify_all()
            return True

    def get(self) -> T:
        """Take the next item, waiting for it.

        Raises:
            ChannelEndedError: Nothing more comes.
            BaseException: Whatever the producer ended with.
        """
        with self._changed:
            while not self._items and not self._finished and not self._aborted:
                self._changed.wait()
            if self._items and not self._aborted:
                item = self._items.popleft()
                self._changed.notify_all()
                return item
            error, self._error = self._error, None
        if error is not None:
            raise error
        raise ChannelEndedError

    def finish(self, error: BaseException | None = None) -> None:
        """End the channel from the producer's side, well or with an error."""
        with self._changed:
            self._finished = True
            self._error = self._error or error
            self._changed.notify_all()

    def abort(self) -> None:
        """Forget what waits and wake both sides; an error that came is kept."""
        with self._changed:
            self._aborted = True
            self._items.clear()
            self._changed.notify_all()
