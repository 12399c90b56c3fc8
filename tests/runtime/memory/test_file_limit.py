"""What a file may take, by its size and by what is free."""

from __future__ import annotations

import pytest
from edgevision.runtime.memory import FLOOR, allowed_bytes, refusal, size_text

FREE = "edgevision.runtime.memory.file_limit.available_bytes"


def test_a_small_file_may_take_the_floor_and_a_large_one_a_hundred_times_more():
    assert allowed_bytes(0) == allowed_bytes(4_000_000) == FLOOR
    assert allowed_bytes(5_000_000) == FLOOR + 100_000_000


def test_the_size_of_the_file_decides_where_there_is_memory(monkeypatch):
    monkeypatch.setattr(FREE, lambda: 10**12)
    assert refusal(FLOOR, 1000) is None
    words = refusal(FLOOR + 1, 1000)
    assert words == (
        "it takes 200.0 MB of memory, and a file of 1.0 kB may take 200.0 MB"
    )
    assert refusal(FLOOR + 1, None) is None


def test_half_of_what_is_free_is_the_most(monkeypatch):
    monkeypatch.setattr(FREE, lambda: 200_000_000)
    assert refusal(100_000_000, None) is None
    assert "more than half of the 200.0 MB that are free" in refusal(100_000_001, None)


def test_little_never_asks_what_is_free(monkeypatch):
    def ask():
        raise AssertionError

    monkeypatch.setattr(FREE, ask)
    assert refusal(60_000_000, 10) is None


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (10**7, "10.0 MB")],
)
def test_sizes_are_read_by_people(count, text):
    assert size_text(count) == text
