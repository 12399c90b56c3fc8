"""Recognise outputs that are one vector or single numbers."""

from __future__ import annotations

from typing import Final

from ....errors import ModelError
from ...tflite import ModelFile, Tensor
from .answer import Proof, Recognition, shape_words, single_output
from .last_operation import classifier_activation, last_operation, several_labels

_SCORE_TYPES: Final = frozenset({"FLOAT32", "FLOAT16", "INT8", "UINT8", "INT16"})
_POINTS: Final = frozenset({42, 63, 136, 196, 212, 936, 956, 1404, 1434})
"""Lengths of vectors of the usual numbers of points, two or three values each: 21 of a
hand, 68, 98 and 106 of a face, 468 and 478 of a mesh."""
_NUMBERS: Final = frozenset({2, 4})
"""Lengths of a point, of an angle's sine and cosine, and of a box."""
_EMBEDDING: Final = 64
"""Embeddings have a multiple of this many values; class counts rarely."""
_STYLE: Final = (1, 1, 1, 100)
"""What magenta's style transfer predicts of a picture."""
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
    """Recognise any other vector, and ask about one of a length that others have."""
    output = _vector(model)
    if output is None or output.type_name not in _SCORE_TYPES:
        return None
    options, evidence = prove_activation(model)
    has_scores = options["activation"] == "none"
    return Recognition(
        "classifier",
        f"one output {shape_words(output)}",
        options,
        evidence,
        is_proven=False,
        question="" if has_scores else _question_of_length(model, output),
    )


def _question_of_length(model: ModelFile, output: Tensor) -> str:
    if output.size % _EMBEDDING == 0 or output.shape == _STYLE:
        other = "--decoder embedding for a vector to compare"
    elif output.size in _NUMBERS:
        other = (
            "--task values for numbers, such as a point, a box, or a sine and cosine"
        )
    elif output.size in _POINTS:
        other = (
            "--decoder landmarks --option units=normalized (or pixel, or signed: "
            "-1..1) for points"
        )
    else:
        return ""
    if _has_labels(model):
        return ""
    return (
        f"The output of {model.name} ({shape_words(output)}) does not end in a softmax "
        f"or sigmoid, so its numbers may be classes or something else. Pass --decoder "
        f"classifier for classes, or {other}."
    )


def _has_labels(model: ModelFile) -> bool:
    """Return whether TFLite Metadata name a file of labels."""
    try:
        metadata = model.tflite_metadata
    except ModelError:
        return False
    return metadata is not None and any(item.label_file for item in metadata.outputs)


def prove_activation(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove whether a classifier's output holds scores or logits."""
    if len(model.outputs) != 1:
        return {}, {}
    activation, evidence = classifier_activation(model)
    reasons = {"activation": evidence}
    several = several_labels(model)
    if several is not None:
        reasons["multi_label"] = several
    return {"activation": activation}, reasons


def numbers_question(model: ModelFile) -> str:
    """Return what to ask about outputs that are single numbers; "" for others."""
    # A shape of () may also mean that the file does not say it.
    sizes = {spec.size if spec.shape else 0 for spec in model.outputs}
    if sizes != {1}:
        return ""
    shapes = ", ".join(map(shape_words, model.output_tensors))
    if len(model.outputs) > 1:
        return (
            f"The outputs of {model.name} ({shapes}) are single numbers, and nothing "
            "says what they mean. Pass --task values --option names=angle,throttle, "
            "with names of your own."
        )
    return (
        f"The output of {model.name} ({shapes}) is a single number, and nothing says "
        "what it means. Pass --task values --option names=age for a number such as an "
        "age or an angle, or --task classification for the score of one of two classes."
    )


def _vector(model: ModelFile) -> Tensor | None:
    output = single_output(model)
    if output is not None and -1 in output.shape_signature[1:]:
        return None  # the file does not say how long it is
    # PyTorch's vectors are 1xNx1x1.
    if output is None or not 2 <= output.size == max(output.shape, default=0):
        return None
    return output if len(output.shape) in (1, 2, 4) else None
