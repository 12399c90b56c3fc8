"""Recognise outputs that are one vector or single numbers."""

from __future__ import annotations

from typing import Final

from ...tflite import ModelFile, Tensor
from .answer import Proof, Recognition, shape_words, single_output
from .last_operation import classifier_activation, last_operation

_POOLING: Final = frozenset({"AVERAGE_POOL_2D", "MEAN", "L2_NORMALIZATION"})


def find_embedding(model: ModelFile) -> Recognition | None:
    """Recognise a vector that pooling made, without scores."""
    output = _vector(model)
    if output is None:
        return None
    maker = last_operation(model, output.index)
    if maker is None or maker.name not in _POOLING:
        return None
    return Recognition(
        "embedding",
        f"one output {shape_words(output)} made by {maker.name}, without scores",
    )


def find_classifier(model: ModelFile) -> Recognition | None:
    """Recognise any other vector."""
    output = _vector(model)
    if output is None:
        return None
    options, evidence = prove_activation(model)
    return Recognition(
        "classifier",
        f"one output {shape_words(output)}",
        options,
        evidence,
        is_proven=False,
    )


def prove_activation(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove whether a classifier's output holds scores or logits."""
    if len(model.outputs) != 1:
        return {}, {}
    activation, evidence = classifier_activation(model)
    return {"activation": activation}, {"activation": evidence}


def numbers_question(model: ModelFile) -> str:
    """Return what to ask about outputs that are single numbers; "" for others."""
    # A shape of () may also mean that the file does not say it.
    sizes = {spec.size if spec.shape else 0 for spec in model.outputs}
    if sizes != {1}:
        return ""
    single = len(model.outputs) == 1
    example = "age" if single else "angle,throttle"
    other = ", or --task classification for the score of one of two classes"
    shapes = ", ".join(map(shape_words, model.output_tensors))
    return (
        f"The outputs of {model.name} ({shapes}) are single numbers, and nothing says "
        f"what they mean. Pass --task values --option names={example} for numbers "
        f"such as an age or an angle{other if single else ''}."
    )


def _vector(model: ModelFile) -> Tensor | None:
    output = single_output(model)
    if output is None or output.shape[-1:] < (2,) or output.size != output.shape[-1]:
        return None
    return output if len(output.shape) in (1, 2, 4) else None
