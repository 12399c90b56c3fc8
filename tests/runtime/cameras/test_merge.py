"""Several producers, one consumer: order, waiting, ending."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from edgevision.runtime.cameras.merge import Merge


def _produce(merge, name, items):
    """Hand over items; return how many were taken."""
    try:
        return sum(merge.put(name, (name, item)) for item in items)
    finally:
        merge.leave(name)


def test_every_item_comes_in_the_order_of_its_producer_and_then_the_end():
    merge = Merge()
    for _ in "abc":
        merge.enter()
    with ThreadPoolExecutor(3) as pool:
        for name in "abc":
            pool.submit(_produce, merge, name, range(100))
        seen = list(iter(merge.get, None))
    for name in "abc":
        assert [item for who, item in seen if who == name] == list(range(100))


def test_a_producer_waits_until_its_item_was_taken_and_has_one_place():
    merge = Merge()
    merge.enter()
    with ThreadPoolExecutor(1) as pool:
        taken = pool.submit(merge.put, "a", 1)
        threading.Event().wait(0.02)
        assert not taken.done()
        assert merge.get() == 1
        assert taken.result(30)
        merge.leave("a")
    assert merge.get() is None


def test_a_refused_producer_is_let_go_and_the_others_are_not():
    merge = Merge()
    merge.enter()
    merge.enter()
    with ThreadPoolExecutor(2) as pool:
        refused = pool.submit(_produce, merge, "a", range(10))
        pool.submit(_produce, merge, "b", range(3))
        merge.refuse("a")
        assert refused.result(30) == 0
        assert list(iter(merge.get, None)) == [("b", 0), ("b", 1), ("b", 2)]


def test_aborting_wakes_both_sides():
    merge = Merge()
    merge.enter()
    with ThreadPoolExecutor(2) as pool:
        taken = pool.submit(merge.put, "a", 1)
        merge.abort()
        assert taken.result(30) is False
    assert merge.get() is None
    assert merge.put("a", 2) is False
