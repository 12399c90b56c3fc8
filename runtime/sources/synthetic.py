"""A camera without hardware: moving shapes whose true boxes are known."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import SourceError
from ..frame import Frame
from ..scenes import SHAPES, Scene
from ..uri_options import Options
from .base import Source


class SyntheticSource(Source):
    """Generated pictures of moving shapes, the same ones for the same seed.

    ``frame.details`` holds the truth: ``boxes``, float32 (N, 4) xyxy in pixels,
    ``class_ids``, int64 (N,), and ``labels``, N texts.

    Args:
        size: Width and height in pixels.
        fps: Frames per second like a camera (newest frame, the rest dropped). 0 makes a
            frame whenever one is taken, a thirtieth of a second later in the scene,
            and drops none.
        frames: Number of frames; 0 means no end.
        shapes: Number of shapes at a time.
        period: Seconds of the scene's time until other shapes come; 0 means never.
        seed: Random seed of shapes, colours and paths.
    """

    def __init__(
        self,
        *,
        size: tuple[int, int] = (640, 480),
        fps: float = 30.0,
        frames: int = 0,
        shapes: int = 3,
        period: float = 5.0,
        seed: int = 0,
    ) -> None:
        super().__init__("synthetic:")
        self.live = fps > 0
        self.fps = fps
        self.count = frames
        try:
            self.scene = Scene(seed, size, shapes, period=period or None)
        except ValueError as error:
            raise SourceError(f"Cannot make a synthetic scene: {error}") from error

    @classmethod
    def open(
        cls, target: str, options: Mapping[str, str], **_settings: Any
    ) -> SyntheticSource:
        """Open by ``synthetic:?size=640x480&fps=30&frames=0&shapes=3&seed=0``.

        Raises:
            SourceError: An option is unknown or not usable.
        """
        if target:
            raise SourceError(
                f"The synthetic source takes options only, got 'synthetic:{target}'. "
                "Write for instance synthetic:?size=640x480&fps=30."
            )
        texts = Options("the synthetic source", options)
        size = texts.size("size") or (640, 480)
        fps = texts.number("fps", 30.0, high=1000.0)
        frames = texts.integer("frames", 0)
        shapes = texts.integer("shapes", 3, low=1, high=100)
        period = texts.number("period", 5.0)
        seed = texts.integer("seed", 0)
        texts.finish()
        return cls(
            size=size, fps=fps, frames=frames, shapes=shapes, period=period, seed=seed
        )

    def frames(self) -> Iterator[Frame]:
        """Yield frames of the scene."""
        began = time.monotonic_ns()
        step = 1 / (self.fps or 30.0)
        index = 0
        while not (self.count and index >= self.count):
            now = time.monotonic_ns()
            if self.live:
                due = began + int(index * step * 1e9)
                if due > now and self.closed.wait((due - now) / 1e9):
                    return
                now = max(due, now)
            image, boxes, class_ids = self.scene.frame(index * step)
            details = {
                "boxes": boxes,
                "class_ids": class_ids,
                "labels": tuple(SHAPES[i] for i in class_ids.tolist()),
            }
            yield Frame(image, now, index, self.name, details)
            index += 1
