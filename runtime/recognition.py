"""Recognise what a model's outputs mean from their shapes and last operations.

Only what is unambiguous is recognised; anything else is asked of the caller. A new
family is one function here and its name in ``RULES``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .model_file import ModelFile, Operator, Tensor

DECODER_TASKS: Final = {
    "classifier": "classification",
    "ssd-op": "detection",
    "ssd": "detection",
    "yolo": "detection",
    "segmentation": "segmentation",
    "pose": "pose",
    "embedding": "embedding",
}
"""Decoder -> the task whose results it gives."""

POST_PROCESS: Final = "TFLite_Detection_PostProcess"
LETTERBOXED: Final = frozenset({"yolo"})
"""Decoders whose models are trained on letterboxed pictures."""

_PASSING: Final = frozenset({"QUANTIZE", "DEQUANTIZE", "RESHAPE", "SQUEEZE", "CAST"})
_POOLING: Final = frozenset({"AVERAGE_POOL_2D", "MEAN", "L2_NORMALIZATION"})


@dataclass(frozen=True)
class Recognition:
    """Say which decoder reads a model's outputs, and why.

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
        return DECODER_TASKS[self.decoder]


def recognise(model: ModelFile) -> Recognition | None:
    """Return the decoder that the tensors prove, None when they prove none."""
    for rule in RULES:
        found = rule(model)
        if found is not None:
            return found
    return None


def last_operation(model: ModelFile, output: int) -> Operator | None:
    """Return the operation that computes an output, past those that only reshape."""
    makers = {index: op for op in model.operators for index in op.outputs}
    maker = makers.get(output)
    # Bounded by the number of operations: a hostile graph may be a circle.
    for _ in model.operators:
        if maker is None or maker.name not in _PASSING or not maker.inputs:
            break
        maker = makers.get(maker.inputs[0])
    return maker


def classifier_activation(model: ModelFile) -> tuple[str, str]:
    """Return what turns the first output into scores, and what proves it.

    Returns:
        ``none`` for outputs that are scores already or ``softmax`` for logits; and the
        evidence in words.
    """
    maker = last_operation(model, model.output_tensors[0].index)
    name = maker.name if maker else "no operation"
    if name in ("SOFTMAX", "LOGISTIC"):
        return "none", f"the last operation is {name}: outputs are scores"
    return "softmax", f"the last operation is {name}: outputs are logits"


def _post_process(model: ModelFile) -> Recognition | None:
    if len(model.outputs) != 4:
        return None
    maker = last_operation(model, model.output_tensors[0].index)
    if maker is None or maker.name != POST_PROCESS:
        return None
    return Recognition("ssd-op", f"its last operation is {POST_PROCESS}")


def _pose(model: ModelFile) -> Recognition | None:
    output = _single_output(model)
    if output is None or output.shape != (1, 1, 17, 3):
        return None
    return Recognition("pose", "one output 1x1x17x3: 17 keypoints of y, x, score")


def _classes_per_pixel(model: ModelFile) -> Recognition | None:
    output = _single_output(model)
    if output is None or len(output.shape) not in (3, 4) or output.shape[0] != 1:
        return None
    is_map = len(output.shape) == 3 or output.shape[3] == 1
    rows, columns = output.shape[1:3]
    if (
        is_map
        and min(rows, columns) >= 8
        and (output.type_name in ("INT64", "INT32", "UINT8"))
    ):
        maker = last_operation(model, output.index)
        if maker is not None and maker.name == "ARG_MAX":
            return Recognition(
                "segmentation", f"one output {_shape(output)} made by ARG_MAX"
            )
    return None


def _classifier(model: ModelFile) -> Recognition | None:
    output = _single_output(model)
    if output is None or output.shape[-1:] < (2,) or output.size != output.shape[-1]:
        return None
    if len(output.shape) not in (1, 2, 4):
        return None
    maker = last_operation(model, output.index)
    name = maker.name if maker else "no operation"
    if name in _POOLING:
        return Recognition(
            "embedding", f"one output {_shape(output)} made by {name}, without scores"
        )
    activation, evidence = classifier_activation(model)
    return Recognition(
        "classifier",
        f"one output {_shape(output)}",
        {"activation": activation},
        {"activation": evidence},
    )


def _single_output(model: ModelFile) -> Tensor | None:
    outputs = model.output_tensors
    return outputs[0] if len(outputs) == 1 else None


def _shape(tensor: Tensor) -> str:
    return "x".join(map(str, tensor.shape)) or "without a shape"


RULES: Final[tuple[Callable[[ModelFile], Recognition | None], ...]] = (
    _post_process,
    _pose,
    _classes_per_pixel,
    _classifier,
)
"""Tried in this order; the first that recognises a model wins."""
