"""Random changes of training pictures as Keras layers, by names with amounts.

Keras' own layers where they are right and move boxes with the pixels: its
``RandomCrop`` (3.15) shifts boxes along the wrong axis and cuts a whole batch alike, so
``crop`` here is a translation and a zoom. Salt-and-pepper noise is our own.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from ...registry import resolve
from ..keras_import import load_keras

AUGMENTATIONS: Final[dict[str, str]] = {
    "brightness": "edgevision.training.data.augmentation_layers:brightness",
    "contrast": "edgevision.training.data.augmentation_layers:contrast",
    "crop": "edgevision.training.data.augmentation_layers:crop",
    "flip": "edgevision.training.data.augmentation_layers:flip",
    "rotation": "edgevision.training.data.augmentation_layers:rotation",
    "salt-and-pepper": "edgevision.training.data.augmentation_layers:salt_and_pepper",
}


def parse_augmentation(text: str) -> dict[str, float | None]:
    """Read ``flip,rotation=0.05,salt-and-pepper`` as names and amounts.

    Args:
        text: Names from ``AUGMENTATIONS``, each with ``=AMOUNT`` or without, in the
            order in which they act; empty means no change.

    Returns:
        Name -> amount; None means the default amount.

    Raises:
        ValueError: A name comes twice or an amount is no number; names and ranges are
            looked at by :func:`augmentation`.

    Example:
        >>> parse_augmentation("flip,rotation=0.05")
        {'flip': None, 'rotation': 0.05}
    """
    amounts: dict[str, float | None] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, number = (piece.strip() for piece in part.partition("="))
        if name in amounts:
            raise ValueError(f"augmentation '{name}' is given twice in {text!r}.")
        try:
            amounts[name] = float(number) if equals else None
        except ValueError:
            raise ValueError(
                f"augmentation '{name}' takes a number, got {number!r}. Write for "
                "instance flip,rotation=0.05."
            ) from None
    return amounts


def chosen_augmentation(text: str | None, default: str) -> dict[str, float | None]:
    """Return the names and amounts that a training uses.

    Args:
        text: What was asked for, as :func:`parse_augmentation` reads it; ``none`` means
            no change, None means the default.
        default: The task's own.
    """
    text = default if text is None else text
    return {} if text == "none" else parse_augmentation(text)


def augmentation(amounts: Mapping[str, float | None], *, seed: int) -> Any:
    """Return one Keras layer that does all that is named, in that order.

    It takes a batch of pictures, (N, H, W, C) with pixels 0..255, or a mapping
    ``{"images", "bounding_boxes": {"boxes", "labels"}}`` whose float32 xyxy boxes move
    with the pixels. Call it with ``training=True``. It belongs into the data's way to
    the model, not into the model: a saved model should not carry it to the device.

    Args:
        amounts: Names from ``AUGMENTATIONS``, each with its amount or None for the
            default (see the functions of these names).
        seed: Decides every draw.

    Raises:
        ValueError: A name is unknown or an amount is out of range.
        MissingDependencyError: TensorFlow is not installed.
    """
    layers: list[Any] = []
    for number, (name, amount) in enumerate(amounts.items()):
        make = resolve("augmentation", name, AUGMENTATIONS)
        options = {} if amount is None else {"amount": amount}
        layers += make(seed=seed + 100 * number, **options)
    return load_keras().layers.Pipeline(layers, name="augmentation")


def seeded(amounts: Mapping[str, float | None], *, seed: int) -> Any:
    """Return a function that augments a batch as seed, epoch and batch number decide.

    It is called as ``augment(batch, epoch, index)`` with what :func:`augmentation`'s
    layer takes, and gives the same for the same numbers, whatever was called before:
    an interrupted training that goes on sees the pictures it would have seen.

    Args:
        amounts: As for :func:`augmentation`.
        seed: Decides every draw.
    """
    import tensorflow as tf

    layer = augmentation(amounts, seed=seed)
    states = [
        variable
        for part in layer.layers
        for variable in part.variables
        if variable.path.endswith("seed_generator_state")
    ]

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator, unused-ignore]
    def changed(batch: Any) -> Any:
        return layer(batch, training=True)

    def augment(batch: Any, epoch: int, index: int) -> Any:
        numbers = np.random.SeedSequence([seed, epoch, index]).generate_state(
            2 * len(states)
        )
        for state, pair in zip(states, numbers.reshape(-1, 2), strict=True):
            state.assign(pair.astype(state.dtype))
        return changed(batch)

    return augment


def brightness(*, amount: float = 0.15, seed: int) -> list[Any]:
    """Add up to ``amount`` of the full range, 0..1, to every pixel, or take it away."""
    _check("brightness", amount, 1.0)
    return [load_keras().layers.RandomBrightness(amount, seed=seed)]


def contrast(*, amount: float = 0.3, seed: int) -> list[Any]:
    """Stretch or shrink the distance from the mean by up to ``amount``, 0..1."""
    _check("contrast", amount, 1.0)
    return [load_keras().layers.RandomContrast(amount, seed=seed)]


def crop(*, amount: float = 0.2, seed: int) -> list[Any]:
    """Cut off ``amount`` of width and height, somewhere, and enlarge what remains."""
    _check("crop", amount, 0.9)
    layers = load_keras().layers
    # What is shifted by at most half of what is cut off stays inside the picture.
    move = (-amount / 2, amount / 2)
    zoom = (-amount, -amount)
    return [
        layers.RandomTranslation(move, move, seed=seed, bounding_box_format="xyxy"),
        layers.RandomZoom(zoom, zoom, seed=seed + 1, bounding_box_format="xyxy"),
    ]


def flip(*, amount: float = 1.0, seed: int) -> list[Any]:
    """Mirror half of the pictures, left to right; the amount is always 1."""
    if amount != 1:
        raise ValueError(f"flip has no amount to choose, got {amount}.")
    flipped = load_keras().layers.RandomFlip(
        "horizontal", seed=seed, bounding_box_format="xyxy"
    )
    return [flipped]


def rotation(*, amount: float = 0.05, seed: int) -> list[Any]:
    """Turn by up to ``amount`` full turns either way, 0..0.5."""
    _check("rotation", amount, 0.5)
    turned = load_keras().layers.RandomRotation(
        amount, seed=seed, bounding_box_format="xyxy"
    )
    return [turned]


def salt_and_pepper(*, amount: float = 0.05, seed: int) -> list[Any]:
    """Make up to ``amount`` of a picture's pixels black or white, 0..1."""
    _check("salt-and-pepper", amount, 1.0)
    return [_salt_and_pepper_class()(amount, seed=seed)]


