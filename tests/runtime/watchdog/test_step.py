"""Steps of threads: the innermost one counts, and the outer one begins anew."""

from __future__ import annotations

import threading

import pytest
from edgevision.runtime.watchdog.step import Invoke, Step, slowest_invoke, step_of


def test_the_innermost_step_of_a_thread_is_seen_and_no_other_threads():
    here = threading.get_ident()
    assert step_of(here) is None
    with Step("outer", 7) as outer:
        began = outer.began
        with Step("inner") as inner:
            assert step_of(here) is inner
            assert inner.outer is outer
            assert step_of(here + 1) is None
        assert step_of(here) is outer
        assert outer.began > began  # the work has gone on
        assert outer.subject == 7
    assert step_of(here) is None
    assert step_of(None) is None


def test_a_step_ends_with_an_error():
    with pytest.raises(OSError, match="disk"), Step("outer"), Invoke("net"):
        raise OSError("disk")
    assert step_of(threading.get_ident()) is None


def test_the_slowest_invoke_of_each_name_is_kept(monkeypatch):
    now = iter([0.0, 3.0, 10.0, 15.0, 20.0, 21.0])
    monkeypatch.setattr("time.monotonic", lambda: next(now))
    for _ in range(3):
        with Invoke("test_step.tflite"):
            pass
    assert slowest_invoke("test_step.tflite") == 5.0
    assert slowest_invoke("another test_step.tflite") is None
