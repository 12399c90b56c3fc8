"""Recognise what a model's outputs mean from their shapes and last operations.

Only what is unambiguous is recognised; anything else is asked of the caller. A decoder
names its functions here (``find_...`` and ``prove_...``) in its entry of ``DECODERS``;
those for YOLO are in ``yolo_heads.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ...registry import load
from ..decoders import DECODERS
from ..tflite import ModelFile, Tensor
from .last_operation import (
    POST_PROCESS,
    classifier_activation,
    computed_tensor,
    last_operation,
    mask_activation,
    pixel_range,
)

Proof = tuple[Mapping[str, Any], Mapping[str, str]]
"""Options by name, and for each what proves it."""

_POOLING: Final = frozenset({"AVERAGE_POOL_2D", "MEAN", "L2_NORMALIZATION"})


@dataclass(frozen=True)
class Recognition:
    """The decoder that reads a model's outputs, and what shows it.

    Attributes:
        decoder: A decoder's name.
        evidence: What proves it, in words.
        options: Options of the decoder that the tensors prove.
        option_evidence: What proves each option, in words.
    """

    decoder: str
    evidence: str
    options: Mapping[str, Any] = field(default_factory=dict)
    option_evidence: Mapping[str, str] = field(default_factory=dict)

    @property
    def task(self) -> str:
        """Return the task of the decoder."""
        return DECODERS[self.decoder].task


def recognise(model: ModelFile) -> Recognition | None:
    """Return the decoder that the tensors prove, None when they prove none."""
    for name in DECODERS:
        recognition = recognise_as(name, model)
        if recognition is not None:
            return recognition
    return None


def recognise_as(decoder: str, model: ModelFile) -> Recognition | None:
    """Return what shows that one decoder reads a file's outputs, None when nothing."""
    where = DECODERS[decoder].recognise
    recognition: Recognition | None = load(where)(model) if where else None
    return recognition


def proven_options(model: ModelFile, decoder: str, label_count: int = 0) -> Proof:
    """Return the options of a decoder that the tensors prove, and what proves each.

    Args:
        model: The file.
        decoder: A decoder's name; nothing is proved for one that is not in the table.
        label_count: Number of labels; 0 when they are not known.
    """
    entry = DECODERS.get(decoder)
    if entry is None or not entry.prove:
        return {}, {}
    proof: Proof = load(entry.prove)(model, label_count)
    return proof


def find_post_process(model: ModelFile) -> Recognition | None:
    """Recognise the four outputs of ``TFLite_Detection_PostProcess``."""
    if len(model.outputs) != 4:
        return None
    maker = last_operation(model, model.output_tensors[0].index)
    if maker is None or maker.name != POST_PROCESS:
        return None
    options, evidence = prove_roles(model)
    return Recognition(
        "ssd-op", f"its last operation is {POST_PROCESS}", options, evidence
    )


def prove_roles(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove which output of the post-processing operation each output is."""
    from ..decoders.ssd import ROLES

    maker = last_operation(model, model.output_tensors[0].index)
    if maker is None or maker.name != POST_PROCESS:
        return {}, {}
    role_of = dict(zip(maker.outputs, ROLES, strict=False))
    roles = [
        role_of.get(computed_tensor(model, tensor.index), "")
        for tensor in model.output_tensors
    ]
    if sorted(roles) != sorted(ROLES):
        return {}, {}
    why = f"the order in which {POST_PROCESS} makes its outputs"
    return {"roles": roles}, {"roles": why}


def find_pose(model: ModelFile) -> Recognition | None:
    """Recognise MoveNet's one output of 17 keypoints."""
    output = _single_output(model)
    if output is None or output.shape != (1, 1, 17, 3):
        return None
    return Recognition("pose", "one output 1x1x17x3: 17 keypoints of y, x, score")


def find_segmentation(model: ModelFile) -> Recognition | None:
    """Recognise a map of classes, or of a score per class."""
    output = _single_output(model)
    if output is None or len(output.shape) not in (3, 4) or output.shape[0] != 1:
        return None
    is_map = len(output.shape) == 3 or output.shape[3] == 1
    rows, columns = output.shape[1:3]
    if not is_map and min(rows, columns) >= 8 and output.shape[3] not in (2, 3, 4):
        # Two to four channels may as well be a picture or a flow.
        return Recognition(
            "segmentation", f"one output {shape_words(output)}: scores for every pixel"
        )
    if (
        is_map
        and min(rows, columns) >= 8
        and (output.type_name in ("INT64", "INT32", "UINT8"))
    ):
        maker = last_operation(model, output.index)
        if maker is not None and maker.name == "ARG_MAX":
            return Recognition(
                "segmentation", f"one output {shape_words(output)} made by ARG_MAX"
            )
    return None


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
        "classifier", f"one output {shape_words(output)}", options, evidence
    )


def prove_activation(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove whether a classifier's output holds scores or logits."""
    if len(model.outputs) != 1:
        return {}, {}
    activation, evidence = classifier_activation(model)
    return {"activation": activation}, {"activation": evidence}


def prove_mask(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove whether a mask of one channel holds scores or logits."""
    output = _single_output(model)
    if output is None or not output.shape or output.size != _cells(output):
        return {}, {}
    if output.type_name in ("INT64", "INT32", "BOOL"):
        return {}, {}
    if not (output.type_name.startswith("FLOAT") or model.outputs[0].is_quantized):
        return {}, {}
    activation, evidence = mask_activation(model)
    return {"activation": activation}, {"activation": evidence}


def prove_pixels(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove which values of a picture are black and white."""
    if len(model.outputs) != 1:
        return {}, {}
    proof = pixel_range(model)
    if proof is None:
        return {}, {}
    low, high, words = proof
    std = 255 / (high - low)
    return {"mean": 0.0 - low * std, "std": std}, {"mean": words, "std": words}


def _cells(output: Tensor) -> int:
    """Return the number of pixels of a map with one channel; 0 for anything else."""
    shape = output.shape
    if len(shape) not in (3, 4) or (len(shape) == 4 and shape[3] != 1):
        return 0
    return shape[1] * shape[2] if shape[0] == 1 else 0


def _vector(model: ModelFile) -> Tensor | None:
    output = _single_output(model)
    if output is None or output.shape[-1:] < (2,) or output.size != output.shape[-1]:
        return None
    return output if len(output.shape) in (1, 2, 4) else None


def _single_output(model: ModelFile) -> Tensor | None:
    outputs = model.output_tensors
    return outputs[0] if len(outputs) == 1 else None


def shape_words(tensor: Tensor) -> str:
    """Return a tensor's shape as text."""
    return "x".join(map(str, tensor.shape)) or "without a shape"


def numbers_question(model: ModelFile) -> str:
    """Return what to ask about outputs that are single numbers; "" for others."""
    # A shape of () may also mean that the file does not say it.
    sizes = {spec.size if spec.shape else 0 for spec in model.outputs}
    if sizes != {1}:
        return ""
    single = len(model.outputs) == 1
    example = "age" if single else "angle,throttle"
    other = ", or --decoder classifier for the score of one of two classes"
    shapes = ", ".join(map(shape_words, model.output_tensors))
    return (
        f"The outputs of {model.name} ({shapes}) are single numbers, and nothing says "
        f"what they mean. Pass --task values, with --option names={example}, for "
        f"numbers such as an age or an angle{other if single else ''}."
    )
