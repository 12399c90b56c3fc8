"""Tiny models trained on pictures of one scale, written in a process of their own.

Run as ``python scaled_models.py FOLDER``: ``plain.keras`` names the brightness of
pictures in -1..1 and keeps their statistics in a BatchNormalization; ``double.keras``
has a Rescaling(1 / 255) of its own and was trained on x / 255. ``photos/NAME/`` holds
pictures in three classes.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import cv2
import keras
import numpy as np

LEVELS = {"dark": 50, "grey": 128, "light": 205}


def photos(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Write 20 smooth pictures per class; return all of them with their classes."""
    rng = np.random.default_rng(0)
    pictures, classes = [], []
    for number, (name, level) in enumerate(LEVELS.items()):
        (folder / name).mkdir(parents=True)
        for i in range(20):
            coarse = rng.uniform(-45, 45, (4, 4, 3)) + level
            picture = np.kron(coarse, np.ones((4, 4, 1))).clip(0, 255).astype(np.uint8)
            cv2.imwrite(str(folder / name / f"{i:02d}.png"), picture[..., ::-1])
            pictures.append(picture)
            classes.append(number)
    return np.stack(pictures), np.array(classes)


def network(*, own: bool) -> keras.Model:
    layers = keras.layers
    inputs = keras.Input((16, 16, 3))
    x = layers.Rescaling(1 / 255)(inputs) if own else inputs
    x = layers.Conv2D(8, 3, strides=2)(x)
    x = layers.BatchNormalization(momentum=0.8, epsilon=1e-7)(x)
    x = layers.GlobalAveragePooling2D()(layers.ReLU()(x))
    return keras.Model(inputs, layers.Dense(3, activation="softmax")(x))


def main() -> None:
    folder = Path(sys.argv[1])
    pixels, classes = photos(folder / "photos")
    keras.utils.set_random_seed(1)
    cases = {
        "plain": (network(own=False), pixels / 127.5 - 1),
        "double": (network(own=True), pixels / 255),
    }
    for name, (model, inputs) in cases.items():
        model.compile(keras.optimizers.Adam(0.1), "sparse_categorical_crossentropy")
        model.fit(inputs, classes, epochs=40, batch_size=15, verbose=0)
        model.save(folder / f"{name}.keras")


if __name__ == "__main__":
    main()
