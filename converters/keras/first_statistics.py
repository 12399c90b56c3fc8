"""What a model's first normalizing layer saw in training, against what it sees now.

A BatchNormalization keeps mean and variance of the values that passed through it in
training. Pixels of another scale give it other values, so the scale of the training is
the one under which both agree. Nobody has to know what the pictures show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .inputs import middle_values
from .layers import every_layer
from .source_model import SourceModel

# Where both are there, a Normalization may be an application's own, with ImageNet's
# figures in it whatever it was trained on.
_KINDS: Final = ("BatchNormalization", "Normalization")
# Channels that hardly ever answer have variances near 0, of which no ratio says much.
_SHARE_OF_MEAN_VARIANCE: Final = 1e-3
_MOST: Final = 10.0

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FirstStatistics:
    """The statistics that the first normalizing layer of a model keeps.

    Attributes:
        layer: The layer's name.
        kind: BatchNormalization or Normalization.
        mean: float64 (channels,).
        variance: float64 (channels,), 0 or more.
        is_frozen: Whether the last training left the layer as it was: its statistics
            may then come from an earlier training, on pixels of another scale.
        epsilon: What the layer adds to the variance; what is far smaller makes no
            difference to it.
    """

    layer: str
    kind: str
    mean: Values
    variance: Values
    is_frozen: bool
    epsilon: float = 0.0

    @property
    def is_trained(self) -> bool:
        """Return whether the statistics come from data, not from the initializers."""
        return not (np.all(self.mean == 0) and np.all(self.variance == 1))

    def distance(self, values: npt.ArrayLike) -> float:
        """Return how far values are from those of the training; 0 means equal.

        It is the mean over the channels of the root of the squared distance of the
        means, in standard deviations, and of the squared logarithm of the ratio of the
        standard deviations. A channel counts 14 at most.

        Args:
            values: float (..., channels).
        """
        seen = np.asarray(values, np.float64).reshape(-1, len(self.mean))
        floor = _SHARE_OF_MEAN_VARIANCE * float(self.variance.mean()) + 1e-12
        floor = max(floor, self.epsilon)
        stored, now = self.variance + floor, seen.var(axis=0) + floor
        moved = np.abs(seen.mean(axis=0) - self.mean) / np.sqrt(stored)
        wider = np.abs(np.log(now / stored)) / 2
        return float(
            np.hypot(np.minimum(moved, _MOST), np.minimum(wider, _MOST)).mean()
        )


class _ReachedError(BaseException):
    """The end of a pass through a model: its first normalizing layer is reached.

    No Exception: Keras catches those, and raises others that have lost the values.
    """

    def __init__(self, layer: Any, values: Any) -> None:
        super().__init__()
        self.layer, self.values = layer, values


class StatisticsReader:
    """Run a model up to its first normalizing layer.

    Args:
        model: The model; a SavedModel has no layers to look at.
    """

    def __init__(self, model: SourceModel) -> None:
        self._model = model
        self._layers: list[Any] = []
        if model.keras is not None and model.image is not None:
            every = list(every_layer(model.keras))
            kinds = (
                [layer for layer in every if type(layer).__name__ == kind]
                for kind in _KINDS
            )
            self._layers = next((layers for layers in kinds if layers), [])

    def read(
        self, batch: npt.NDArray[np.float32]
    ) -> tuple[FirstStatistics, npt.NDArray[Any]] | None:
        """Return the first normalizing layer's statistics, and what it gets now.

        Args:
            batch: float32 (N, H, W, C), what the model takes.

        Returns:
            None means that the model has no such layer, or one for another axis.
        """
        if not self._layers or self._model.image is None:
            return None
        import tensorflow as tf

        tensor = tf.cast(tf.constant(batch), self._model.image.dtype)
        shapes = {
            x.name: (1, *(size or 1 for size in x.shape))
            for x in self._model.inputs[1:]
        }
        others = middle_values(self._model, shapes, len(batch))
        for layer in self._layers:
            layer.call = _stop_at(layer)
        try:
            self._model.call([tensor, *map(tf.constant, others)])
        except _ReachedError as reached:
            return _statistics(reached, self._model.keras)
        finally:
            for layer in self._layers:
                del layer.call
        return None


def _stop_at(layer: Any) -> Any:
    def call(values: Any, *_: Any, **__: Any) -> Any:
        raise _ReachedError(layer, values)

    return call


def _statistics(
    reached: _ReachedError, model: Any
) -> tuple[FirstStatistics, npt.NDArray[Any]] | None:
    layer, values = reached.layer, np.asarray(reached.values)
    kind = type(layer).__name__
    if kind == "Normalization":
        mean, variance = layer.mean, layer.variance
    else:
        mean, variance = layer.moving_mean, layer.moving_variance
    means, variances = (
        np.asarray(part, np.float64).reshape(-1) for part in (mean, variance)
    )
    channels = values.shape[-1]
    if means.size not in (1, channels):
        return None  # the layer's axis is not the last one
    return (
        FirstStatistics(
            layer=str(layer.name),
            kind=kind,
            mean=np.broadcast_to(means, channels),
            variance=np.broadcast_to(variances, channels),
            is_frozen=not layer.trainable or _runs_as_inference(model),
            epsilon=0.0 if kind == "Normalization" else float(layer.epsilon),
        ),
        values,
    )


def _runs_as_inference(model: Any) -> bool:
    """Return whether a part of the model was called with ``training=False``.

    This is how Keras' guide builds a classifier on a trained network: the statistics in
    it are then still those of the earlier training.
    """
    try:
        config = model.get_config()
    except NotImplementedError:
        return False
    return any(value is False for value in _training_arguments(config, inside=False))


def _training_arguments(value: Any, *, inside: bool) -> Iterator[Any]:
    if isinstance(value, dict):
        if inside and "training" in value:
            yield value["training"]
        for key, item in value.items():
            yield from _training_arguments(
                item, inside=inside or key == "inbound_nodes"
            )
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _training_arguments(item, inside=inside)