def _check(name: str, amount: float, high: float) -> None:
    if not 0 < amount <= high:
        raise ValueError(
            f"the amount of {name} must be above 0 and at most {high:g}, got {amount}."
        )


@functools.cache
def _salt_and_pepper_class() -> Any:
    """Return the layer's class, which cannot exist before Keras is imported."""
    keras = load_keras()

    @keras.saving.register_keras_serializable(package="edgevision")
    class SaltAndPepper(keras.layers.Layer):  # type: ignore[misc, name-defined]
        """Make random pixels black or white, in all channels alike.

        Args:
            amount: The largest share of a picture's pixels; each picture draws its own.
            seed: Decides every draw.
        """

        def __init__(self, amount: float, *, seed: int = 0, **settings: Any) -> None:
            super().__init__(**settings)
            self.amount = amount
            self.seed = seed
            self._draws = keras.random.SeedGenerator(seed)
            self.supports_jit = False

        def call(self, inputs: Any, training: bool = False) -> Any:
            """Return the pictures, or the mapping that holds them, with noise."""
            if not training:
                return inputs
            if isinstance(inputs, Mapping):
                return {**inputs, "images": self._noisy(inputs["images"])}
            return self._noisy(inputs)

        def _noisy(self, images: Any) -> Any:
            ops, random = keras.ops, keras.random
            images = ops.cast(images, self.compute_dtype)
            shape = ops.shape(images)
            share = random.uniform(
                (shape[0], 1, 1, 1), 0, self.amount, seed=self._draws
            )
            draw = random.uniform((*shape[:3], 1), seed=self._draws)
            white, black = draw < share / 2, draw > 1 - share / 2
            noisy = ops.where(white, 255.0, ops.where(black, 0.0, images))
            return ops.cast(noisy, self.compute_dtype)

        def compute_output_shape(self, input_shape: Any) -> Any:
            """Return the shape as it came."""
            return input_shape

        def get_config(self) -> dict[str, Any]:
            """Return what makes the layer again."""
            return {**super().get_config(), "amount": self.amount, "seed": self.seed}

    return SaltAndPepper
