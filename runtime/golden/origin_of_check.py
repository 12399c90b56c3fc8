"""Where a golden check was made; a device repeats the check where that differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...devices.cpu import processor
from ..interpreter import Invoker


def origin(interpreter: Invoker) -> dict[str, str]:
    """Return what decides which kernels compute: backend, delegate, processor."""
    return {
        "backend": interpreter.backend,
        "backend_version": interpreter.backend_version,
        "delegate": interpreter.delegate,
        "processor": processor(),
    }


def made_elsewhere(stored: Mapping[str, Any], interpreter: Invoker) -> bool:
    """Return whether backend, version, delegate or processor differ from the card's.

    Args:
        stored: The card's ``check``.
        interpreter: What runs the file here.
    """
    return any(stored.get(key) != value for key, value in origin(interpreter).items())
