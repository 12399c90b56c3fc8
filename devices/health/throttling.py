"""The meaning of a Raspberry Pi's throttling bits, in words."""

from __future__ import annotations

import re
from typing import Final

UNDER_VOLTAGE: Final = "under-voltage"
FREQUENCY_CAPPED: Final = "frequency capped"
THROTTLED: Final = "throttled"
SOFT_LIMIT: Final = "soft temperature limit"

WORDS: Final = (UNDER_VOLTAGE, FREQUENCY_CAPPED, THROTTLED, SOFT_LIMIT)
_SINCE_BOOT: Final = 16


def active(bits: int) -> tuple[str, ...]:
    """Return the limits of this moment: bits 0 to 3."""
    return tuple(word for bit, word in enumerate(WORDS) if bits >> bit & 1)


def since_boot(bits: int) -> tuple[str, ...]:
    """Return the limits since the board started: bits 16 to 19."""
    return active(bits >> _SINCE_BOOT)


def parse_vcgencmd(text: str) -> int | None:
    """Read the answer of ``vcgencmd get_throttled``; None means an error."""
    match = re.search(r"throttled=(0x[0-9a-fA-F]+)", text)
    return int(match[1], 16) if match else None


def parse_sysfs(text: str | None) -> int | None:
    """Read the kernel's ``get_throttled`` file, hexadecimal without a prefix."""
    try:
        return int(text or "", 16)
    except ValueError:
        return None
