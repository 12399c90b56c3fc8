"""A ``with`` block closes what it holds, whatever ended it."""

from __future__ import annotations

import pytest
from edgevision.runtime.closing import Closing


class Held(Closing):
    """Count how often it was closed."""

    closed = 0

    def close(self) -> None:
        self.closed += 1


def test_the_block_gets_the_thing_itself_and_closes_it():
    held = Held()
    with held as inside:
        assert inside is held
        assert not held.closed
    assert held.closed == 1


def test_an_error_closes_it_and_goes_on():
    held = Held()
    with pytest.raises(ValueError, match="broken"), held:
        raise ValueError("broken")
    assert held.closed == 1


def test_what_cannot_be_closed_is_not_made():
    with pytest.raises(TypeError, match="abstract"):
        Closing()
