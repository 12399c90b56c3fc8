"""The watchdog hears of steps that take too long, and of no others."""

from __future__ import annotations

import threading
import time

import pytest
from edgevision.runtime.watchdog import watchdog as watchdog_module
from edgevision.runtime.watchdog.step import Step
from edgevision.runtime.watchdog.watchdog import Watchdog, _Watch


@pytest.fixture
def late():
    """Return a queue-like list, and an event that is set when something is in it."""
    steps, some = [], threading.Event()

    def on_late(step, seconds):
        steps.append((step.name, seconds))
        some.set()

    return steps, some, on_late


def test_a_step_that_does_not_end_is_heard_of(late):
    steps, some, on_late = late
    with Watchdog(shortest_s=0.05) as watchdog:
        watchdog.watch(threading.get_ident(), lambda step: 0.05, on_late)
        with Step("net.tflite"):
            assert some.wait(30)
    assert steps[0][0] == "net.tflite"
    assert steps[0][1] >= 0.05


def test_work_that_goes_on_is_not_and_neither_is_a_thread_at_rest():
    ages = []
    watch = _Watch(
        threading.get_ident(), lambda step: 1.0, lambda s, age: ages.append(age)
    )
    for _ in range(10):  # at rest
        watch.look(0.5)
    with Step("frame"):
        for _ in range(10):
            watch.look(0.5)
            with Step("net.tflite"):
                watch.look(0.5)
    assert ages == []


def test_no_limit_is_no_limit():
    ages = []
    watch = _Watch(
        threading.get_ident(), lambda step: 0.0, lambda s, age: ages.append(age)
    )
    with Step("net.tflite"):
        for _ in range(10):
            watch.look(1e6)
    assert ages == []


def test_a_process_that_was_stopped_does_not_make_a_step_old(monkeypatch, late):
    steps, some, on_late = late
    ticks = threading.Semaphore(0)

    class Clock:
        now = 0.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(watchdog_module, "time", clock)
    watchdog = Watchdog()
    looked = threading.Semaphore(0)

    class Closing:
        """Let the thread look when the test says so."""

        def wait(self, tick):
            looked.release()
            ticks.acquire()
            return self.is_set

        def set(self):
            self.is_set = True
            ticks.release()

        is_set = False

    monkeypatch.setattr(watchdog, "_closing", Closing())
    with watchdog, Step("net.tflite"):
        watchdog.watch(threading.get_ident(), lambda step: 10.0, on_late)
        for seconds in (0.25, 3600.0, 0.25):  # the board sleeps for an hour
            clock.now += seconds
            looked.acquire()
            ticks.release()
        looked.acquire()
        assert steps == []
        for _ in range(50):
            clock.now += 0.25
            ticks.release()
            looked.acquire()
        assert some.wait(30)
        assert 10.0 <= steps[0][1] <= 10.5


def test_it_is_closed_twice_and_by_its_own_thread():
    watchdog = Watchdog(shortest_s=0.02)
    closed = threading.Event()

    def close(step, seconds):
        watchdog.close()
        closed.set()

    with Step("net.tflite"):
        watchdog.watch(threading.get_ident(), lambda step: 0.02, close)
        assert closed.wait(30)
    watchdog.close()
    watchdog.close()
    deadline = time.monotonic() + 30
    while any(t.name == "edgevision-watchdog" for t in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
