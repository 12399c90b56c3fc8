"""Many producers, one consumer: each has one place, and the oldest item comes first."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Merge(Generic[T]):
    """What several threads hand over, one item of each at a time.

    A producer waits until its item was taken: nothing grows old in a queue. The
    consumer gets the item that has waited longest, so no producer is passed over.
    It ends when every producer has left.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._items: deque[tuple[object, T]] = deque()
        self._producers = 0
        self._aborted = False
        self._gone: set[object] = set()

    def enter(self) -> None:
        """Count one producer more, or somebody who is about to add one."""
        with self._changed:
            self._producers += 1

    def leave(self, producer: object = None) -> None:
        """Count one less: a producer that has ended."""
        with self._changed:
            self._producers -= 1
            self._gone.discard(producer)
            self._changed.notify_all()

    def put(self, producer: object, item: T) -> bool:
        """Hand over an item and wait until it was taken; False: nobody wants more."""
        with self._changed:
            if self._aborted or producer in self._gone:
                return False
            entry = (producer, item)
            self._items.append(entry)
            self._changed.notify_all()
            while any(each is entry for each in self._items):
                self._changed.wait()
            return not self._aborted and producer not in self._gone

    def get(self) -> T | None:
        """Return the item that has waited longest; None when no more come."""
        with self._changed:
            while not self._items and self._producers and not self._aborted:
                self._changed.wait()
            if self._aborted or not self._items:
                return None
            _, item = self._items.popleft()
            self._changed.notify_all()
            return item

    def refuse(self, producer: object) -> None:
        """Take nothing more from a producer, and drop what it hands over."""
        with self._changed:
            self._gone.add(producer)
            self._items = deque(each for each in self._items if each[0] is not producer)
            self._changed.notify_all()

    def abort(self) -> None:
        """Drop what waits, and wake both sides."""
        with self._changed:
            self._aborted = True
            self._items.clear()
            self._changed.notify_all()
