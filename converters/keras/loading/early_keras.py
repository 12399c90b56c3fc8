"""Structures of Keras 1 (2015 to 2017) in the words of Keras 2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ....errors import shown
from .structure import Config, entries, name_of, rewritten

_CLASSES: Final = {
    "AtrousConvolution2D": "Conv2D",
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "Deconvolution2D": "Conv2DTranspose",
    "SeparableConvolution2D": "SeparableConv2D",
}
_ARGUMENTS: Final = {
    "W_constraint": "kernel_constraint",
    "W_regularizer": "kernel_regularizer",
    "atrous_rate": "dilation_rate",
    "b_constraint": "bias_constraint",
    "b_regularizer": "bias_regularizer",
    "bias": "use_bias",
    "border_mode": "padding",
    "init": "kernel_initializer",
    "inner_activation": "recurrent_activation",
    "inner_init": "recurrent_initializer",
    "input_dtype": "dtype",
    "output_dim": "units",
    "p": "rate",
    "pool_length": "pool_size",
    "stride": "strides",
    "subsample": "strides",
    "subsample_length": "strides",
    "sigma": "stddev",
}
# Arguments that Keras 2 does not have; none of them changes what is computed.
_DROPPED: Final = (
    "beta_init",
    "gamma_init",
    "input_dim",
    "input_length",
    "length",
    "mode",
    "output_shape",
)
_MERGES: Final = {
    "ave": "Average",
    "concat": "Concatenate",
    "max": "Maximum",
    "mul": "Multiply",
    "sum": "Add",
}
_ORDERS: Final = {"tf": "channels_last", "th": "channels_first"}


def is_of_keras_1(config: Config) -> bool:
    """Return whether the words of a structure are those of Keras 1."""
    rows = [x["config"] for x in entries(config) if isinstance(x.get("config"), dict)]
    return any("W_regularizer" in row or "border_mode" in row for row in rows)


def for_keras_1(config: Config) -> Config:
    """Return a structure of Keras 1 in the words of Keras 2.

    Raises:
        ValueError: A layer computes what Keras 2 has no layer for.
    """

    def change(entry: Config) -> Config:
        inner = entry.get("config")
        if not isinstance(inner, dict) or "layers" in inner:
            return entry
        kind = entry["class_name"]
        if kind == "Merge":
            return _merge(entry, inner)
        if kind == "BatchNormalization" and inner.get("mode", 0) != 0:
            raise ValueError(
                f"layer '{name_of(entry)}' normalizes in mode {inner['mode']}, which "
                "only Keras 1 has"
            )
        return {
            **entry,
            "class_name": _CLASSES.get(kind, kind),
            "config": _arguments(kind, inner),
        }

    changed: Config = rewritten(config, change)
    return changed


def _arguments(kind: str, inner: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for key, value in inner.items():
        if key == "dim_ordering":
            plain["data_format"] = _ORDERS.get(value, value)
        elif key == "nb_filter":
            plain["filters"] = value
        elif key not in (*_DROPPED, "nb_row", "nb_col", "filter_length"):
            plain[_ARGUMENTS.get(key, key)] = value
    if "nb_row" in inner:
        plain["kernel_size"] = [inner["nb_row"], inner["nb_col"]]
    if "filter_length" in inner:
        plain["kernel_size"] = inner["filter_length"]
    if kind == "Embedding":
        plain["input_dim"] = inner["input_dim"]
        plain["output_dim"] = plain.pop("units")
    return plain


def _merge(entry: Config, inner: Mapping[str, Any]) -> Config:
    kind = _MERGES.get(str(inner.get("mode")))
    if kind is None:
        raise ValueError(
            f"layer '{name_of(entry)}' merges by {shown(inner.get('mode'), 40)}, "
            "which only Keras 1 has"
        )
    plain: dict[str, Any] = {"name": inner.get("name"), "trainable": True}
    if kind == "Concatenate":
        plain["axis"] = inner.get("concat_axis", -1)
    return {**entry, "class_name": kind, "config": plain}
