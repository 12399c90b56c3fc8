"""Files of Keras 2: made with tf-keras, then put into the words of older writers.

``older(path, target, version)`` rewrites what a file states about itself, as that
version would have written it. The weights stay as they are.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import tf_keras

L = tf_keras.layers
SIZE = 16
EXTRA = ("module", "registered_name", "build_config", "compile_config")
VERSIONS = ("2.21.0", "2.13.1", "2.4.0", "2.2.4-tf", "2.2.4", "2.0.5")


def convolutions() -> Any:
    return tf_keras.Sequential(
        [
            L.Conv2D(4, 3, activation="relu", input_shape=(SIZE, SIZE, 3)),
            L.BatchNormalization(),
            L.DepthwiseConv2D(3),
            L.SeparableConv2D(4, 3, kernel_regularizer="l2"),
            L.LeakyReLU(0.2),
            L.Flatten(),
            L.Dense(3, activation="softmax"),
        ]
    )


def teachable_machine() -> Any:
    picture = tf_keras.Input((SIZE, SIZE, 3))
    x = L.Conv2D(4, 3, strides=2, activation="relu")(picture)
    body = tf_keras.Model(picture, L.BatchNormalization()(x))
    features = tf_keras.Sequential([body, L.GlobalAveragePooling2D()])
    head = tf_keras.Sequential(
        [
            L.Dense(5, activation="relu", input_shape=(4,)),
            L.Dense(2, activation="softmax", use_bias=False),
        ]
    )
    return tf_keras.Sequential([features, head])


def branches() -> Any:
    """Branch, share a layer and join again, with two outputs."""
    picture = tf_keras.Input((SIZE, SIZE, 3))
    shared = L.Conv2D(3, 3, padding="same", activation="tanh")
    x = L.Add()([shared(picture), shared(shared(picture))])
    x = L.Concatenate()([x, picture])
    flat = L.GlobalMaxPooling2D()(x)
    return tf_keras.Model(
        picture, [L.Dense(2, name="a")(flat), L.Dense(3, name="b")(flat)]
    )


def operations() -> Any:
    """Use functions of TensorFlow as layers, as Keras 2.4 and later write them."""
    picture = tf_keras.Input((SIZE, SIZE, 3))
    x = tf_keras.applications.mobilenet_v2.preprocess_input(picture)
    x = x[:, 2:14, ::2]
    x = L.Conv2D(4, 3)(x)
    x = x * x + 1.0
    return tf_keras.Model(picture, L.Dense(3)(L.GlobalAveragePooling2D()(x)))


def augmented() -> Any:
    augmentation = tf_keras.Sequential(
        [
            L.RandomFlip("horizontal", input_shape=(SIZE, SIZE, 3)),
            L.RandomRotation(0.2),
            L.RandomZoom(0.1),
        ]
    )
    return tf_keras.Sequential(
        [
            augmentation,
            L.Rescaling(1 / 255),
            L.Conv2D(4, 3, activation="swish"),
            L.Dropout(0.3),
            L.Flatten(),
            L.Dense(3),
        ]
    )


def recurrent() -> Any:
    steps = tf_keras.Input((SIZE, SIZE, 3))
    x = L.Reshape((SIZE, SIZE * 3))(steps)
    x = L.Bidirectional(L.LSTM(3, unroll=True, return_sequences=True))(x)
    return tf_keras.Model(steps, L.GRU(2, unroll=True)(x))


def attention() -> Any:
    picture = tf_keras.Input((SIZE, SIZE, 3))
    x = L.Conv2D(4, 4, strides=4)(picture)
    x = L.LayerNormalization()(L.Reshape((16, 4))(x))
    x = L.MultiHeadAttention(2, 3)(x, x)
    x = L.TimeDistributed(L.Dense(3))(x)
    return tf_keras.Model(picture, L.GlobalAveragePooling1D()(x))


def shared_twice() -> Any:
    """Use one layer in two nested models."""
    shared = L.Conv2D(3, 3, padding="same", activation="tanh")
    inner = tf_keras.Sequential([tf_keras.Input((SIZE, SIZE, 3)), shared])
    picture = tf_keras.Input((SIZE, SIZE, 3))
    x = L.Conv2D(3, 1)(inner(shared(picture)))
    x = L.Normalization(mean=[1.0, 2, 3], variance=[4.0, 5, 6])(x)
    return tf_keras.Model(picture, L.GlobalMaxPooling2D()(inner(x)))


NETS: dict[str, Callable[[], Any]] = {
    net.__name__: net
    for net in (
        convolutions,
        teachable_machine,
        branches,
        operations,
        augmented,
        recurrent,
        attention,
        shared_twice,
    )
}


def with_values(net: Callable[[], Any]) -> Any:
    """Return a net with weights that differ everywhere; statistics are positive."""
    tf_keras.backend.clear_session()
    model = net()
    model.build((None, SIZE, SIZE, 3))
    rng = np.random.default_rng(7)
    model.set_weights(
        [
            rng.uniform(0.1, 0.6, x.shape) * rng.choice([1, 1, -1], x.shape)
            if x.ndim > 1
            else rng.uniform(0.1, 0.6, x.shape)
            for x in model.get_weights()
        ]
    )
    return model


def pictures(count: int = 3) -> Any:
    rng = np.random.default_rng(3)
    return rng.uniform(0, 255, (count, SIZE, SIZE, 3)).astype(np.float32)


def answers(model: Any) -> list[Any]:
    """Return what Keras 2 itself answers."""
    outputs = model(pictures(), training=False)
    return [np.asarray(x) for x in tf_keras.src.utils.tf_utils.tf.nest.flatten(outputs)]


def older(path: Path, target: Path, version: str) -> Path:
    """Write a copy of a file in the words of an older Keras."""
    shutil.copy(path, target)
    with h5py.File(target, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        file.attrs["model_config"] = json.dumps(older_config(config, version))
        for group in (file, file["model_weights"]):
            # h5py before 3 and Python 2 left bytes where others leave text.
            text: Any = version.encode() if version < "2.3" else version
            group.attrs["keras_version"] = text
    return target


def older_config(config: Any, version: str) -> Any:
    if version.startswith("2.21"):
        return config
    if version.startswith("2.13"):
        return json.loads(json.dumps(config).replace("tf_keras", "keras"))
    return _plain(config, version)


def _plain(value: Any, version: str) -> Any:
    if isinstance(value, list):
        return [_plain(item, version) for item in value]
    if not isinstance(value, dict):
        return value
    if "class_name" not in value:
        return {key: _plain(item, version) for key, item in value.items()}
    kind = value["class_name"]
    value = {k: _plain(v, version) for k, v in value.items() if k not in EXTRA}
    if version < "2.3" and kind == "Functional":
        value["class_name"] = "Model"
    if version.startswith("2.2.4-tf") and "inbound_nodes" in value:
        # TensorFlow 1.14 wrote one list less where a layer is called once.
        nodes = value["inbound_nodes"]
        if len(nodes) == 1 and len(nodes[0]) == 1:
            value["inbound_nodes"] = nodes[0]
    if version < "2.2.4" and kind == "Sequential":
        layers = value["config"]["layers"]
        value["config"] = [x for x in layers if x["class_name"] != "InputLayer"]
    config = value["config"]
    if version < "2.2.4" and isinstance(config, dict) and kind != "InputLayer":
        for name in ("dtype", "groups", "ragged", "keepdims"):
            config.pop(name, None)
    return value
