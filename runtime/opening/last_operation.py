"""The operation that computes an output, and what it says of the output's values."""

from __future__ import annotations

from typing import Final

from ..tflite import ModelFile, Operator

POST_PROCESS: Final = "TFLite_Detection_PostProcess"
"""The custom operation that decodes and suppresses an SSD detector's boxes."""

_PASSING: Final = frozenset({"QUANTIZE", "DEQUANTIZE", "RESHAPE", "SQUEEZE", "CAST"})


def last_operation(model: ModelFile, output: int) -> Operator | None:
    """Return the operation that computes an output, past those that only reshape."""
    computed = computed_tensor(model, output)
    return next((op for op in model.operators if computed in op.outputs), None)


def computed_tensor(model: ModelFile, output: int) -> int:
    """Return the tensor behind an output, before operations that only reshape."""
    makers = {index: op for op in model.operators for index in op.outputs}
    # Bounded by the number of operations: a hostile graph may be a circle.
    for _ in model.operators:
        maker = makers.get(output)
        if maker is None or maker.name not in _PASSING or not maker.inputs:
            break
        output = maker.inputs[0]
    return output


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
