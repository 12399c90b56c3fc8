"""The board: voltage, heat, governor, memory, disk, clock."""

from __future__ import annotations

import time
from typing import Final

from ..environment import Environment
from ..finding import Finding
from ..health import throttling

_LOW_MEMORY: Final = 200 * 2**20
_LOW_DISK: Final = 500 * 2**20
# Drivers whose "powersave" follows the load; only the name is that of a slow governor.
_DYNAMIC_DRIVERS: Final = ("intel_pstate", "amd-pstate-epp", "amd_pstate_epp")
# A board without a battery starts in 1970, or when its image was made.
_EARLIEST: Final = 1_780_000_000  # May 2026


def voltage(environment: Environment) -> Finding | None:
    """Check that the supply was strong enough since the board was started."""
    health = environment.health
    if throttling.UNDER_VOLTAGE in health.limits:
        when = "now"
    elif throttling.UNDER_VOLTAGE in health.limits_seen:
        when = "since the board was started"
    else:
        return None
    return Finding(
        "warning",
        f"Under-voltage {when}: the board slows down and may lose its camera or card.",
        "Use the board's own power supply and a short, thick cable",
    )


def heat(environment: Environment) -> Finding | None:
    """Check that heat does not slow the board down."""
    health = environment.health
    words = (throttling.THROTTLED, throttling.FREQUENCY_CAPPED, throttling.SOFT_LIMIT)
    now = [word for word in words if word in health.limits]
    seen = [word for word in words if word in health.limits_seen]
    degrees = (
        f" at {health.temperature_c:.0f} °C" if health.temperature_c is not None else ""
    )
    cure = "Add a heat sink or a fan; measure with: edgevision benchmark --minutes 30"
    if now:
        return Finding("warning", f"The processor is {', '.join(now)}{degrees}.", cure)
    if seen:
        return Finding(
            "note",
            f"Since the board was started: {', '.join(seen)}; now{degrees or ' fine'}.",
            cure,
        )
    if not degrees:
        return None
    # A board may not tell whether it is throttled.
    known = "Not throttled" if health.throttled is False else "The chip is"
    return Finding("ok", f"{known}{degrees}.")


def governor(environment: Environment) -> Finding | None:
    """Check that the frequency governor does not hold the clock down."""
    names = environment.health.governor.split(",")
    if "powersave" not in names or environment.governor_driver in _DYNAMIC_DRIVERS:
        return None
    return Finding(
        "warning",
        "The frequency governor is powersave, which keeps the lowest clock.",
        "Run: echo ondemand | sudo tee "
        "/sys/devices/system/cpu/cpufreq/policy*/scaling_governor",
    )


def memory(environment: Environment) -> Finding | None:
    """Check that there is memory for a model and a camera."""
    free = environment.health.memory_available_bytes
    if free is None:
        return None
    if free < _LOW_MEMORY:
        return Finding(
            "warning",
            f"Only {free / 2**20:.0f} MiB of memory are available; a model with a "
            "camera needs about 200 MiB.",
            "Close other programs, use the system without a desktop, or add swap",
        )
    return Finding("ok", f"{free / 2**30:.1f} GiB of memory are available.")


def disk(environment: Environment) -> Finding | None:
    """Check that there is room to write."""
    free = environment.disk_free_bytes
    if free is None or free >= _LOW_DISK:
        return None
    return Finding(
        "warning",
        f"Only {free / 2**20:.0f} MiB are free on this disk; recordings stop when it "
        "is full.",
        "Delete what is not needed, or write to another disk",
    )


def clock(environment: Environment) -> Finding | None:
    """Check that the clock was set: certificates and file dates depend on it."""
    if environment.now < _EARLIEST:
        date = time.strftime("%Y-%m-%d", time.gmtime(max(environment.now, 0)))
        return Finding(
            "warning",
            f"The clock says {date}: it was never set, so downloads fail on their "
            "certificates and records carry wrong dates.",
            "Run: sudo timedatectl set-ntp true, with a network",
        )
    if environment.clock_is_synchronized is False:
        return Finding(
            "note",
            "The clock is not synchronized with the network yet.",
            "Run: sudo timedatectl set-ntp true",
        )
    return None
