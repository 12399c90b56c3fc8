"""Check a converted file against its recipe's promise and the target's operators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..errors import ConversionError
from ..runtime.model_file import ModelFile, Operator
from .recipes import Recipe

# The highest version of each operator that tflite-runtime 2.14.0 accepts, found by
# offering it one-operator files of every version; what is absent it does not know.
_VERSIONS_2_14: Final = """
    ABS:5 ADD:5 ADD_N:1 ARG_MAX:3 ARG_MIN:3 ASSIGN_VARIABLE:1 ATAN2:1
    AVERAGE_POOL_2D:3 BATCH_MATMUL:4 BATCH_TO_SPACE_ND:4
    BIDIRECTIONAL_SEQUENCE_LSTM:3 BIDIRECTIONAL_SEQUENCE_RNN:3 BITCAST:1
    BITWISE_XOR:1 BROADCAST_ARGS:1 BROADCAST_TO:3 BUCKETIZE:1 CALL_ONCE:1 CAST:5
    CEIL:1 COMPLEX_ABS:1 CONCATENATION:4 CONV_2D:7 CONV_3D:1 CONV_3D_TRANSPOSE:1
    COS:1 CUMSUM:1 DENSIFY:1 DEPTHWISE_CONV_2D:7 DEPTH_TO_SPACE:2 DEQUANTIZE:5 DIV:2
    DYNAMIC_UPDATE_SLICE:1 ELU:1 EMBEDDING_LOOKUP:3 EMBEDDING_LOOKUP_SPARSE:1
    EQUAL:4 EXP:2 EXPAND_DIMS:1 FAKE_QUANT:2 FILL:4 FLOOR:1 FLOOR_DIV:3 FLOOR_MOD:2
    FULLY_CONNECTED:10 GATHER:6 GATHER_ND:4 GELU:2 GREATER:2 GREATER_EQUAL:3
    HARD_SWISH:1 HASHTABLE:1 HASHTABLE_FIND:1 HASHTABLE_IMPORT:1 HASHTABLE_LOOKUP:1
    HASHTABLE_SIZE:1 IF:1 IMAG:1 L2_NORMALIZATION:2 L2_POOL_2D:1 LEAKY_RELU:2 LESS:3
    LESS_EQUAL:2 LOCAL_RESPONSE_NORMALIZATION:1 LOG:1 LOGICAL_AND:1 LOGICAL_NOT:1
    LOGICAL_OR:1 LOGISTIC:3 LOG_SOFTMAX:2 LSH_PROJECTION:1 LSTM:4 MATRIX_DIAG:1
    MATRIX_SET_DIAG:1 MAXIMUM:4 MAX_POOL_2D:3 MEAN:3 MINIMUM:4 MIRROR_PAD:3 MUL:7
    MULTINOMIAL:1 NEG:1 NON_MAX_SUPPRESSION_V4:1 NON_MAX_SUPPRESSION_V5:1
    NOT_EQUAL:3 ONE_HOT:1 PACK:4 PAD:4 PADV2:4 POW:1 PRELU:1 QUANTIZE:3
    RANDOM_STANDARD_NORMAL:1 RANDOM_UNIFORM:1 RANGE:2 RANK:1 READ_VARIABLE:1 REAL:1
    REDUCE_ALL:1 REDUCE_ANY:1 REDUCE_MAX:3 REDUCE_MIN:3 REDUCE_PROD:2 RELU:3 RELU6:3
    RELU_0_TO_1:1 RELU_N1_TO_1:1 RESHAPE:1 RESIZE_BILINEAR:4
    RESIZE_NEAREST_NEIGHBOR:4 REVERSE_SEQUENCE:1 REVERSE_V2:3 RFFT2D:1 RIGHT_SHIFT:1
    RNN:3 ROUND:1 RSQRT:2 SCATTER_ND:1 SEGMENT_SUM:1 SELECT:4 SELECT_V2:2 SHAPE:1
    SIGN:2 SIN:1 SKIP_GRAM:1 SLICE:6 SOFTMAX:3 SPACE_TO_BATCH_ND:4 SPACE_TO_DEPTH:2
    SPARSE_TO_DENSE:3 SPLIT:4 SPLIT_V:2 SQRT:1 SQUARE:1 SQUARED_DIFFERENCE:2
    SQUEEZE:2 STRIDED_SLICE:8 SUB:5 SUM:2 SVDF:4 TANH:3 TILE:3 TOPK_V2:3 TRANSPOSE:6
    TRANSPOSE_CONV:4 UNIDIRECTIONAL_SEQUENCE_LSTM:4 UNIDIRECTIONAL_SEQUENCE_RNN:3
    UNIQUE:1 UNPACK:4 UNSORTED_SEGMENT_MAX:1 UNSORTED_SEGMENT_MIN:1
    UNSORTED_SEGMENT_PROD:1 UNSORTED_SEGMENT_SUM:1 VAR_HANDLE:1 WHERE:2 WHILE:1
    ZEROS_LIKE:1
