"""Train small modern networks on CIFAR pictures, convert them to int8, and compare.

    python benchmarks/modern_nets.py --data ../shared/data/cifar10 --work DIR
        [--epochs 40] [NAMES ...]

A ViT (LayerNormalization, attention, GELU), a ConvNeXt (depthwise 7x7,
LayerNormalization, GELU, LayerScale) and a residual network with GroupNormalization.
Each is trained on the pictures of ``test/``, calibrated with 100 of
``calibration/`` and compared with its float model on the other 400. Printed are the
agreement on XNNPACK's and on the built-in kernels, the mean error of the scores, the
fastest invoke with one thread, size, and how many operators are float: of our file, and
of the one that TensorFlow's converter makes of the same network. Trained weights stay
in DIR.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from edgevision.converters.verify.comparison import KERNELS  # noqa: E402
from edgevision.runtime.interpreter import Interpreter  # noqa: E402
from edgevision.runtime.tflite import ModelFile  # noqa: E402

SIDE = 32
CLASSES = 10
BATCH = 50


def vit() -> Any:
    """Return a ViT of two blocks on patches of 4x4 pixels."""
    import keras

    layers = keras.layers
    width, tokens = 64, 64
    inputs = keras.Input((SIDE, SIDE, 3))
    x = layers.Rescaling(1 / 127.5, -1)(inputs)
    x = layers.Reshape((tokens, width))(layers.Conv2D(width, 4, strides=4)(x))
    # Its bias is the position embedding.
    x = layers.EinsumDense("btc,cd->btd", (tokens, width), bias_axes="td")(x)
    for _ in range(2):
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        x = layers.Add()([x, layers.MultiHeadAttention(4, 16, dropout=0.1)(y, y)])
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        y = layers.Dense(width)(layers.Dense(2 * width, activation="gelu")(y))
        x = layers.Add()([x, layers.Dropout(0.1)(y)])
    x = layers.GlobalAveragePooling1D()(layers.LayerNormalization(epsilon=1e-6)(x))
    return keras.Model(inputs, layers.Dense(CLASSES, activation="softmax")(x))


def convnext() -> Any:
    """Return a ConvNeXt of two stages with two blocks each."""
    import keras

    layers = keras.layers

    class LayerScale(layers.Layer):
        def build(self, shape: Any) -> None:
            self.gamma = self.add_weight(shape=(shape[-1],), initializer=_tenth)

        def call(self, x: Any) -> Any:
            return x * self.gamma

    inputs = keras.Input((SIDE, SIDE, 3))
    x = layers.Conv2D(32, 2, strides=2)(layers.Rescaling(1 / 127.5, -1)(inputs))
    for width in (32, 64):
        x = layers.LayerNormalization(epsilon=1e-6)(x)
        x = layers.Conv2D(width, 2, strides=2)(x) if width > 32 else x
        for _ in range(2):
            y = layers.DepthwiseConv2D(7, padding="same")(x)
            y = layers.LayerNormalization(epsilon=1e-6)(y)
            y = layers.Dense(width)(layers.Dense(4 * width, activation="gelu")(y))
            x = layers.Add()([x, LayerScale()(y)])
    x = layers.LayerNormalization(epsilon=1e-6)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(inputs, layers.Dense(CLASSES, activation="softmax")(x))


def _tenth(shape: Any, dtype: Any = None) -> Any:
    return np.full(shape, 0.1, np.float32)


def groupnorm() -> Any:
    """Return a residual network with GroupNormalization after each convolution."""
    import keras

    layers = keras.layers

    def block(x: Any, width: int, stride: int = 1) -> Any:
        x = layers.Conv2D(width, 3, strides=stride, padding="same", use_bias=False)(x)
        return layers.GroupNormalization(8)(x)

    inputs = keras.Input((SIDE, SIDE, 3))
    x = layers.ReLU()(block(layers.Rescaling(1 / 127.5, -1)(inputs), 16))
    for width, stride in ((16, 1), (32, 2), (64, 2)):
        short = x if stride == 1 else layers.Conv2D(width, 1, strides=stride)(x)
        y = block(layers.ReLU()(block(x, width, stride)), width)
        x = layers.ReLU()(layers.Add()([short, y]))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(CLASSES, activation="softmax")(x))


NETS: dict[str, Callable[[], Any]] = {
    "vit": vit,
    "convnext": convnext,
    "groupnorm": groupnorm,
}


def pictures(folder: Path) -> tuple[Any, Any]:
    """Return the pictures of a folder per class, RGB, and their classes."""
    names = sorted(path for path in folder.iterdir() if path.is_dir())
    pairs = [
        (cv2.imread(str(path))[..., ::-1], number)
        for number, name in enumerate(names)
        for path in sorted(name.iterdir())
    ]
    return np.stack([x for x, _ in pairs]), np.array([y for _, y in pairs])


def train(model: Any, x: Any, y: Any, epochs: int) -> None:
    """Train a model on flipped and shifted pictures."""
    import keras
    import tensorflow as tf

    rng = np.random.default_rng(0)
    rate = 2e-3
    optimizer = keras.optimizers.AdamW(rate, weight_decay=1e-4)

    @tf.function
    def step(inputs: Any, truth: Any) -> None:
        with tf.GradientTape() as tape:
            losses = keras.losses.sparse_categorical_crossentropy(
                truth, model(inputs, training=True)
            )
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(
            zip(gradients, model.trainable_variables, strict=True)
        )

    for epoch in range(epochs):
        cosine = np.cos(np.pi * epoch / epochs)
        optimizer.learning_rate.assign(rate * max(0.02, (1 + cosine) / 2))
        for chosen in np.split(rng.permutation(len(x)), len(x) // BATCH):
            batch = x[chosen]
            flips = rng.random((BATCH, 1, 1, 1)) < 0.5
            batch = np.where(flips, batch[:, :, ::-1], batch)
            batch = np.pad(batch, ((0, 0), (3, 3), (3, 3), (0, 0)), mode="reflect")
            top, left = rng.integers(0, 7, 2)
            batch = batch[:, top : top + SIDE, left : left + SIDE]
            step(tf.constant(batch.astype(np.float32)), tf.constant(y[chosen]))


def plain(model: Any, calibration: Any) -> bytes:
    """Return what TensorFlow's converter alone makes of a model."""
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: (
        [x[None].astype(np.float32)] for x in calibration
    )
    converter.inference_input_type = tf.uint8
    converter.inference_output_type = tf.uint8
    return bytes(converter.convert())


