"""A model run by hand: the pipeline that a user would write without EdgeVision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec


class BareModel:
    """Feed pictures to a ``.tflite`` file with an interpreter and OpenCV alone.

    Float inputs get pixels / 255, int8 inputs pixels - 128, uint8 inputs pixels.
    """

    def __init__(self, path: Path, *, resize: str = "stretch") -> None:
        self._interpreter: Any = _interpreter(path)
        self._interpreter.allocate_tensors()
        self._input = _spec(self._interpreter.get_input_details()[0])
        self.outputs = [_spec(d) for d in self._interpreter.get_output_details()]
        self.size = (self._input.shape[2], self._input.shape[1])
        self._resize = resize

    def run(self, path: Path) -> tuple[list[np.ndarray], Letterbox]:
        image = cv2.imread(str(path))
        height, width = image.shape[:2]
        letterbox = Letterbox.fit((width, height), self.size, resize=self._resize)
        x, y, columns, rows = letterbox.content
        canvas = np.full((self.size[1], self.size[0], 3), 114, np.uint8)
        canvas[y : y + rows, x : x + columns] = cv2.resize(image, (columns, rows))
        pixels: Any = canvas[:, :, ::-1]
        if self._input.dtype == np.float32:
            pixels = pixels.astype(np.float32) / 255
        elif self._input.dtype == np.int8:
            pixels = (pixels.astype(np.int16) - 128).astype(np.int8)
        self._interpreter.set_tensor(
            self._input.index, np.ascontiguousarray(pixels)[None]
        )
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(s.index) for s in self.outputs], letterbox


def _interpreter(path: Path) -> Any:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        module = pytest.importorskip("tflite_runtime.interpreter")
        return module.Interpreter(str(path), num_threads=2)
    return Interpreter(str(path), num_threads=2)


def _spec(details: dict[str, Any]) -> TensorSpec:
    scale, zero_point = details["quantization"]
    return TensorSpec(
        details["name"],
        details["index"],
        tuple(int(n) for n in details["shape"]),
        np.dtype(details["dtype"]),
        float(scale),
        int(zero_point),
    )