"""
KNOWN_TO_2_14: Final[dict[str, int]] = {
    name: int(version)
    for name, _, version in (item.partition(":") for item in _VERSIONS_2_14.split())
}

_ENDS: Final = ("QUANTIZE", "DEQUANTIZE")

_MADE_BY: Final = {
    "NEG": "LayerNormalization, GroupNormalization or mish",
    "SQUARE": "LayerNormalization or GroupNormalization",
    "SQUARED_DIFFERENCE": "LayerNormalization or GroupNormalization",
    "RSQRT": "LayerNormalization or GroupNormalization",
    "NON_MAX_SUPPRESSION_V4": "non-maximum suppression",
    "NON_MAX_SUPPRESSION_V5": "non-maximum suppression",
    "ELU": "the activation elu or selu",
    "EXP": "the activation exponential, softplus or mish",
    "LOG": "the activation softplus or mish",
    "ERF": "the exact gelu",
    "WHILE": "a recurrent layer in loop form",
}


@dataclass(frozen=True)
class Compatibility:
    """Hold what a file's graph consists of.

    Attributes:
        operators: How often each operator occurs, by name.
        versions: The highest version of each builtin one.
        float_operators: How often each computes in float, its ends' conversions aside.
        minimum_runtime: The oldest TensorFlow Lite that the converter stamped, or "".
    """

    operators: Mapping[str, int]
    versions: Mapping[str, int]
    float_operators: Mapping[str, int]
    minimum_runtime: str


def inspect(model: ModelFile) -> Compatibility:
    """Count a file's operators."""
    versions: dict[str, int] = {}
    for item in model.operators:
        if item.is_custom:
            continue
        versions[item.name] = max(versions.get(item.name, 0), item.version)
    return Compatibility(
        operators=dict(Counter(item.name for item in model.operators).most_common()),
        versions=versions,
        float_operators=dict(
            Counter(
                item.name for item in model.operators if _computes_float(model, item)
            )
        ),
        minimum_runtime=model.min_runtime_version,
    )


def check(
    model: ModelFile, chosen: Recipe, *, target: str, allow_flex: bool
) -> Compatibility:
    """Refuse a file that breaks its recipe's promise or that the target cannot open.

    Args:
        model: The converted file.
        chosen: The recipe that made it.
        target: A name from ``TARGETS``.
        allow_flex: Accept operators that are not TensorFlow Lite's own.

    Raises:
        ConversionError: Weights are missing, an operator is float in a full-integer
            file, foreign, or too new for the target.
    """
    found = inspect(model)
    if {"VAR_HANDLE", "READ_VARIABLE"}.intersection(found.operators):
        raise ConversionError(
            "The converted file reads variables that it does not hold: the model's "
            "weights are missing. Save the model with model.export('folder') and "
            "convert that folder."
        )
    foreign = sorted({item.name for item in model.operators if item.is_custom})
    if foreign and not allow_flex:
        raise ConversionError(
            f"The model needs operators that TensorFlow Lite does not have: "
            f"{', '.join(foreign)}. Replace the layers that use them, or pass "
            "--allow-flex when the device's interpreter has them."
        )
    if chosen.full_integer and found.float_operators:
        raise ConversionError(_float_sentence(found, chosen))
    if target == "tflite-runtime-2.14":
        _check_2_14(found)
    return found


def _computes_float(model: ModelFile, item: Operator) -> bool:
    if item.name in _ENDS:
        return False
    tensors = [model.graph().tensor(i) for i in (*item.inputs, *item.outputs) if i >= 0]
    return any(
        tensor.type_name == "FLOAT32" and not tensor.is_constant for tensor in tensors
    )


def _float_sentence(found: Compatibility, chosen: Recipe) -> str:
    counts = ", ".join(
        f"{count} {name}" for name, count in sorted(found.float_operators.items())
    )
    makers = sorted(
        {_MADE_BY[name] for name in found.float_operators if name in _MADE_BY}
    )
    cause = f" (from {'; '.join(makers)})" if makers else ""
    cure = (
        "Leave non-maximum suppression out of the model (EdgeVision does it on the "
        "device)"
        if any(name.startswith("NON_MAX") for name in found.float_operators)
        else "Replace that layer (BatchNormalization, relu, relu6 and hard_swish "
        "quantize)"
    )
    return (
        f"The recipe {chosen.name} promises a file without float operators, but "
        f"TensorFlow left {counts} in float{cause}. {cure}, or use --recipe float16 "
        "or --recipe dynamic."
    )


def _check_2_14(found: Compatibility) -> None:
    newer = [
        f"{name} version {version}"
        for name, version in sorted(found.versions.items())
        if version > KNOWN_TO_2_14.get(name, 0)
    ]
    if newer:
        raise ConversionError(
            f"tflite-runtime 2.14 cannot open this file: it does not know "
            f"{', '.join(newer)}. Use --recipe int8 or float16, replace the layer, or "
            "convert for the current interpreter with --target litert."
        )
    stamp = _numbers(found.minimum_runtime)
    if stamp > (2, 14, 0):
        raise ConversionError(
            f"TensorFlow stamped the file for interpreters from "
            f"{found.minimum_runtime} on, which tflite-runtime 2.14 is not. Use "
            "another recipe, or convert with --target litert."
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
