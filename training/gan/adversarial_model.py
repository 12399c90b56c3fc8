"""Train a generator against a discriminator: two losses, one Keras model."""

from __future__ import annotations

import functools
import importlib
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..keras_import import load_keras
from .networks import LATENT, Shape, build_discriminator, build_generator

Pixels = npt.NDArray[np.uint8]

LEARNING_RATE: Final = 2e-4
_BETA_1: Final = 0.5
# What a real picture is called: below 1, so that the discriminator stays unsure enough
# to teach (one-sided label smoothing; Salimans and others, 2016).
_REAL: Final = 0.9
_KEPT: Final = 0.995  # of the average, at every step


def build_gan(
    name: str,
    shape: Shape,
    *,
    latent: int = LATENT,
    width: float = 1.0,
    learning_rate: float = LEARNING_RATE,
    seed: int = 0,
) -> Any:
    """Return a compiled Keras model whose ``fit`` takes pictures alone.

    ``fit(pictures)`` with uint8 (N, H, W, C) trains both nets a step per batch and
    reports ``d_loss`` and ``g_loss``, and the mean answers ``real`` and ``fake`` of the
    discriminator, 0..1: around a half both nets are a match. ``.generator`` and
    ``.discriminator`` are the nets, ``.average`` is the generator with the moving
    average of its weights, which makes the steadier pictures; calling the model asks
    that one.

    Args:
        name: A name in ``GENERATORS``.
        shape: Height, width and channels of a picture.
        latent: Numbers that a picture is made of.
        width: Factor on filters and units.
        learning_rate: Learning rate of both Adam optimizers.
        seed: Random seed of the latents of every step; the weights depend on Keras'
            global seed.

    Raises:
        ValueError: As for ``build_generator``.
        MissingDependencyError: TensorFlow is not installed.
    """
    generator = build_generator(name, shape, latent=latent, width=width)
    discriminator = build_discriminator(name, shape, width=width)
    gan = _gan_class()(generator, discriminator, seed=seed)
    optimizer = adam(learning_rate)
    gan.compile(optimizer=optimizer, d_optimizer=second_optimizer(optimizer))
    return gan


def adam(learning_rate: float = LEARNING_RATE) -> Any:
    """Return the optimizer of one net."""
    return load_keras().optimizers.Adam(learning_rate, beta_1=_BETA_1)


def second_optimizer(optimizer: Any) -> Any:
    """Return an unused optimizer with the settings of another."""
    return type(optimizer).from_config(optimizer.get_config())


def pictures_of(generator: Any, latents: npt.NDArray[np.float32]) -> Pixels:
    """Return what a Keras generator makes of latents, uint8 (N, H, W, C)."""
    images = np.asarray(generator(latents, training=False))
    pixels: Pixels = np.rint(images * 127.5 + 127.5).clip(0, 255).astype(np.uint8)
    return pixels


@functools.cache
def _gan_class() -> Any:
    """Return the model's class, which cannot exist before Keras is imported."""
    keras = load_keras()
    tensorflow = importlib.import_module("tensorflow")

    @keras.saving.register_keras_serializable(package="edgevision")
    class Gan(keras.Model):  # type: ignore[misc, name-defined]
        """Two nets that train against each other."""

        def __init__(
            self, generator: Any, discriminator: Any, *, seed: int, **settings: Any
        ) -> None:
            super().__init__(**settings)
            self.generator = generator
            self.discriminator = discriminator
            self.average = keras.models.clone_model(generator)
            self.average.set_weights(generator.get_weights())
            self.average.trainable = False
            self.seed = seed
            self.latent = int(generator.inputs[0].shape[-1])
            self.supports_jit = False
            self._means = {
                key: keras.metrics.Mean(name=key)
                for key in ("d_loss", "g_loss", "real", "fake")
            }
            self.built = True

        @property
        def metrics(self) -> list[Any]:
            """Return what an epoch's mean is taken of."""
            return list(self._means.values())

        def compile(self, optimizer: Any, d_optimizer: Any) -> None:
            """Take one optimizer for each net."""
            super().compile(optimizer=optimizer, jit_compile=False)
            optimizer.build(self.generator.trainable_variables)
            self.d_optimizer = d_optimizer
            d_optimizer.build(self.discriminator.trainable_variables)

        def call(self, latents: Any, training: bool = False) -> Any:
            """Return pictures in -1..1."""
            return self.average(latents, training=False)

        def train_step(self, data: Any) -> dict[str, Any]:
            """Teach the discriminator a batch, then the generator what it thinks."""
            batch = data[0] if isinstance(data, (tuple, list)) else data
            real = tensorflow.cast(batch, "float32") / 127.5 - 1.0
            count = tensorflow.shape(real)[0]
            # By step, not by a running state: a resumed training goes on alike.
            step = tensorflow.cast(self.optimizer.iterations, "int32")
            latents = tensorflow.random.stateless_normal(
                (count, self.latent), seed=tensorflow.stack([self.seed, step])
            )
            loss_of = keras.ops.binary_crossentropy
            with tensorflow.GradientTape(persistent=True) as tape:
                fake = self.generator(latents, training=True)
                on_real = self.discriminator(real, training=True)
                on_fake = self.discriminator(fake, training=True)
                ones = tensorflow.ones_like(on_fake)
                d_loss = tensorflow.reduce_mean(
                    loss_of(_REAL * ones, on_real, from_logits=True)
                    + loss_of(0 * ones, on_fake, from_logits=True)
                )
                # Not the negative of d_loss, which is flat where the net is beaten.
                g_loss = tensorflow.reduce_mean(
                    loss_of(ones, on_fake, from_logits=True)
                )
            for net, loss, optimizer in (
                (self.discriminator, d_loss, self.d_optimizer),
                (self.generator, g_loss, self.optimizer),
            ):
                variables = net.trainable_variables
                optimizer.apply(tape.gradient(loss, variables), variables)
            del tape
            # Young nets forget fast, or the first noise would stay for long.
            young = (1.0 + tensorflow.cast(step, "float32")) / (
                10.0 + tensorflow.cast(step, "float32")
            )
            keep = tensorflow.minimum(_KEPT, young)
            for mean, value in zip(
                self.average.weights, self.generator.weights, strict=True
            ):
                mean.assign(keep * mean + (1.0 - keep) * value)
            values = {
                "d_loss": d_loss,
                "g_loss": g_loss,
                "real": tensorflow.sigmoid(on_real),
                "fake": tensorflow.sigmoid(on_fake),
            }
            for key, value in values.items():
                self._means[key].update_state(value)
            return {key: each.result() for key, each in self._means.items()}

        def get_config(self) -> dict[str, Any]:
            """Return what makes the model again."""
            return {
                "generator": keras.saving.serialize_keras_object(self.generator),
                "discriminator": keras.saving.serialize_keras_object(
                    self.discriminator
                ),
                "seed": self.seed,
            }

        @classmethod
        def from_config(cls, config: dict[str, Any]) -> Any:
            """Make the model of its configuration."""
            nets = {
                key: keras.saving.deserialize_keras_object(config[key])
                for key in ("generator", "discriminator")
            }
            return cls(**nets, seed=config["seed"])

    return Gan
