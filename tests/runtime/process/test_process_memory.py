"""This process's memory, as the system tells it."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.process import process_memory

pytestmark = pytest.mark.skipif(
    not process_memory.resident_bytes(), reason="this system does not tell"
)


def test_new_memory_is_seen_now_and_in_the_peak():
    process_memory.reset_peak()
    before = process_memory.resident_bytes()
    block = np.ones(64 * 2**20, np.uint8)
    during = process_memory.resident_bytes()
    del block
    assert during - before > 48 * 2**20
    # The kernel counts in batches per thread: a few pages more or less.
    assert process_memory.peak_bytes() > during - 2**20


def test_system_that_tells_nothing_is_zero(monkeypatch, tmp_path):
    monkeypatch.setattr(process_memory, "_STATUS", tmp_path / "absent")
    monkeypatch.setattr(process_memory, "_CLEAR", tmp_path / "absent" / "too")
    assert process_memory.resident_bytes() == process_memory.peak_bytes() == 0
    assert process_memory.reset_peak() is False
