"""A layer that stands in for a Lambda layer: a function that the caller brings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from .own_code import is_lambda
from .structure import Config, name_of, rewritten

CLASS_NAME: Final = "EdgeVisionFunction"

Functions = Mapping[str, Callable[[Any], Any]]


def with_functions(config: Config, functions: Functions) -> Config:
    """Return a structure in which functions stand in for Lambda layers.

    Args:
        config: The structure of a stored model.
        functions: By the name of the layer.
    """

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
    import tensorflow as tf

    def begin(self: Any, key: str | None = None, **config: Any) -> None:
        keras.layers.Layer.__init__(self, **config)
        # The layer may get another name later, one that a graph takes.
        self.key = key or self.name

    def get_config(self: Any) -> Config:
        return {**keras.layers.Layer.get_config(self), "key": self.key}

    # Uses of a Lambda in a file may pass mask and training, which it takes.
    def call(self: Any, value: Any, mask: Any = None, training: Any = None) -> Any:
        # Keras 2 would translate the function's Python into a graph, needlessly.
        plain = tf.autograph.experimental.do_not_convert(functions[self.key])
        return plain(value)

    def function(self: Any) -> Any:
        return functions[self.key]

    methods = {
        "__init__": begin,
        "get_config": get_config,
        "call": call,
        "function": property(function),
    }
    return {CLASS_NAME: type(CLASS_NAME, (keras.layers.Layer,), methods)}