def measure(data: bytes, x: Any, reference: Any) -> str:
    """Return a row: agreement, score error and latency per set of kernels, floats."""
    from edgevision.converters.build.compatibility import inspect

    cells = []
    for kernels in KERNELS:
        with Interpreter(data, delegate=kernels, threads=1) as interpreter:
            output = interpreter.outputs[0]
            answers, times = [], []
            for picture in x:
                began = time.perf_counter()
                (raw,) = interpreter.run(picture[None])
                times.append(1000 * (time.perf_counter() - began))
                answers.append((raw[0] - float(output.zero_point)) * output.scale)
            scores = np.array(answers)
        agreement = (scores.argmax(1) == reference.argmax(1)).mean()
        error = np.abs(scores - reference).mean()
        cells.append(f"{agreement:.1%}, {error:.4f}, {min(times):.2f} ms")
    floats = sum(inspect(ModelFile.from_bytes(data)).float_operators.values())
    return f"{' | '.join(cells)} | {len(data) / 1000:.0f} kB | {floats}"


def one(name: str, work: Path, data: Path, epochs: int) -> None:
    """Train, convert and measure one network."""
    import keras

    import edgevision

    keras.utils.set_random_seed(1)
    model = NETS[name]()
    weights = work / f"{name}.weights.h5"
    x, y = pictures(data / "test")
    held, truth = pictures(data / "calibration")
    order = np.random.default_rng(5).permutation(len(held))
    calibration, held, truth = held[order[:100]], held[order[100:]], truth[order[100:]]
    if weights.exists():
        model.load_weights(weights)
    else:
        train(model, x, y, epochs)
        model.save_weights(weights)
    reference = model.predict(held.astype(np.float32), verbose=0)
    path = work / f"{name}.tflite"
    edgevision.convert(
        model, path, calibration=calibration, verify=(held, truth), force=True
    )
    accuracy = (reference.argmax(1) == truth).mean()
    print(f"{name}: {model.count_params():,} weights, accuracy {accuracy:.1%}")
    print(f"  edgevision | {measure(path.read_bytes(), held, reference)}")
    print(f"  TensorFlow | {measure(plain(model, calibration), held, reference)}")
    sys.stdout.flush()


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(NETS)}; all")
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared/data/cifar10"
    )
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=40)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    print("network | XNNPACK: agreement, score error, time | built-in | size | float")
    for name in arguments.names or NETS:
        one(name, arguments.work, arguments.data, arguments.epochs)


if __name__ == "__main__":
    main()
