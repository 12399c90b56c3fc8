"""What of a stored model is code, or names code: found before anything is built."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ....errors import ConversionError
from ..lambda_layers import (
    LambdaLayer,
    find_lambda_layers,
    kernel_shapes,
    lambda_refusal,
    refuse_unreadable,
)
from .structure import Config, entries, name_of

# Where Keras keeps its classes. Its other modules hold functions that read and write
# files, which a model has no reason to name.
_KERAS: Final = re.compile(
    r"(tensorflow\.python\.)?(tf_)?keras(\.api|\.src|\.engine|\.legacy)*"
    r"(\.(layers|models|initializers|regularizers|constraints|activations|ops|"
    r"optimizers|losses|metrics|dtype_policies|applications|random|quantizers|"
    r"functional|sequential|training|mixed_precision|backend|engine)(\.[a-z_0-9.]+)?)?"
    r"|builtins|tensorflow|tensorflow\.python\.framework\.tensor_shape"
)
# Functions of TensorFlow that compute, and do nothing else.
_ROOMS: Final = """
__operators__ bitwise dtypes image linalg math nn ragged signal sparse strings
"""
_FUNCTIONS: Final = """
abs acos acosh add add_n argmax argmin argsort asin asinh atan atan2 atanh
batch_to_space boolean_mask broadcast_static_shape broadcast_to cast ceil clip_by_norm
clip_by_value complex concat convert_to_tensor cos cosh cumsum divide einsum
ensure_shape equal exp expand_dims eye fill floor gather gather_nd greater
greater_equal identity is_tensor less less_equal linspace logical_and logical_not
logical_or matmul maximum meshgrid minimum multiply negative norm not_equal one_hot
ones ones_like pad parallel_stack pow range rank realdiv reduce_all reduce_any
reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_sum repeat
reshape reverse reverse_sequence roll round saturate_cast scalar_mul scatter_nd
searchsorted sequence_mask shape shape_n sigmoid sign sin sinh size slice sort
space_to_batch split sqrt square squeeze stack stop_gradient strided_slice subtract
tan tanh tensor_scatter_nd_add tensor_scatter_nd_update tensordot tile transpose
truediv truncatediv unique unstack where zeros zeros_like
"""


def lambda_layers(config: Config) -> list[Config]:
    """Return the entries of a structure that hold Python code."""
    return [entry for entry in entries(config) if is_lambda(entry)]


def is_lambda(entry: Mapping[str, Any]) -> bool:
    """Return whether an entry holds the code of a Python function."""
    if entry["class_name"] in ("Lambda", "__lambda__"):
        return True
    inner = entry.get("config")
    return isinstance(inner, dict) and inner.get("function_type") in ("lambda", "raw")


def refuse_code(
    config: Config, path: Path, known: Mapping[str, Any], *, allow_unsafe: bool
) -> list[LambdaLayer]:
    """Refuse a structure whose layers hold Python code that may not run, or cannot.

    Args:
        config: The structure of a stored model.
        path: Its file.
        known: Classes and functions that the caller brings, by name.
        allow_unsafe: The code may run.

    Returns:
        The layers whose code will run.

    Raises:
        ConversionError: A layer holds code; the sentence names it and what stands in.
    """
    stored = [x for x in lambda_layers(config) if not _is_named(x, known)]
    if not stored:
        return []
    names = {name_of(entry) for entry in stored}
    layers = [
        layer
        for layer in find_lambda_layers(config, kernel_shapes(path))
        if layer.name in names
    ]
    if allow_unsafe:
        refuse_unreadable(path, layers)
        return layers
    if layers:
        raise lambda_refusal(path, layers)
    raise ConversionError(
        f"{path} holds Python code where Keras expects the name of a function, such "
        "as an activation. The code is not run. Pass --allow-unsafe if you trust the "
        "file's author, or save the model with named functions."
    )


def _is_named(entry: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Return whether a Lambda only names a function that the caller brings."""
    inner = entry.get("config")
    if not isinstance(inner, dict):
        return False
    if "lambda" in (inner.get("output_shape_type"), inner.get("mask_type")):
        return False
    function = inner.get("function")
    if isinstance(function, dict) and function.get("class_name") == "function":
        function = function.get("config")
    return isinstance(function, str) and function in known


def refuse_foreign(config: Config, path: Path, known: Mapping[str, Any]) -> None:
    """Refuse classes of modules that are not Keras, and functions that do not compute.

    Args:
        config: The structure of a stored model.
        path: For the sentence.
        known: Classes and functions that the caller brings, by name.

    Raises:
        ConversionError: There is one; the sentence names it.
    """
    for entry in entries(config):
        module = entry.get("module")
        kind = entry["class_name"]
        registered = entry.get("registered_name")
        if kind in known or registered in known:
            continue
        if isinstance(module, str) and not _KERAS.fullmatch(module):
            what = entry.get("config") if kind == "function" else kind
            raise missing_class(path, str(what))
        inner = entry.get("config")
        if kind in ("TFOpLambda", "SlicingOpLambda") and isinstance(inner, dict):
            _refuse_function(path, str(inner.get("function")))
        elif kind in ("ClassMethod", "InstanceMethod"):
            raise ConversionError(
                f"{path} calls a method of TensorFlow's classes ({name_of(entry)}), "
                "which convert does not rebuild from a file. In the program that built "
                "the model, call model.export('folder'), and convert that folder."
            )
        elif kind in ("TensorFlowOpLayer", "TensorFlowOp") and isinstance(inner, dict):
            _refuse_operation(path, inner)


def _refuse_function(path: Path, function: str) -> None:
    head, _, rest = function.removeprefix("compat.v1.").partition(".")
    if head in (_ROOMS if rest else _FUNCTIONS).split():
        return
    raise ConversionError(
        f"{path} calls TensorFlow's function tf.{function}, which does more than "
        "compute, so convert does not rebuild it from a file. Remove it from the "
        "model, or export the model with model.export('folder') and convert that "
        "folder."
    )


def _refuse_operation(path: Path, inner: Mapping[str, Any]) -> None:
    """Refuse a stored node of a graph that does more than compute."""
    from tensorflow.python.framework import op_def_registry

    node = inner.get("node_def")
    names = re.findall(r'op"?\s*:\s*"(\w+)"', str(node))
    if isinstance(node, dict):
        names = [str(node.get("op", "?"))]
    for name in names or ["?"]:
        definition = op_def_registry.get(name)
        if definition is None or definition.is_stateful or "File" in name:
            raise ConversionError(
                f"{path} holds TensorFlow's operation {name}, which does more than "
                "compute, so convert does not rebuild it from a file. Export the model "
                "with model.export('folder') and convert that folder."
            )


def missing_class(path: Path, name: str) -> ConversionError:
    """Return the error for a class or function that is the author's own."""
    name = name.rpartition(">")[2]
    return ConversionError(
        f"{path} uses the class '{name}', which Keras does not have: it is Python code "
        "of the model's author, and the file holds only its name. Pass the Python "
        f"file that defines {name}: --custom FILE.py (docs/guides/convert.md shows "
        "one). Or export the model where the class is defined, with "
        "model.export('folder'), and convert that folder; if it has augmentation "
        "layers, as docs/guides/convert.md shows."
    )
