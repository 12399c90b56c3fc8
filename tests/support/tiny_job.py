"""A training that takes seconds, for the loop's tests and their child processes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from edgevision.training.data.batches import picture_batches
from edgevision.training.job import Job, TrainingStage

from edgevision.card import ModelCard, OutputCard

CARD = ModelCard("net", "classification", None, OutputCard("classifier"))


def job(keras, **changes):
    """Return a small job: dropout for its random state, two stages, Adam."""
    keras.utils.set_random_seed(3)
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (96, 4, 4, 1)).astype(np.uint8)
    class_ids = (pixels.mean(axis=(1, 2, 3)) > 127).astype(np.int64)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            layers.Rescaling(1 / 255),
            layers.Flatten(),
            layers.Dense(16, activation="relu", name="body"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(2, activation="softmax"),
        ]
    )

    def freeze(model):
        model.get_layer("body").trainable = False

    def thaw(model):
        model.get_layer("body").trainable = True

    found = Job(
        model=model,
        compile=lambda model, optimizer: model.compile(
            optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"]
        ),
        train=picture_batches(pixels, class_ids, batch_size=16, seed=1),
        validation=picture_batches(pixels[:32], class_ids[:32], batch_size=32, seed=1),
        stages=(
            TrainingStage("head", 2, 1e-2, prepare=freeze),
            TrainingStage("all", 3, 5e-3, prepare=thaw),
        ),
        card=CARD,
        arch="tiny",
        monitor="val_accuracy",
    )
    return replace(found, **changes)
