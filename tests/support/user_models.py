"""Models as users bring them, built and converted in one process of their own.

Run as ``python user_models.py FOLDER``: every case of ``CASES`` is built, written to
disk and carried out; ``FOLDER/results.json`` then holds a report or an error per case.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from edgevision.converters.child.request import Request
from edgevision.converters.conversion import carry_out
from edgevision.converters.options import ConvertOptions
from edgevision.converters.progress import Journal
from keras import layers, ops

from edgevision.errors import EdgeVisionError

SIZE = 16


@dataclass
class Case:
    """Hold how a model is built and what is asked of its conversion."""

    build: Callable[[], Any]
    save: str = "keras"
    options: dict[str, Any] = field(default_factory=dict)
    samples: Callable[[np.random.Generator], dict[str, Any]] | None = None


CASES: dict[str, Case] = {}


def case(**changes: Any) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    def register(build: Callable[[], Any]) -> Callable[[], Any]:
        CASES[build.__name__] = Case(build, **changes)
        return build

    return register


def picture(*, size: Any = SIZE, name: str = "picture") -> Any:
    return keras.Input((size, size, 3), name=name)


def head(x: Any, classes: int = 4) -> Any:
    x = layers.GlobalAveragePooling2D()(x)
    return layers.Dense(classes, activation="softmax", name="scores")(x)


@case()
def own_preprocessing() -> Any:
    inputs = picture()
    x = layers.RandomFlip("horizontal")(inputs)
    x = layers.RandomRotation(0.1)(x)
    x = layers.RandomZoom(0.1)(x)
    x = layers.Rescaling(1 / 127.5, offset=-1)(x)
    x = layers.SeparableConv2D(8, 3, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.LeakyReLU()(x)
    return keras.Model(inputs, head(layers.Dropout(0.2)(x)))


@case()
def nested_augmentation() -> Any:
    augment = keras.Sequential(
        [keras.Input((SIZE, SIZE, 3)), layers.RandomFlip(), layers.Rescaling(1 / 255)]
    )
    return keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3), name="picture"),
            augment,
            layers.Conv2D(6, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(4, activation="softmax"),
        ]
    )


@case(options={"normalize": "signed"})
def contradicting_normalization() -> Any:
    return nested_augmentation()


@case(options={"normalize": "torch"})
def per_channel_normalization() -> Any:
    inputs = picture()
    return keras.Model(inputs, head(layers.Conv2D(8, 3, activation="relu")(inputs)))


@case(options={"normalize": "caffe", "recipe": "float32"})
def per_channel_in_float() -> Any:
    return per_channel_normalization()


@case(options={"input_size": (24, 20)})
def open_size() -> Any:
    inputs = picture(size=None)
    x = layers.Rescaling(1 / 255)(inputs)
    return keras.Model(inputs, head(layers.Conv2D(8, 3, activation="relu")(x)))


@case()
def open_size_not_given() -> Any:
    return open_size()


@case(options={"normalize": "unit", "task": "raw"})
def three_outputs_in_a_dict() -> Any:
    inputs = picture()
    x = layers.Conv2D(8, 3, padding="same", activation="swish")(inputs)
    x = layers.UpSampling2D()(layers.MaxPooling2D()(x))
    return keras.Model(
        inputs,
        {
            "zeta": layers.Conv2D(4, 1, name="a")(x),
            "alpha": layers.Conv2D(1, 1, activation="sigmoid", name="b")(x),
            "mid": layers.Dense(3, activation="gelu", name="c")(
                layers.GlobalAveragePooling2D()(x)
            ),
        },
    )


def image_and_meta(rng: np.random.Generator) -> dict[str, Any]:
    return {
        "meta": rng.normal(size=(40, 2)).astype("float32"),
        "img": rng.uniform(0, 1, (40, SIZE, SIZE, 3)).astype("float32"),
    }


@case(samples=image_and_meta, options={"task": "embedding"})
def two_inputs() -> Any:
    image, meta = picture(name="img"), keras.Input((2,), name="meta")
    x = layers.Flatten()(layers.Conv2D(4, 3, strides=4)(image))
    return keras.Model([image, meta], layers.Dense(5)(layers.Concatenate()([x, meta])))


@case(samples=lambda rng: {"z": rng.normal(size=(60, 10)).astype("float32")})
def generator() -> Any:
    return keras.Sequential(
        [
            keras.Input((10,), name="z"),
            layers.Dense(4 * 4 * 8, activation="relu"),
            layers.Reshape((4, 4, 8)),
            layers.Conv2DTranspose(8, 4, strides=2, padding="same", activation="relu"),
            layers.UpSampling2D(),
            layers.Conv2D(3, 3, padding="same", activation="tanh"),
        ]
    )


@case(options={"normalize": "unit"})
def layer_normalization() -> Any:
    inputs = picture()
    x = layers.LayerNormalization()(layers.Conv2D(8, 3)(inputs))
    return keras.Model(inputs, head(x))


@case(options={"normalize": "unit"})
def float_operator() -> Any:
    inputs = picture()
    x = layers.LayerNormalization()(layers.Conv2D(8, 3)(inputs))
    x = layers.Activation("sparsemax", name="steps")(x)
    return keras.Model(inputs, head(x))


@case(options={"normalize": "unit", "task": "detection", "decoder": "yolo"})
def suppression_inside() -> Any:
    class Suppress(layers.Layer):
        def call(self, boxes: Any, scores: Any) -> Any:
            kept = tf.image.non_max_suppression_padded(
                boxes[0], scores[0], 5, pad_to_max_output_size=True
            )[0]
            return tf.gather(boxes[0], kept)[None]

    inputs = picture()
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(8, 3)(inputs))
    boxes = layers.Reshape((12, 4))(layers.Dense(48, activation="sigmoid")(x))
    scores = layers.Dense(12, activation="sigmoid")(x)
    return keras.Model(inputs, Suppress()(boxes, scores))


CASES["suppression_inside"].save = "export"


@case(
    samples=lambda rng: {"steps": rng.normal(size=(40, 6, 4)).astype("float32")},
    options={"task": "embedding"},
)
def recurrent_loop() -> Any:
    inputs = keras.Input((6, 4), name="steps")
    return keras.Model(inputs, layers.Dense(3)(layers.LSTM(5)(inputs)))


@case(
    samples=lambda rng: {"steps": rng.normal(size=(40, 6, 4)).astype("float32")},
    options={"task": "embedding"},
    save="export",
)
def recurrent_loop_exported() -> Any:
    return recurrent_loop()


@case(
    samples=lambda rng: {"steps": rng.normal(size=(40, 6, 4)).astype("float32")},
    options={"task": "embedding", "recipe": "dynamic"},
)
def recurrent_loop_dynamic() -> Any:
    return recurrent_loop()


@case(
    samples=lambda rng: {"steps": rng.normal(size=(40, 6, 4)).astype("float32")},
    options={"task": "embedding"},
)
def recurrent_unrolled() -> Any:
    inputs = keras.Input((6, 4), name="steps")
    return keras.Model(inputs, layers.Dense(3)(layers.LSTM(5, unroll=True)(inputs)))


@case(options={"normalize": "unit"}, save="export")
def exported() -> Any:
    inputs = picture()
    return keras.Model(inputs, head(layers.Conv2D(8, 3, activation="relu")(inputs)))


@case(options={"normalize": "unit", "allow_flat": True}, save="saved_model")
def saved_model_without_export() -> Any:
    return exported()


@case(options={"normalize": "unit"})
def mixed_precision() -> Any:
    keras.config.set_dtype_policy("mixed_float16")
    try:
        inputs = picture()
        x = layers.Conv2D(8, 3, activation="relu")(inputs)
        x = layers.BatchNormalization()(x)
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(
            inputs, layers.Dense(4, activation="softmax", dtype="float32")(x)
        )
    finally:
        keras.config.set_dtype_policy("float32")


@case(options={"normalize": "unit"})
def lambda_layer() -> Any:
    inputs = picture()
    x = layers.Lambda(lambda t: t * 2.0)(layers.Conv2D(8, 3)(inputs))
    return keras.Model(inputs, head(x))


@case(options={"normalize": "unit", "allow_unsafe": True})
def lambda_layer_allowed() -> Any:
    return lambda_layer()


@case(options={"normalize": "unit"})
def own_class() -> Any:
    class Twice(layers.Layer):
        def call(self, x: Any) -> Any:
            return ops.multiply(x, 2.0)

    inputs = picture()
    return keras.Model(inputs, head(Twice()(layers.Conv2D(8, 3)(inputs))))


@case(options={"normalize": "unit"}, save="h5")
def compiled_h5() -> Any:
    model = exported()
    model.compile(loss="mse", metrics=["mae"])
    return model


@case(options={"normalize": "unit", "recipe": "int16x8"})
def int16x8() -> Any:
    return exported()


@case(options={"normalize": "unit", "recipe": "float16"})
def float16() -> Any:
    return exported()


@case(
    options={"normalize": "unit", "recipe": "dynamic", "target": "tflite-runtime-2.14"}
)
def dynamic_for_2_14() -> Any:
    inputs = picture()
    x = layers.Dense(64, activation="relu")(layers.Flatten()(inputs))
    return keras.Model(inputs, layers.Dense(4, activation="softmax")(x))


@case(options={"normalize": "unit", "io": "int8"})
def int8_ends() -> Any:
    return exported()


@case(options={"normalize": "signed", "io": "float32"})
def float_ends() -> Any:
    return exported()


@case(options={"normalize": "unit", "labels": ("no", "yes")})
def binary() -> Any:
    inputs = picture()
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(8, 3, activation="relu")(inputs))
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))


@case(options={"normalize": "unit"})
def segmentation() -> Any:
    inputs = picture()
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(inputs)
    return keras.Model(inputs, layers.Conv2D(3, 1, activation="softmax")(x))


@case(options={"normalize": "unit", "labels": ("a", "b", "c")})
def detector() -> Any:
    """Give a YOLOv8 head: 4 + 3 values per cell of three grids, 21 cells in all."""
    inputs = picture(size=32)
    rows = []
    x = layers.Conv2D(8, 3, strides=4, padding="same", activation="relu")(inputs)
    for cells in (16, 4, 1):
        x = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(x)
        # Computed, as in every YOLO: straight from a convolution come offsets.
        boxes = layers.Conv2D(4, 1, activation="sigmoid")(x)
        boxes = layers.Rescaling(0.9, 0.05)(boxes)
        scores = layers.Conv2D(3, 1, activation="sigmoid")(x)
        rows.append(layers.Reshape((cells, 7))(layers.Concatenate()([boxes, scores])))
    joined = layers.Concatenate(axis=1)(rows)
    return keras.Model(inputs, layers.Permute((2, 1))(joined))


@case(options={"normalize": "unit", "task": "detection", "decoder": "yolo"})
def wrong_decoder() -> Any:
    return exported()


class Tangent(layers.Layer):
    """An operation that TensorFlow Lite does not have."""

    def call(self, x: Any) -> Any:
        return tf.math.tan(tf.math.tanh(x))


@case(options={"normalize": "unit", "recipe": "float32"}, save="export")
def foreign_operator() -> Any:
    inputs = picture()
    return keras.Model(inputs, head(Tangent()(layers.Conv2D(8, 3)(inputs))))


@case(
    options={"normalize": "unit", "recipe": "float32", "allow_flex": True},
    save="export",
)
def foreign_operator_allowed() -> Any:
    return foreign_operator()


@case(options={"normalize": "raw"})
def integer_input() -> Any:
    inputs = keras.Input((SIZE, SIZE, 3), dtype="uint8", name="picture")
    x = layers.Rescaling(1 / 255)(inputs)
    return keras.Model(inputs, head(layers.Conv2D(8, 3, activation="relu")(x)))


@case(options={"normalize": "unit"})
def constant_output() -> Any:
    inputs = picture()
    x = layers.Conv2D(4, 1, kernel_initializer="zeros")(inputs)
    return keras.Model(inputs, layers.Conv2D(2, 1, kernel_initializer="zeros")(x))


CASES["constant_output"].options["task"] = "raw"


@case(options={"normalize": "unit"})
def meaning_unknown() -> Any:
    inputs = picture()
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(8, 3)(inputs))
    return keras.Model(inputs, layers.Dense(7)(x))


def write(model: Any, kind: str, folder: Path) -> Path:
    if kind in ("keras", "h5"):
        path = folder / f"model.{kind}"
        model.save(path)
        return path
    path = folder / "model"
    if kind == "export":
        model.export(path, verbose=False)
    else:
        tf.saved_model.save(model, str(path))
    return path


def carry(name: str, chosen: Case, folder: Path) -> dict[str, Any]:
    keras.utils.set_random_seed(7)
    folder.mkdir()
    rng = np.random.default_rng(3)
    samples = folder / "samples.npz"
    if chosen.samples is None:
        # Smooth pictures, so that resizing keeps them alike.
        coarse = rng.uniform(0, 255, (60, 4, 4, 3))
        pixels = np.kron(coarse, np.ones((1, 5, 5, 1))).round().astype(np.uint8)
        np.savez(samples, images=pixels)
    else:
        np.savez(samples, **chosen.samples(rng))
    request = Request(
        model=write(chosen.build(), chosen.save, folder),
        model_name=name,
        output=folder / "out.tflite",
        workspace=folder,
        calibration=samples,
        verification=None,
        options=ConvertOptions(**chosen.options),
    )
    try:
        return {"report": carry_out(request, Journal()).to_dict()}
    except EdgeVisionError as error:
        return {"error": str(error), "type": type(error).__name__}
    except Exception:
        return {"fault": traceback.format_exc()}


def main() -> None:
    folder = Path(sys.argv[1])
    results = {name: carry(name, item, folder / name) for name, item in CASES.items()}
    (folder / "results.json").write_text(json.dumps(results), "utf-8")


if __name__ == "__main__":
    main()
