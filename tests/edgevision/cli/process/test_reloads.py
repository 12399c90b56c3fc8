"""Wishes to read a file again: none is lost, and none runs beside another."""

from __future__ import annotations

import threading

from edgevision.cli.process.reloads import Reloads


def test_a_storm_of_wishes_is_one_reload_and_one_more():
    began, go_on, done = threading.Event(), threading.Event(), threading.Semaphore(0)
    calls = []

    def reload() -> None:
        calls.append(threading.active_count())
        began.set()
        assert go_on.wait(30)
        done.release()

    reloads = Reloads()
    reloads.call(reload)
    reloads.want()
    assert began.wait(30)
    for _ in range(200):
        reloads.want()
    go_on.set()
    assert done.acquire(timeout=30)
    assert done.acquire(timeout=30)
    assert not done.acquire(timeout=0.2)
    assert len(calls) == 2
    assert calls[1] <= calls[0]


def test_a_wish_from_before_waits_for_what_is_called():
    called = threading.Event()
    reloads = Reloads()
    reloads.want()
    reloads.call(None)
    reloads.call(called.set)
    assert called.wait(30)
    reloads.call(None)
    called.clear()
    reloads.want()
    assert not called.wait(0.1)


def test_a_reload_that_fails_is_not_the_last_one(monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda words: None)
    calls = threading.Semaphore(0)

    def fail() -> None:
        calls.release()
        raise OSError

    reloads = Reloads()
    reloads.call(fail)
    for _ in range(3):
        reloads.want()
        assert calls.acquire(timeout=30)
        while reloads._is_running:
            pass
