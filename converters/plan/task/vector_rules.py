"""The task of a model that answers with a row of numbers.

The rules are tried in the order of belief: the loss and metrics of the file, the last
operations, the labels and folders at hand, the values.
"""

from __future__ import annotations

from typing import Final

from ...keras.training import LossFamily, counts_classes, counts_one_class, family_of
from .model_facts import ModelFacts, OutputFacts
from .reading import (
    CLASSES,
    EMBEDDING,
    MULTI_LABEL,
    RAW,
    VALUES,
    Decision,
    assumed,
    open_between,
    proven,
)

_FEW: Final = 4
"""So many numbers of a tanh are controls, such as steering; more may be a code."""


def decide_vector(model: ModelFacts, output: OutputFacts) -> Decision:
    """Return the readings that remain of an output that is a row of numbers."""
    loss, metrics = output.training.loss, output.training.metrics
    family = family_of(loss, metrics)
    decision = None
    if family:
        decision = _by_loss(family, model, output)
    return decision or _by_the_rest(model, output)


def activation_for(output: OutputFacts, *, exclusive: bool = True) -> str:
    """Return the activation that turns a vector into scores.

    Args:
        output: A row of scores or logits.
        exclusive: Whether its classes exclude each other.
    """
    if not output.training.from_logits and (
        output.is_unit or output.head.activation in ("softmax", "sigmoid")
    ):
        return "none"
    return "softmax" if exclusive and output.rows.shape[1] > 1 else "sigmoid"


def _by_loss(
    family: LossFamily, model: ModelFacts, output: OutputFacts
) -> Decision | None:
    source = f"the loss {output.training.loss}"
    count = output.rows.shape[1]
    if family in (LossFamily.CATEGORICAL, LossFamily.HINGE):
        if count == 1 and family == LossFamily.CATEGORICAL:
            return open_between(f"{source} on one number", CLASSES, VALUES)
        return proven(CLASSES, source)
    if family in (LossFamily.BINARY, LossFamily.CROSSENTROPY):
        return _by_crossentropy(family, model, output, source)
    if family == LossFamily.NUMBERS:
        return _by_distance(model, output, source)
    if family == LossFamily.EMBEDDING and count > 1:
        return proven(EMBEDDING, source)
    if family == LossFamily.DIVERGENCE and _is_softmax(output):
        return proven(CLASSES, f"{source} on a softmax")
    if family == LossFamily.TEXT:
        return open_between(f"{source} of a text reader", RAW)
    return None


def _by_crossentropy(
    family: LossFamily, model: ModelFacts, output: OutputFacts, source: str
) -> Decision | None:
    count = output.rows.shape[1]
    if count == 1:
        return proven(CLASSES, source)
    if _is_softmax(output):
        return proven(CLASSES, f"{source} on a softmax")
    if family == LossFamily.CROSSENTROPY and output.head.activation != "sigmoid":
        return None
    if counts_one_class(output.training.metrics):
        return proven(CLASSES, f"{source} and the metric categorical_accuracy")
    if model.folders == count:
        return proven(CLASSES, f"{source} and the {count} class folders")
    if output.excludes and output.head.activation == "sigmoid":
        return proven(CLASSES, f"{source} on scores that add up to about 1")
    if count == 2:
        return open_between(f"{source} on two scores", CLASSES, MULTI_LABEL)
    return proven(MULTI_LABEL, f"{source} on {count} independent scores")


def _by_distance(model: ModelFacts, output: OutputFacts, source: str) -> Decision:
    """Decide by a loss that measures how far numbers are off."""
    count = output.rows.shape[1]
    if _is_softmax(output):
        return proven(CLASSES, f"the softmax at its end, with {source}")
    if output.is_normalized and not output.is_unit:
        return proven(EMBEDDING, "its vectors, which all have the length 1")
    counted = counts_classes(output.training.metrics)
    fits = model.folders == max(count, 2) or model.labels == max(count, 2)
    if output.head.activation == "sigmoid" and (counted or fits):
        why = "a metric of classes" if counted else "as many classes at hand"
        return open_between(f"{source} on sigmoids, but {why}", VALUES, CLASSES)
    return proven(VALUES, source)


def _by_the_rest(model: ModelFacts, output: OutputFacts) -> Decision:
    count = output.rows.shape[1]
    head = output.head
    if head.activation == "argmax":
        return open_between("an argmax, which hides the scores", RAW)
    if _is_softmax(output):
        if head.activation == "softmax":
            return proven(CLASSES, "the softmax at its end")
        return proven(CLASSES, "its outputs, which add up to 1")
    if output.is_normalized and not output.is_unit:
        return proven(EMBEDDING, "its vectors, which all have the length 1")
    if count == 1:
        return _one_number(model, output)
    if model.folders == count and not model.labels:
        return proven(CLASSES, f"the {count} class folders")
    if head.activation == "sigmoid":
        if model.folders == count:
            return proven(CLASSES, f"the {count} class folders")
        if output.excludes:
            return proven(CLASSES, "its scores, which add up to about 1")
        if model.labels == count:
            return open_between(
                f"{count} sigmoids and as many labels", CLASSES, MULTI_LABEL
            )
        return open_between(f"{count} sigmoids", MULTI_LABEL, CLASSES, VALUES)
    if model.labels == count:
        return proven(CLASSES, f"the {count} labels")
    if head.maker == "pooling":
        return proven(EMBEDDING, "the pooling at its end, without a layer of scores")
    if head.activation == "tanh" and count <= _FEW:
        return assumed(VALUES, f"{count} numbers of a tanh")
    if head.activation == "tanh":
        return open_between(f"{count} numbers of a tanh", EMBEDDING, VALUES)
    if head.maker == "features" or head.activation != "linear":
        return open_between(f"{count} features", EMBEDDING, VALUES, RAW)
    return open_between(
        f"{count} numbers without an activation", CLASSES, VALUES, EMBEDDING
    )


def _one_number(model: ModelFacts, output: OutputFacts) -> Decision:
    kind = output.head.activation
    for count, what in ((model.folders, "class folders"), (model.labels, "labels")):
        if count == 2 and kind in ("sigmoid", "linear"):
            return proven(CLASSES, f"the two {what}")
    if kind == "sigmoid" and not output.head.is_scaled:
        return assumed(CLASSES, "one sigmoid, most often the score of two classes")
    if kind == "linear":
        return open_between("one number without an activation", VALUES, CLASSES)
    return assumed(VALUES, f"one number of a {kind}")


def _is_softmax(output: OutputFacts) -> bool:
    return output.rows.shape[1] > 1 and (
        output.head.activation == "softmax" or output.is_softmax
    )
