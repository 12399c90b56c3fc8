"""How a model was trained: the losses and metrics that its file states.

Keras writes what ``model.compile`` was called with into every file of a trained model,
in a spelling of its own per version. It is read here without TensorFlow, and a file
whose training nobody can read is as good as one that says nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_MAX_DEPTH: Final = 8
_MAX_ITEMS: Final = 1000
_SHORT: Final = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "bce": "binary_crossentropy",
    "cce": "categorical_crossentropy",
    "kld": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "cosine_proximity": "cosine_similarity",
    "log_cosh": "logcosh",
    "huber_loss": "huber",
    "acc": "accuracy",
    "auc": "auc",
}
_WRAPPERS: Final = ("LossFunctionWrapper", "MeanMetricWrapper", "function")
# Modules before the name of a function: "keras.losses>mse", "keras.src.losses.mse".
_PLACE: Final = re.compile(r"^.*[>./:]")


@dataclass(frozen=True)
class OutputTraining:
    """How one output was trained.

    Attributes:
        loss: The loss in Keras' long spelling, such as ``mean_squared_error``, or the
            name of the user's own function; "" means that nothing is stated.
        from_logits: Whether the loss takes logits; None means that it is not stated.
        metrics: The names of its metrics, as the loss is spelled.
    """

    loss: str = ""
    from_logits: bool | None = None
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrainingConfig:
    """What ``model.compile`` was called with.

    Attributes:
        losses: The loss per output: by name, by position as text, or "" for all.
        from_logits: What each loss says of logits, by the same keys.
        metrics: The names of the metrics, by the same keys.
    """

    losses: Mapping[str, str]
    from_logits: Mapping[str, bool]
    metrics: Mapping[str, tuple[str, ...]]

    def of_output(self, position: int, name: str = "") -> OutputTraining:
        """Return what is stated of one output.

        Args:
            position: Its place among the model's outputs.
            name: Its name, which is also the name of the layer that makes it.
        """
        keys = [key for key in (name, str(position)) if key] + [""]
        stated = next((key for key in keys if key in self.losses), None)
        metrics = next((self.metrics[k] for k in keys if k in self.metrics), ())
        if stated is None:
            return OutputTraining(metrics=metrics)
        return OutputTraining(
            self.losses[stated], self.from_logits.get(stated), metrics
        )

    def outputs(self) -> tuple[OutputTraining, ...]:
        """Return what is stated of each output that has a key of its own, or of all."""
        keys = [key for key in self.losses if key] or list(self.losses)
        return tuple(
            self.of_output(int(key) if key.isdigit() else 0, key) for key in keys
        )


def parse_training(config: Any) -> TrainingConfig | None:
    """Return losses and metrics of a compile configuration in any spelling.

    Args:
        config: The configuration or its JSON text, of Keras 1, 2 or 3. It is never an
            error: what cannot be read is not stated.
    """
    if isinstance(config, bytes):
        config = config.decode("utf-8", "replace")
    if isinstance(config, str):
        try:
            config = json.loads(config)
        except (ValueError, RecursionError):
            return None
    if not isinstance(config, Mapping):
        return None
    losses: dict[str, str] = {}
    logits: dict[str, bool] = {}
    for key, item in _per_output(config.get("loss")):
        name = _name(item)
        if name:
            losses[key] = name
            stated = _from_logits(item)
            if stated is not None:
                logits[key] = stated
    if not losses:
        return None
    metrics: dict[str, tuple[str, ...]] = {}
    for part in ("metrics", "weighted_metrics"):
        for key, names in _metrics(config.get(part), len(losses)):
            metrics[key] = metrics.get(key, ()) + names
    return TrainingConfig(losses, logits, metrics)


def _per_output(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the loss of each output with its key."""
    if isinstance(value, Mapping) and not _is_object(value):
        for name, item in list(value.items())[:_MAX_ITEMS]:
            yield str(name), _first(item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if len(value) == 1:
            yield "", _first(value[0])
            return
        for i, item in enumerate(value[:_MAX_ITEMS]):
            yield str(i), _first(item)
    elif value is not None:
        yield "", value


def _first(value: Any) -> Any:
    """Return the only item of a list in a list, as some versions write it."""
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 1:
        return value[0]
    return value


def _metrics(value: Any, outputs: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the names of each output's metrics with its key."""
    if isinstance(value, Mapping) and not _is_object(value):
        for name, item in list(value.items())[:_MAX_ITEMS]:
            yield str(name), tuple(_names(item))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        nested = [isinstance(item, (list, tuple)) or item is None for item in value]
        if outputs > 1 and len(value) == outputs and all(nested):
            for i, item in enumerate(value):
                yield str(i), tuple(_names(item))
        else:
            yield "", tuple(_names(value))
    elif value is not None:
        yield "", tuple(_names(value))


def _names(value: Any, depth: int = 0) -> Iterator[str]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, Sequence) and not isinstance(value, str):
        for item in value[:_MAX_ITEMS]:
            yield from _names(item, depth + 1)
        return
    name = _metric_name(value)
    if name:
        yield name


def _metric_name(value: Any) -> str:
    """Return a metric's name as its author wrote it.

    Keras replaces ``accuracy`` by one that fits the outputs and keeps the name: the
    function is Keras' choice then and says nothing of the labels.
    """
    if isinstance(value, Mapping):
        inner = value.get("config")
        if isinstance(inner, Mapping) and inner.get("name") in ("accuracy", "acc"):
            return "accuracy"
    return _name(value)


def _is_object(value: Mapping[str, Any]) -> bool:
    """Return whether a dict describes one object, and is no dict of outputs."""
    return isinstance(value.get("class_name"), str)


def _name(value: Any, depth: int = 0) -> str:
    """Return the name of a loss or metric in Keras' long spelling, or ""."""
    if isinstance(value, str):
        return _spelled(value)
    if not isinstance(value, Mapping) or depth > _MAX_DEPTH:
        return ""
    kind, inner = value.get("class_name"), value.get("config")
    if kind in _WRAPPERS or kind is None:
        if isinstance(inner, str):
            return _spelled(inner)
        if isinstance(inner, Mapping):
            for key in ("fn", "name"):
                name = _name(inner.get(key), depth + 1)
                if name:
                    return name
        return _spelled(str(value.get("registered_name") or ""))
    return _spelled(str(kind))


def _spelled(text: str) -> str:
    bare = _PLACE.sub("", text.strip())[:200]
    if bare.strip("_<>") in ("", "function", "lambda"):
        return ""
    if not bare.isupper():
        bare = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", bare)
    bare = bare.lower().replace("io_u", "iou").replace("cross_entropy", "crossentropy")
    bare = re.sub(r"_+", "_", bare)
    return _SHORT.get(bare, bare)


def _from_logits(value: Any, depth: int = 0) -> bool | None:
    """Return the argument ``from_logits`` wherever a version writes it."""
    if not isinstance(value, Mapping) or depth > _MAX_DEPTH:
        return None
    stated = value.get("from_logits")
    if isinstance(stated, bool):
        return stated
    for key in ("config", "fn_kwargs", "kwargs"):
        inner = _from_logits(value.get(key), depth + 1)
        if inner is not None:
            return inner
    return None
