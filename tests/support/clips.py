"""Makers of small videos whose frames, times and turns are known; they need PyAV."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

HAS_PYAV = importlib.util.find_spec("av") is not None
needs_pyav = pytest.mark.skipif(
    not HAS_PYAV, reason="PyAV, the extra 'video', is not installed"
)
B_FRAMES = {"bf": "3", "g": "250", "preset": "ultrafast", "b_strategy": "0"}


def picture(number: int, size: tuple[int, int] = (64, 48)) -> np.ndarray[Any, Any]:
    """Return uint8 (H, W, 3), BGR: a bar at the left whose level is the number."""
    image = np.zeros((size[1], size[0], 3), np.uint8)
    image[:, : size[0] // 2] = 10 + number % 24 * 10
    return image


def number_of(image: np.ndarray[Any, Any]) -> int:
    """Return the number of a picture that :func:`picture` made, modulo 24."""
    return round((float(image[:, 4 : image.shape[1] // 2 - 8].mean()) - 10) / 10)


def make_clip(
    path: Path,
    ticks: Sequence[int],
    time_base: Fraction,
    *,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    size: tuple[int, int] = (64, 48),
    turn: int = 0,
    options: Mapping[str, str] | None = None,
) -> Path:
    """Write one numbered picture per tick; ``turn`` is counter-clockwise."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=Fraction(1) / time_base)
        stream.width, stream.height = size
        stream.pix_fmt = pixels
        stream.time_base = stream.codec_context.time_base = time_base
        stream.codec_context.options = dict(options or {})
        if turn and not hasattr(stream, "set_display_rotation"):
            pytest.skip("this PyAV cannot state how a picture is turned")
        if turn:
            stream.set_display_rotation(turn)
        for number, tick in enumerate(ticks):
            frame = av.VideoFrame.from_ndarray(picture(number, size), "bgr24")
            frame.pts, frame.time_base = tick, time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path
