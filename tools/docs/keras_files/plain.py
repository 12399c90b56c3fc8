"""Convert one Keras file as a plain script would; print the outcome as one JSON line.

``python plain.py FILE PICTURES SCALE``: ``keras.models.load_model(compile=False)`` and
``TFLiteConverter`` with int8 inputs and outputs, the same pictures and the right scale.
SCALE is raw, unit, signed, or rows for random numbers.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")

import cv2
import numpy as np

CALIBRATION = 30
COMPARED = 10
OPEN = 128  # for a dimension that the model leaves open


def main() -> None:
    """Convert the file that the command line names."""
    model, pictures, scale = sys.argv[1:4]
    outcome: dict[str, Any] = {"step": "load"}
    try:
        _convert(model, sorted(Path(pictures).iterdir()), scale, outcome)
    except Exception as error:
        outcome["error"] = f"{type(error).__name__}: {error}"[:600]
    print("\nRESULT " + json.dumps(outcome))


def _convert(
    model: str, pictures: list[Path], scale: str, outcome: dict[str, Any]
) -> None:
    import tensorflow as tf

    if os.path.isdir(model):
        signature = tf.saved_model.load(model).signatures["serving_default"]
        specs = signature.structured_input_signature[1]
        shapes = [one.shape.as_list() for one in specs.values()]
        converter = tf.lite.TFLiteConverter.from_saved_model(model)

        def call(arrays: list[Any]) -> list[Any]:
            named = {
                name: tf.constant(a) for name, a in zip(specs, arrays, strict=True)
            }
            return [one.numpy() for one in signature(**named).values()]

    else:
        import keras

        loaded = keras.models.load_model(model, compile=False)
        shapes = [list(one.shape) for one in loaded.inputs]
        converter = tf.lite.TFLiteConverter.from_keras_model(loaded)

        def call(arrays: list[Any]) -> list[Any]:
            result = loaded(arrays if len(arrays) > 1 else arrays[0], training=False)
            return [np.asarray(one) for one in tf.nest.flatten(result)]

    def samples(first: int, count: int) -> list[list[Any]]:
        return [
            [_sample(shape, pictures, scale, index) for shape in shapes]
            for index in range(first, first + count)
        ]

    outcome["step"] = "convert"
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: iter(samples(0, CALIBRATION))
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    content = converter.convert()
    outcome.update(step="run", bytes=len(content))
    outcome.update(_compare(content, call, samples(CALIBRATION, COMPARED)))
    outcome["step"] = "done"


def _compare(content: bytes, call: Any, samples: list[list[Any]]) -> dict[str, float]:
    """Return how near the first output is to float, on pictures held back."""
    from ai_edge_litert.interpreter import Interpreter

    runner = Interpreter(model_content=content)
    for detail in runner.get_input_details():
        shape = [1] + [
            OPEN if one == -1 else one for one in detail["shape_signature"][1:]
        ]
        runner.resize_tensor_input(detail["index"], shape)
    runner.allocate_tensors()
    same: list[float] = []
    error: list[float] = []
    spread: list[float] = []
    for arrays in samples:
        expected = call(arrays)[0].ravel()
        left = list(arrays)
        for detail in runner.get_input_details():
            taken = tuple(detail["shape"])
            place = next(i for i, one in enumerate(left) if one.shape == taken)
            step, zero = detail["quantization"]
            whole = np.round(left.pop(place) / step + zero)
            runner.set_tensor(detail["index"], np.clip(whole, -128, 127).astype("int8"))
        runner.invoke()
        for detail in runner.get_output_details():
            step, zero = detail["quantization"]
            stored = runner.get_tensor(detail["index"]).ravel().astype("f4")
            value = (stored - zero) * step
            if value.size == expected.size:
                same.append(float(value.argmax() == expected.argmax()))
                error.append(float(np.abs(value - expected).mean()))
                spread.append(float(np.ptp(expected)))
                break
    return {
        "top1": float(np.mean(same)),
        "mean_error": float(np.mean(error)),
        "spread": float(np.mean(spread)),
    }


def _sample(
    shape: list[int | None], pictures: list[Path], scale: str, index: int
) -> Any:
    """Return one input: a picture where the shape is one, else normal numbers."""
    sizes = [OPEN if one is None else one for one in shape[1:]]
    place = _picture_size(sizes)
    if scale == "rows" or place is None:
        return np.random.default_rng(index).normal(size=[1, *sizes]).astype("f4")
    gray = sizes[-1] != 3
    picture = cv2.imread(str(pictures[index % len(pictures)]), 0 if gray else 1)
    if picture is None:
        raise ValueError(f"no picture: {pictures[index % len(pictures)]}")
    if not gray:
        picture = picture[..., ::-1]
    pixels = cv2.resize(picture, place).astype("f4")
    scaled = {"raw": pixels, "unit": pixels / 255, "signed": pixels / 127.5 - 1}[scale]
    return scaled.reshape([1, *sizes])


def _picture_size(sizes: list[int]) -> tuple[int, int] | None:
    """Return the width and height that a shape takes, None where it takes none."""
    if len(sizes) == 3 and sizes[2] in (1, 3):
        return sizes[1], sizes[0]
    if len(sizes) == 2 and min(sizes) >= 24:
        return sizes[1], sizes[0]
    side = round(sizes[0] ** 0.5)
    if len(sizes) == 1 and side >= 8 and side * side == sizes[0]:
        return side, side
    return None


if __name__ == "__main__":
    main()
