"""A model that several streams share: each asks it when its turn comes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..frame import Frame
from ..image import Preprocessor
from ..results import Result
from ..turns import Turn

if TYPE_CHECKING:
    from ..timing import Timing
    from .base import PictureModel
    from .model import Model


class InTurn:
    """Ask a model for the frames of one stream, in this stream's turn.

    The time for which a frame waits for the model counts in its ``age_ms``.

    Args:
        model: What runs over the frames of this stream.
        turn: The stream's turn at the model.
    """

    def __init__(self, model: PictureModel, turn: Turn) -> None:
        self._model, self._turn = model, turn

    def run(self, frame: Frame) -> tuple[Result, Timing]:
        """Return the result for a frame, and the milliseconds of each stage."""
        with self._turn.model() as waited:
            result, timing = self._model.run(frame)
        return result, replace(timing, age_ms=waited)


class PreparedInTurn:
    """Prepare the frames of one stream while the model works for another one.

    It has a preprocessor and a copy of the model's input of its own.

    Args:
        model: The model, which takes a picture and nothing else.
        turn: The stream's turn at the model.
    """

    def __init__(self, model: Model, preprocessor: Preprocessor, turn: Turn) -> None:
        self._model, self._turn = model, turn
        tensor = preprocessor.tensor
        self._preprocessor = Preprocessor(preprocessor.card, tensor)
        self._input = np.empty(tensor.shape, tensor.dtype)

    def run(self, frame: Frame) -> tuple[Result, Timing]:
        """Return the result for a frame, and the milliseconds of each stage."""
        from ..timing import Timing

        model = self._model
        picture, scale = frame.view
        if scale > 1 and scale > model.reduction(*frame.size):
            picture, scale = frame.image, 1
        start = time.perf_counter_ns()
        letterbox = self._preprocessor.prepare(picture, out=self._input)
        letterbox = letterbox if scale == 1 else letterbox.enlarged(scale)
        prepared = time.perf_counter_ns()
        with self._turn.model() as waited, model.lock:
            begun = time.perf_counter_ns()
            np.copyto(model.interpreter.input(), self._input)
            model.invoke()
            invoked = time.perf_counter_ns()
            result = model.decode(letterbox)
            decoded = time.perf_counter_ns()
        return result, Timing(
            prepare_ms=(prepared - start) / 1e6,
            invoke_ms=(invoked - begun) / 1e6,
            decode_ms=(decoded - invoked) / 1e6,
            age_ms=waited,
        )
