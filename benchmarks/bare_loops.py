"""The loops that one would write by hand with OpenCV and an interpreter, and no more.

Each is as fast as it can be written for one model, with nothing checked and nothing
that another model would need; ``frame.py`` compares EdgeVision with them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from edgevision.runtime.interpreter import find_backend

Loop = Callable[[np.ndarray], Any]


def _open(path: Path, threads: int) -> tuple[Any, dict, list[dict]]:
    interpreter = find_backend().interpreter(model_path=str(path), num_threads=threads)
    interpreter.allocate_tensors()
    return (
        interpreter,
        interpreter.get_input_details()[0],
        interpreter.get_output_details(),
    )


def classify(path: Path, threads: int) -> Loop:
    """Stretch into the input, take the argmax."""
    interpreter, image, outputs = _open(path, threads)
    _, height, width, _ = image["shape"]
    tensor = interpreter.tensor(image["index"])
    scores = interpreter.tensor(outputs[0]["index"])
    small = np.empty((height, width, 3), np.uint8)

    def loop(frame: np.ndarray) -> int:
        cv2.resize(frame, (width, height), dst=small)
        cv2.cvtColor(small, cv2.COLOR_BGR2RGB, dst=tensor()[0])
        interpreter.invoke()
        return int(scores()[0].argmax())

    return loop


def ssd(path: Path, threads: int) -> Loop:
    """Stretch into the input, read four outputs, scale the boxes."""
    interpreter, image, outputs = _open(path, threads)
    _, height, width, _ = image["shape"]
    tensor = interpreter.tensor(image["index"])
    boxes, classes, scores, count = (interpreter.tensor(o["index"]) for o in outputs)
    small = np.empty((height, width, 3), np.uint8)

    def loop(frame: np.ndarray) -> list[tuple[int, float, list[float]]]:
        cv2.resize(frame, (width, height), dst=small)
        cv2.cvtColor(small, cv2.COLOR_BGR2RGB, dst=tensor()[0])
        interpreter.invoke()
        held = int(count()[0])
        kept = scores()[0, :held] >= 0.25
        rows, columns = frame.shape[:2]
        selected = boxes()[0, :held][kept] * (rows, columns, rows, columns)
        return list(
            zip(
                classes()[0, :held][kept].astype(int).tolist(),
                scores()[0, :held][kept].tolist(),
                selected.tolist(),
                strict=True,
            )
        )

    return loop


def yolo(path: Path, threads: int) -> Loop:
    """Letterbox into the int8 input, threshold int8 scores, OpenCV's batched NMS."""
    interpreter, image, outputs = _open(path, threads)
    _, height, width, _ = image["shape"]
    tensor = interpreter.tensor(image["index"])
    head = interpreter.tensor(outputs[0]["index"])
    scale, zero_point = outputs[0]["quantization"]
    floor = int(np.ceil(0.25 / scale)) + zero_point
    canvas = np.full((height, width, 3), 114, np.uint8)

    def loop(frame: np.ndarray) -> list[tuple[int, float, list[float]]]:
        rows, columns = frame.shape[:2]
        ratio = min(width / columns, height / rows)
        across, down = round(columns * ratio), round(rows * ratio)
        left, top = (width - across) // 2, (height - down) // 2
        small = cv2.resize(frame, (across, down))
        place = canvas[top : top + down, left : left + across]
        cv2.cvtColor(small, cv2.COLOR_BGR2RGB, dst=place)
        np.bitwise_xor(canvas, 128, out=tensor()[0].view(np.uint8))
        interpreter.invoke()
        raw = head()[0]
        best = raw[4:].max(axis=0)
        where = np.flatnonzero(best >= floor)
        if not len(where):
            return []
        classes = raw[4:, where].argmax(axis=0)
        scores = (best[where].astype(np.float32) - zero_point) * scale
        x, y, w, h = (raw[:4, where].astype(np.float32) - zero_point) * scale
        x, w, y, h = x * width, w * width, y * height, h * height
        rectangles = np.stack([x - w / 2, y - h / 2, w, h], axis=1)
        kept = cv2.dnn.NMSBoxesBatched(rectangles, scores, classes, 0.25, 0.7)
        selected = rectangles[kept]
        selected[:, :2] -= (left, top)
        selected /= ratio
        return list(
            zip(
                classes[kept].tolist(),
                scores[kept].tolist(),
                selected.tolist(),
                strict=True,
            )
        )

    return loop
