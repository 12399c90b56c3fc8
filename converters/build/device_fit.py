"""Fit a conversion to a board: the interpreter that opens it, and its memory."""

from __future__ import annotations

from pathlib import Path

from ...devices.profile import Profile
from ...errors import DeviceProfileError
from ...runtime.tflite import ModelFile, activation_bytes


def target_for(board: Profile) -> str:
    """Return the target under which a file opens on every system of a board.

    Args:
        board: Its profile.

    Returns:
        A name from ``TARGETS``: the older interpreter where any system of the board
        (a 32-bit one) can install nothing else.

    Raises:
        DeviceProfileError: No system of the board can install an interpreter.
    """
    if not board.runtimes:
        raise DeviceProfileError(
            f"EdgeVision has no interpreter for any system of the {board.name}; its "
            "profile only lists published figures. Choose another --device."
        )
    old = "tflite-runtime" in board.runtimes
    return "tflite-runtime-2.14" if old else "litert"


def fit_sentence(board: Profile, path: Path) -> str:
    """Return one sentence on whether a converted file fits into a board's memory.

    Args:
        board: Its profile.
        path: The ``.tflite``.
    """
    peak = activation_bytes(ModelFile.open(path))
    size = path.stat().st_size
    too_large = board.check_memory(size, peak_bytes=peak)
    if too_large:
        return f"caution: {too_large} Use a smaller model or input."
    return (
        f"{board.name}: file and activations need {(size + peak) / 2**20:.1f} MiB of "
        "memory, which fits"
    )
