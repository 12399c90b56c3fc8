"""Each bit has its word, in both halves."""

from __future__ import annotations

import pytest
from edgevision.devices.health import throttling

# bits, now, since boot
ROWS = [
    (0x0, (), ()),
    (0x1, ("under-voltage",), ()),
    (0x2, ("frequency capped",), ()),
    (0x4, ("throttled",), ()),
    (0x8, ("soft temperature limit",), ()),
    (0x50000, (), ("under-voltage", "throttled")),
    (0x80008, ("soft temperature limit",), ("soft temperature limit",)),
]


@pytest.mark.parametrize(("bits", "now", "seen"), ROWS)
def test_bits_become_words(bits, now, seen):
    assert throttling.active(bits) == now
    assert throttling.since_boot(bits) == seen


def test_both_spellings_of_the_bits_are_read():
    assert throttling.parse_vcgencmd("throttled=0x50000\n") == 0x50000
    assert throttling.parse_vcgencmd("error=1 error_msg=...") is None
    assert throttling.parse_sysfs("50000\n") == 0x50000
    assert throttling.parse_sysfs(None) is None
