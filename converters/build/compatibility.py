"""Check a converted file against its recipe's promise and the target's operators."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ...errors import ConversionError
from ...runtime.tflite import Graph, ModelFile, Operator, missing_operators
from .recipes import Recipe

_ENDS: Final = ("QUANTIZE", "DEQUANTIZE")
_MOST_PLACES: Final = 3

_MADE_BY: Final = {
    "NON_MAX_SUPPRESSION_V4": "non-maximum suppression",
    "NON_MAX_SUPPRESSION_V5": "non-maximum suppression",
    "WHILE": "a recurrent layer in loop form",
}

_COUNTED: Final = re.compile(r"_\d+$")


@dataclass(frozen=True)
class Compatibility:
    """The operators of a file, and what they need.

    Attributes:
        operators: How often each operator occurs, by name.
        versions: The highest version of each builtin one.
        float_operators: How often each computes in float, without the conversions of
            inputs and outputs.
        float_tensors: The names of the tensors that those compute, as the trained
            model's graph has them.
        minimum_runtime: The oldest TensorFlow Lite that the converter stamped, or "".
    """

    operators: Mapping[str, int]
    versions: Mapping[str, int]
    float_operators: Mapping[str, int]
    float_tensors: tuple[str, ...]
    minimum_runtime: str


def inspect(model: ModelFile) -> Compatibility:
    """Count a file's operators, those of inner graphs (loops, branches) included."""
    pairs = _every(model)
    versions: dict[str, int] = {}
    for _, item in pairs:
        if not item.is_custom:
            versions[item.name] = max(versions.get(item.name, 0), item.version)
    floats = [(graph, item) for graph, item in pairs if _computes_float(graph, item)]
    return Compatibility(
        operators=dict(Counter(item.name for _, item in pairs).most_common()),
        versions=versions,
        float_operators=dict(Counter(item.name for _, item in floats)),
        float_tensors=tuple(
            graph.tensor(i).name for graph, item in floats for i in item.outputs[:1]
        ),
        minimum_runtime=model.min_runtime_version,
    )


def _every(model: ModelFile) -> list[tuple[Graph, Operator]]:
    graphs = [model.graph(i) for i in range(model.graph_count)]
    return [(graph, item) for graph in graphs for item in graph.operators]


def check(
    model: ModelFile,
    chosen: Recipe,
    *,
    target: str,
    allow_flex: bool,
    layers: Mapping[str, str] | None = None,
) -> Compatibility:
    """Refuse a file that breaks its recipe's promise or that the target cannot open.

    Args:
        model: The converted file.
        chosen: The recipe of the conversion.
        target: A name from ``TARGETS``.
        allow_flex: Accept operators that are not TensorFlow Lite's own.
        layers: The classes of the trained model's layers, by the layers' names.

    Raises:
        ConversionError: Weights are missing, an operator is float in a full-integer
            file, foreign, or too new for the target.
    """
    compatibility = inspect(model)
    if {"VAR_HANDLE", "READ_VARIABLE"}.intersection(compatibility.operators):
        raise ConversionError(
            "The converted file reads variables that it does not hold: the model's "
            "weights are missing. Save the model with model.export('folder') and "
            "convert that folder."
        )
    operators = [item for _, item in _every(model)]
    foreign = sorted({item.name for item in operators if item.is_custom})
    if foreign and not allow_flex:
        raise ConversionError(
            f"The model needs operators that TensorFlow Lite does not have: "
            f"{', '.join(foreign)}. Replace the layers that use them, or pass "
            "--allow-flex if the device's interpreter has them."
        )
    if chosen.full_integer and compatibility.float_operators:
        raise ConversionError(_float_sentence(compatibility, chosen, layers or {}))
    if target == "tflite-runtime-2.14":
        _check_2_14(operators, compatibility.minimum_runtime)
    return compatibility


def _computes_float(graph: Graph, item: Operator) -> bool:
    if item.name in _ENDS:
        return False
    tensors = [graph.tensor(i) for i in (*item.inputs, *item.outputs) if i >= 0]
    return any(
        tensor.type_name == "FLOAT32" and not tensor.is_constant for tensor in tensors
    )


def _float_sentence(
    compatibility: Compatibility, chosen: Recipe, layers: Mapping[str, str]
) -> str:
    counts = ", ".join(
        f"{count} {name}"
        for name, count in sorted(compatibility.float_operators.items())
    )
    makers = sorted(
        {_MADE_BY[name] for name in compatibility.float_operators if name in _MADE_BY}
    )
    places = sorted({_place(name, layers) for name in compatibility.float_tensors})
    shown = ", ".join(places[:_MOST_PLACES])
    more = len(places) - _MOST_PLACES
    cause = makers[0] if makers else f"{shown} and {more} more" if more > 0 else shown
    cure = (
        "Leave non-maximum suppression out of the model (EdgeVision does it on the "
        "device)"
        if any(name.startswith("NON_MAX") for name in compatibility.float_operators)
        else "Replace what computes it (convolutions, dense layers, normalizations, "
        "attention, and activations such as relu, gelu, elu or mish are integer)"
    )
    return (
        f"The recipe {chosen.name} promises a file without float operators, but "
        f"TensorFlow left {counts} in float (from {cause}). {cure}, or use --recipe "
        "float16 or --recipe dynamic."
    )


def _place(tensor: str, layers: Mapping[str, str]) -> str:
    """Return the layer that computes a tensor, or else where it is in the graph.

    Args:
        tensor: As the file names it: scopes and op, as ``functional_1/norm_1/Neg``.
        layers: Classes of layers by name. Scopes may have a number at their end.
    """
    scopes = tensor.split(";")[0].split("/")[:-1]
    for scope in reversed(scopes):
        for name in (scope, _COUNTED.sub("", scope)):
            if name in layers:
                return f"layer '{name}' ({layers[name]})"
    return f"'{'/'.join(scopes) or tensor}'"


def _check_2_14(operators: Sequence[Operator], minimum: str) -> None:
    builtin = [item for item in operators if not item.is_custom]
    newer = missing_operators(builtin, "tflite-runtime 2.14")
    if newer:
        raise ConversionError(
            f"tflite-runtime 2.14 cannot open this file: it does not know "
            f"{', '.join(newer)}. Use --recipe int8 or float16, replace the layer, or "
            "convert for the current interpreter with --target litert."
        )
    stamp = _numbers(minimum)
    if stamp > (2, 14, 0):
        raise ConversionError(
            f"The file needs TensorFlow Lite {minimum} or later, and the target is "
            "tflite-runtime 2.14. Use another recipe, or convert with --target litert."
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
