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


def face_mesh(path: Path, threads: int, *, follow: bool = True) -> Loop:
    """Follow one face: warp its region, run the mesh, take the next region from it.

    The detector, ``mp_face_detection_short_range.tflite`` beside the mesh, runs while
    no face is followed; only its best anchor counts. Without ``follow`` it always runs.
    """
    finder = path.with_name("mp_face_detection_short_range.tflite")
    detector, picture, answers = _open(finder, threads)
    interpreter, image, outputs = _open(path, threads)
    _, side, _, _ = image["shape"]
    tensor = interpreter.tensor(image["index"])
    by_size = sorted(outputs, key=lambda output: -int(np.prod(output["shape"])))
    points, presence = (interpreter.tensor(output["index"]) for output in by_size)
    cells = [(16, 2), (8, 6)]
    anchors = np.concatenate(
        [
            np.repeat(
                np.stack(np.meshgrid(*[(np.arange(n) + 0.5) * 128 / n] * 2), -1), k, 1
            ).reshape(-1, 2)
            for n, k in cells
        ]
    )
    colored = np.empty((side, side, 3), np.uint8)
    region: list[tuple[float, float, float, float]] = []

    def detect(frame: np.ndarray) -> None:
        rows, columns = frame.shape[:2]
        ratio = 128 / max(rows, columns)
        start = np.asarray([128 - columns * ratio, 128 - rows * ratio]) / 2
        matrix = np.asarray([[ratio, 0, start[0]], [0, ratio, start[1]]])
        small = cv2.cvtColor(cv2.warpAffine(frame, matrix, (128, 128)), 4)
        detector.set_tensor(picture["index"], small[None] / np.float32(127.5) - 1)
        detector.invoke()
        boxes, logits = (detector.get_tensor(o["index"])[0] for o in answers)
        best = int(logits[:, 0].argmax())
        values = boxes[best].reshape(-1, 2)
        values = (values + anchors[best] * (np.arange(8) != 1)[:, None] - start) / ratio
        x, y = values[0]
        long = max(boxes[best, 2:4]) / ratio
        turn = np.arctan2(*(values[3] - values[2])[::-1])
        region[:] = [(x, y, 1.5 * long, turn)]

    def loop(frame: np.ndarray) -> np.ndarray:
        if not (region and follow):
            detect(frame)
        x, y, long, turn = region[0]
        step = long / side
        cos, sin = np.cos(turn) * step, np.sin(turn) * step
        linear = np.asarray([[cos, -sin], [sin, cos]])
        start = np.asarray([x, y]) - linear @ [side / 2, side / 2]
        half = linear.sum(axis=1) / 2 - 0.5
        patch = cv2.warpAffine(
            frame,
            np.column_stack([linear, start + half]),
            (side, side),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        cv2.cvtColor(patch, cv2.COLOR_BGR2RGB, dst=colored)
        np.multiply(colored, np.float32(1 / 255), out=tensor()[0])
        interpreter.invoke()
        places = points().reshape(-1, 3)[:, :2] @ linear.T + start
        if presence().item() < 0:
            region.clear()
            return places
        low, high = places.min(axis=0), places.max(axis=0)
        turn = np.arctan2(*(places[263] - places[33])[::-1])
        region[:] = [(*(low + high) / 2, 1.5 * (high - low).max(), turn)]
        return places

    return loop
