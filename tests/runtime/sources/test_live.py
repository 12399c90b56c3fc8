"""Cameras that are lost: back-off, gaps, giving up, closing meanwhile."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from edgevision.runtime.image.jpeg import DamagedPictureError
from edgevision.runtime.sources import live
from edgevision.runtime.sources.live import EndOfStreamError, LiveSource

from edgevision.errors import SourceError


class Camera:
    """A camera that follows a script of readings, shared by all its connections."""

    mode = "64x48"

    def __init__(self, script):
        self.script = list(script)
        self.opened = self.closed = 0

    def connect(self):
        """Open, unless the script says that it is down."""
        if self.script and self.script[0] == "down":
            self.script.pop(0)
            raise SourceError("nothing listens.")
        self.opened += 1
        return self

    def read(self):
        """Give a picture, or do what the script says."""
        step = self.script.pop(0) if self.script else "end"
        if step == "lost":
            raise SourceError("no picture came any more.")
        if step == "damaged":
            raise DamagedPictureError("its data is broken")
        if step == "end":
            raise EndOfStreamError
        width, height = step if isinstance(step, tuple) else (64, 48)
        return np.zeros((height, width, 3), np.uint8), time.monotonic_ns()

    def close(self):
        """Count."""
        self.closed += 1


def _source(script, **settings):
    camera = Camera(script)
    source = LiveSource("cam", camera.connect, first_wait_s=0.005, **settings)
    told: list[str] = []
    source.status.on_note = told.append
    return camera, source, told


def test_a_camera_that_comes_back_goes_on_with_the_next_number():
    camera, source, told = _source(["ok", "ok", "lost", "down", "down", "ok"])
    assert [frame.index for frame in source] == [0, 1, 2]
    assert source.status.reconnects == 1
    assert 0.03 < source.status.gap_s < 2
    assert told[0] == "cam is lost: no picture came any more. Trying again for 300 s."
    assert told[1].startswith("cam is back after 0.")
    assert len(told) == 2
    assert camera.opened == camera.closed == 2


def test_a_camera_that_opens_and_fails_again_is_one_gap_and_told_once():
    _, source, told = _source(["ok", "lost", "lost", "lost", "ok"])
    assert len(list(source)) == 2
    assert source.status.reconnects == 1
    assert len(told) == 2


def test_damaged_pictures_are_counted_told_once_and_left_out():
    _, source, told = _source(["ok", "damaged", "damaged", "ok", "damaged", "ok"])
    assert [frame.index for frame in source] == [0, 3, 5]
    assert source.status.damaged == 3
    assert source.status.reconnects == 0
    assert told == [
        "A picture of cam is damaged: its data is broken. It is skipped. All such "
        "pictures are counted."
    ]


def test_a_camera_that_sends_damaged_pictures_only_is_lost(monkeypatch):
    monkeypatch.setattr(live, "_DAMAGED_FOR_S", 0.0)
    damaged = ["damaged", "damaged"]
    camera, source, told = _source(["ok", *damaged, "down", *damaged, "ok", "ok"])
    assert len(list(source)) == 3
    assert camera.opened == camera.closed == 3
    assert source.status.reconnects == 1
    assert "is lost: its pictures arrive damaged, all of them. Trying" in told[1]
    assert "is back after" in told[2]


def test_a_camera_that_stays_damaged_is_an_error(monkeypatch):
    monkeypatch.setattr(live, "_DAMAGED_FOR_S", 0.0)
    _, source, _ = _source(["ok", *["damaged"] * 100], give_up_after=0.05)
    with pytest.raises(SourceError, match=r"did not come back .* arrive damaged"):
        list(source)


def test_waiting_times_double():
    _, source, _ = _source(["ok", "lost", *["down"] * 4, "ok"])
    began = time.monotonic()
    assert len(list(source)) == 2
    assert time.monotonic() - began > 0.005 * (1 + 2 + 4 + 8 + 16)


def test_a_camera_that_stays_away_is_an_error_with_the_last_reason():
    _, source, _ = _source(["ok", "lost", *["down"] * 99], give_up_after=0.1)
    with pytest.raises(SourceError, match="did not come back within 0 s: nothing"):
        list(source)


def test_a_camera_that_opens_and_never_gives_a_picture_is_given_up_too():
    camera, source, told = _source(["ok", *["lost"] * 9999], give_up_after=0.2)
    with pytest.raises(SourceError, match="did not come back within 0 s: no picture"):
        list(source)
    assert len(told) == 1
    # Waiting 5, 10, 20 ... ms between two openings.
    assert 2 <= camera.opened <= 8


def test_the_first_opening_must_succeed():
    with pytest.raises(SourceError, match="nothing listens"):
        _source(["down"])


def test_closing_while_it_waits_ends_at_once():
    camera = Camera(["ok", "lost", *["down"] * 99])
    source = LiveSource("cam", camera.connect, first_wait_s=5.0)
    source.status.on_note = lambda text: None
    threading.Timer(0.05, source.close).start()
    began = time.monotonic()
    assert len(list(source)) == 1
    assert time.monotonic() - began < 2


def test_a_change_of_size_is_told():
    _, source, told = _source(["ok", (32, 24), (32, 24), "ok"])
    assert len(list(source)) == 4
    assert told == [
        "cam now gives 32x24 pixels instead of 64x48.",
        "cam now gives 64x48 pixels instead of 32x24.",
    ]
