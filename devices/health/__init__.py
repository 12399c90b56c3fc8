"""A board's health: heat, throttling, clocks, memory, power.

What lives here: readers of system files and of the vendors' tools, and the log of a
run's extremes. What may not: conclusions about a model or a measurement. Start reading
at ``health.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...registry import lazy_names

if TYPE_CHECKING:
    from .health import SUMMARY, Health, HealthReader
    from .health_log import HealthLog
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "health": "Health HealthReader SUMMARY",
            "health_log": "HealthLog",
        },
    )

MODULES: Final = ("health", "throttling")
"""Modules that others use whole, by their names."""
