"""A bounded queue between two threads that carries its own end and errors."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class ChannelEndedError(Exception):
    """The end of a channel: nothing more comes. It is no error of the stream."""


class Channel(Generic[T]):
    """A queue from one producer to one consumer.

    The producer ends it with :meth:`finish`; the consumer then gets the waiting items,
    and after them the producer's error or :class:`ChannelEndedError`. Either side may
    :meth:`abort`, which drops the waiting items and wakes both.

    Args:
        capacity: How many items may wait.
        newest: A full channel drops its oldest item instead of making the producer
            wait; ``dropped`` and ``thinned`` count them.

    Attributes:
        dropped: Items dropped because the consumer was busy.
        thinned: Items dropped while the consumer waited on purpose (``pausing``).
        pausing: Set by a consumer that waits to keep to a lower rate.
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
        """Add an item; return False when the consumer has ended the channel."""
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

    def wait(self) -> bool:
        """Wait for an item and leave it here; return False when none comes any more."""
        with self._changed:
            while not self._items and not self._finished and not self._aborted:
                self._changed.wait()
            return bool(self._items)

    def get(self) -> T:
        """Return the next item, waiting for it.

        Raises:
            ChannelEndedError: Nothing more comes.
            BaseException: The error with which the producer ended.
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
        """End the channel from the producer's side, with or without an error."""
        with self._changed:
            self._finished = True
            self._error = self._error or error
            self._changed.notify_all()

    def carry(self, work: Callable[[], None]) -> None:
        """Do the work of a thread, and hand its end or its error to the consumer."""
        try:
            work()
        except ChannelEndedError:
            self.finish()
        except BaseException as error:
            self.finish(error)
        else:
            self.finish()

    def abort(self) -> None:
        """Drop the waiting items and wake both sides; an error is kept."""
        with self._changed:
            self._aborted = True
            self._items.clear()
            self._changed.notify_all()
