"""The operation that computes an output, and what it says of the output's values."""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from ...tensors import TensorSpec
from ...tflite import ModelFile, Operator
from ..pixel_scale import real_range
from .answer import Assumption

POST_PROCESS: Final = "TFLite_Detection_PostProcess"
"""The custom operation that decodes and suppresses an SSD detector's boxes."""

_PASSING: Final = frozenset({"QUANTIZE", "DEQUANTIZE", "RESHAPE", "SQUEEZE", "CAST"})


MOVING: Final = _PASSING | {
    *("RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR", "DEPTH_TO_SPACE"),
    *("TRANSPOSE", "STRIDED_SLICE", "SLICE"),
}
"""Operations of maps whose values lie within those that they take."""

# Activations that are cut, such as a hard sigmoid's.
_CUTTING: Final = ("RELU", "RELU6", "RELU_0_TO_1", "MINIMUM", "MAXIMUM")
_PIXELS: Final = {"LOGISTIC": (0.0, 1.0), "TANH": (-1.0, 1.0)}


def last_operation(
    model: ModelFile, output: int, passing: Set[str] = _PASSING
) -> Operator | None:
    """Return the operation that computes an output, past those that only reshape."""
    return model.graph().makers.get(computed_tensor(model, output, passing))


def computed_tensor(model: ModelFile, output: int, passing: Set[str] = _PASSING) -> int:
    """Return the tensor behind an output, before operations that only reshape."""
    # Bounded by the number of operations: a hostile graph may be a circle.
    for _ in model.operators:
        maker = model.graph().makers.get(output)
        if maker is None or maker.name not in passing or not maker.inputs:
            break
        output = maker.inputs[0]
    return output


def last_name(model: ModelFile, output: int, passing: Set[str] = _PASSING) -> str:
    """Return the name of the operation that computes an output, "" for none.

    A softmax that is written as EXP divided by its SUM counts as SOFTMAX.
    """
    maker = last_operation(model, output, passing)
    if maker is None:
        return ""
    if maker.name == "DIV" and len(maker.inputs) == 2:
        above, below = (model.graph().makers.get(index) for index in maker.inputs)
        names = (above.name if above else "", below.name if below else "")
        if names == ("EXP", "SUM") and below and above:
            return "SOFTMAX" if below.inputs[0] in above.outputs else "DIV"
    return maker.name


def classifier_activation(
    model: ModelFile, position: int = 0
) -> tuple[str, str | Assumption]:
    """Return what turns an output into scores, and what proves it.

    Args:
        model: The file.
        position: Of the output.

    Returns:
        ``none`` for outputs that are scores already, ``softmax`` for logits, or
        ``sigmoid`` for a single one; and the evidence in words, or an assumption.
    """
    name = last_name(model, model.output_tensors[position].index) or "no operation"
    if name in ("SOFTMAX", "LOGISTIC"):
        return "none", f"the last operation is {name}: outputs are scores"
    logits = "sigmoid" if model.outputs[position].size == 1 else "softmax"
    return _by_range(model.outputs[position], logits, name)


def mask_activation(
    model: ModelFile, position: int = 0
) -> tuple[str, str | Assumption]:
    """Return what turns a one-channel map into scores, and what proves it.

    Args:
        model: The file.
        position: Of the output.

    Returns:
        ``none`` for scores already or ``sigmoid`` for logits; and the evidence in
        words, or an assumption.
    """
    output = model.output_tensors[position].index
    name = last_name(model, output, MOVING) or "no operation"
    if name in ("LOGISTIC", "SOFTMAX", *_CUTTING):
        return "none", f"the last operation is {name}: outputs are scores"
    return _by_range(model.outputs[position], "sigmoid", name)


def several_labels(model: ModelFile) -> Assumption | None:
    """Return that labels may not exclude each other, where nothing shows that."""
    name = last_name(model, model.output_tensors[0].index)
    if name != "LOGISTIC" or model.outputs[0].size < 2:
        return None
    return Assumption(
        "The best classes are listed, as for labels that exclude each other; the last "
        "operation is LOGISTIC, so several may be true. Pass --option multi_label=true "
        "to list each label from its own threshold on."
    )


def _by_range(spec: TensorSpec, logits: str, name: str) -> tuple[str, str | Assumption]:
    """Return an activation by the values that an output can hold."""
    if spec.is_quantized:
        low, high = real_range(spec)
        if _within((low, high), -spec.scale, 1 + spec.scale):
            return "none", "its output can only hold 0..1: scores"
        # int16 is symmetric: the scores of a softmax fill its upper half.
        if spec.dtype.name != "int16" or not _about((low, high), -1, 1, spec.scale):
            return logits, f"its output holds {low:.3g}..{high:.3g}: logits"
    return logits, Assumption(
        f"The output holds logits, which {logits} turns into scores: its last "
        f"operation is {name}, and nothing says more. Pass --option activation=none "
        "if it holds scores."
    )


def pixel_range(model: ModelFile, position: int = 0) -> tuple[float, float, str] | None:
    """Return the values of black and white of a picture, and what proves them.

    None means that nothing does.

    Args:
        model: The file.
        position: Of the output.
    """
    maker = last_operation(model, model.output_tensors[position].index, MOVING)
    if maker is not None and maker.name in _PIXELS:
        low, high = _PIXELS[maker.name]
        return low, high, f"the last operation is {maker.name}: {low:g}..{high:g}"
    spec = model.outputs[position]
    if spec.dtype.name == "uint8" and not spec.is_quantized:
        return 0.0, 255.0, "its output is uint8 without a scale: pixels"
    reals = _reals(spec)
    for low, high in ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0)):
        if reals is not None and _about(reals, low, high, 2 * spec.scale):
            return low, high, f"its output holds {low:g}..{high:g}"
    return None


def _reals(spec: TensorSpec) -> tuple[float, float] | None:
    return real_range(spec) if spec.is_quantized else None


def _within(reals: tuple[float, float], low: float, high: float) -> bool:
    return reals[0] >= low and reals[1] <= high


def _about(
    reals: tuple[float, float], low: float, high: float, tolerance: float
) -> bool:
    return abs(reals[0] - low) <= tolerance and abs(reals[1] - high) <= tolerance
