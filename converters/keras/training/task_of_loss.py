"""The task that a file's loss says, without the model itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .loss_families import LossFamily, family_of, measures_overlap
from .training_config import OutputTraining, TrainingConfig

Layer = tuple[str, str, Mapping[str, Any]]
"""Kind, name and configuration of a layer."""

_VECTOR: Final = {
    LossFamily.CATEGORICAL: "classification",
    LossFamily.HINGE: "classification",
    LossFamily.NUMBERS: "values",
    LossFamily.EMBEDDING: "embedding",
}
_MAP: Final = {
    LossFamily.CATEGORICAL: "segmentation",
    LossFamily.OVERLAP: "segmentation",
    LossFamily.NUMBERS: "image",
}
# What numbers of a picture are trained by: 0..1, or any.
_OF_PIXELS: Final = (LossFamily.NUMBERS, LossFamily.BINARY, LossFamily.CROSSENTROPY)

# Layers that have rows and columns as their output.
_MAPS: Final = ("Conv2D", "UpSampling2D", "Cropping2D", "ZeroPadding2D", "Resizing")
_NOT_THE_END: Final = ("Activation", "Softmax", "ReLU", "BatchNormalization", "Dropout")


def stated_outputs(
    training: TrainingConfig | None, layers: Sequence[Layer], names: Sequence[str]
) -> list[dict[str, Any]]:
    """Return what a file states of its outputs: loss, metrics and the task by them.

    Args:
        training: What the file states; None means nothing.
        layers: All layers, in the file's order.
        names: The names of the layers that make the outputs, in order.
    """
    if training is None:
        return []
    stated = []
    for position, name in enumerate(names):
        output = training.of_output(position, name)
        if not output.loss:
            continue
        is_map, activation, units = _end(layers, name)
        task = task_by_loss(output, is_map=is_map, activation=activation, units=units)
        stated.append(
            {
                "output": name,
                "loss": output.loss,
                "from_logits": output.from_logits,
                "metrics": list(output.metrics),
                "task": task,
            }
        )
    return stated


def _end(layers: Sequence[Layer], name: str) -> tuple[bool, str, int | None]:
    """Return whether a layer makes maps, its activation, and its outputs per place."""
    places = [i for i, layer in enumerate(layers) if layer[1] == name]
    place = places[-1] if places else len(layers) - 1
    activation = ""
    for kind, _, config in reversed(layers[: place + 1]):
        stated = config.get("activation")
        if not activation and isinstance(stated, str) and stated != "linear":
            activation = stated
        if kind == "Softmax":
            activation = activation or "softmax"
        if kind in _NOT_THE_END:
            continue
        units = config.get("units", config.get("filters"))
        is_map = any(word in kind for word in _MAPS)
        return is_map, activation, units if isinstance(units, int) else None
    return False, activation, None


def task_by_loss(
    training: OutputTraining, *, is_map: bool, activation: str, units: int | None
) -> str:
    """Return the task, or several joined by "or"; "" where the loss does not say it.

    ``convert`` looks at more than this: at the graph, the data at hand and the answers.

    Args:
        training: What the file states of one output.
        is_map: Whether the output has rows and columns.
        activation: The activation of the last layer; "" where it is not stated.
        units: The last layer's number of outputs or channels; None where not stated.
    """
    family = family_of(training.loss, training.metrics)
    if family is None:
        return ""
    if activation == "softmax":
        return "segmentation" if is_map else "classification"
    if is_map and measures_overlap(training.metrics):
        return "segmentation"
    if family in (LossFamily.BINARY, LossFamily.CROSSENTROPY):
        if is_map:
            return "segmentation or image"
        if units == 1:
            return "classification"
        return "classification, perhaps with multi_label"
    return (_MAP if is_map else _VECTOR).get(family, "")


def may_be_picture(position: int, name: str, training: TrainingConfig | None) -> bool:
    """Return whether an output with as many numbers as a picture may be one.

    Args:
        position: The output's position in the model.
        name: Its name.
        training: What the file states; None means nothing.
    """
    if training is None:
        return True
    stated = training.of_output(position, name)
    family = family_of(stated.loss, stated.metrics)
    return family in (None, *_OF_PIXELS)
