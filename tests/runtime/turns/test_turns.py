"""Turns of real threads: order, handing on, stopping, and a model that hangs."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from edgevision.runtime.turns.turns import Turns
from edgevision.runtime.watchdog.invoke_limit import InvokeLimit
from edgevision.runtime.watchdog.step import Waiting, step_of

from edgevision.errors import ModelError


def _until(condition):
    """Wait until something is so; fail after half a minute."""
    for _ in range(30_000):
        if condition():
            return
        threading.Event().wait(0.001)
    raise AssertionError("it did not come about")


def test_one_thread_has_the_model_and_all_have_as_many_turns():
    turns = Turns()
    members = [turns.member() for _ in range(4)]
    inside, seen = [], []

    def work(number):
        for _ in range(50):
            assert members[number].take()
            with members[number].model():
                inside.append(number)
                assert inside == [number]
                seen.append(number)
                inside.remove(number)
            members[number].end()
        members[number].leave()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert sorted(seen) == sorted([0, 1, 2, 3] * 50)


def test_the_next_one_prepares_while_the_model_works_and_waits_in_a_step_of_its_own():
    turns = Turns()
    first, second = turns.member(), turns.member()
    for _ in range(2):  # so that it is known how long the model takes: no time
        first.take()
        with first.model():
            pass
    order, in_model = [], threading.Event()

    def prepare():
        assert second.take()
        order.append("prepared")
        in_model.wait(30)
        with second.model() as waited:
            order.append("second")
            assert waited >= 0

    first.take()
    with ThreadPoolExecutor(1) as pool:
        with first.model():
            done = pool.submit(prepare)
            _until(lambda: order == ["prepared"])
            in_model.set()
            thread = next(iter(pool._threads))
            _until(lambda: isinstance(step_of(thread.ident), Waiting))
            assert InvokeLimit(0.001).of(step_of(thread.ident)) == 0
            order.append("first")
        done.result(30)
    assert order == ["prepared", "first", "second"]


def test_a_turn_that_needs_no_model_is_handed_on():
    turns = Turns()
    still, moving = turns.member(), turns.member()
    assert still.take()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(moving.take)
        assert not waiting.done()
        still.end()
        assert waiting.result(30)


@pytest.mark.parametrize("how", ["stop", "leave"])
def test_whoever_is_stopped_gets_no_turn_and_blocks_nobody(how):
    turns = Turns()
    first, second, third = (turns.member() for _ in range(3))
    assert first.take()
    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(second.take)
        behind = pool.submit(third.take)
        getattr(second, how)()
        assert waiting.result(30) is False
        first.end()
        assert behind.result(30)
    assert second.take() is False


def test_a_model_that_hangs_ends_all_that_wait_now_and_later():
    turns = Turns()
    hanging, prepared, waiting, late = (turns.member() for _ in range(4))
    for member in (hanging, prepared):
        member.take()
        with member.model():
            pass
    hanging.take()
    block = hanging.model()
    block.__enter__()

    def prepare():
        assert prepared.take()
        with prepared.model():
            raise AssertionError("two have the model")

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.submit(prepare), pool.submit(waiting.take)
        hanging.fail(ModelError("it hangs"))
        for future in (one, two):
            with pytest.raises(ModelError, match="it hangs"):
                future.result(30)
    with pytest.raises(ModelError, match="it hangs"):
        late.take()
    assert isinstance(turns.error, ModelError)
