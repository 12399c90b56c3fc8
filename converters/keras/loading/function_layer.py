"""A layer that stands in for a Lambda layer: a function that the caller brings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from ....errors import ConversionError, unknown_name
from .own_code import is_lambda, lambda_layers
from .structure import Config, name_of, rewritten

CLASS_NAME: Final = "EdgeVisionFunction"

Functions = Mapping[str, Callable[[Any], Any]]


def with_functions(config: Config, functions: Functions, path: Path) -> Config:
    """Return a structure in which functions stand in for Lambda layers.

    Args:
        config: The structure of a stored model.
        functions: By the name of the layer.
        path: For the sentence.

    Raises:
        ConversionError: The model has no Lambda layer of that name.
    """
    names = [name_of(entry) for entry in lambda_layers(config)]
    for name in functions:
        if name not in names:
            raise ConversionError(
                f"{path}: {unknown_name('Lambda layer', name, names)}"
                if names
                else f"{path} has no Lambda layer, so there is none named '{name}'. "
                "Leave --lambda out."
            )

    def change(entry: Config) -> Config:
        name = name_of(entry)
        if not is_lambda(entry) or name not in functions:
            return entry
        kept = ("name", "dtype", "batch_input_shape", "input_shape", "batch_shape")
        inner = {key: entry["config"][key] for key in kept if key in entry["config"]}
        plain = {**entry, "class_name": CLASS_NAME, "config": inner}
        for key in ("module", "registered_name"):
            if key in plain:
                plain[key] = None if key == "module" else CLASS_NAME
        return plain

    changed: Config = rewritten(config, change) if functions else config
    return changed


def function_layer(keras: Any, functions: Functions) -> dict[str, Any]:
    """Return the class of these layers for one of the two Kerases, by its name.

    Args:
        keras: The package ``keras`` or ``tf_keras``.
        functions: By the name of the layer.
    """

    def call(self: Any, value: Any) -> Any:
        return functions[self.name](value)

    return {CLASS_NAME: type(CLASS_NAME, (keras.layers.Layer,), {"call": call})}
