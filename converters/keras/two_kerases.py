"""What differs between a model of Keras 3 and one of tf-keras (Keras 2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def is_keras_2(model: Any) -> bool:
    """Return whether a model or layer is of tf-keras."""
    return any(
        kind.__module__.split(".")[0] == "tf_keras" for kind in type(model).mro()
    )


def tree_of(model: Any) -> Any:
    """Return the module that flattens and packs the inputs of a model."""
    if is_keras_2(model):
        import tensorflow as tf

        return tf.nest
    import keras

    return keras.tree


def dtype_name(dtype: Any) -> str:
    """Return the NumPy name of a type, which is a string or an object of TensorFlow."""
    return dtype if isinstance(dtype, str) else str(dtype.name)


def rebuild(model: Any, config: Mapping[str, Any]) -> Any:
    """Return a model built anew from a changed configuration, with the same weights.

    Args:
        model: A model of Keras 3 or of tf-keras.
        config: What its ``get_config`` returned, changed.
    """
    kinds = {type(layer).__name__: type(layer) for layer in _own_layers(model)}
    if is_keras_2(model):
        import tf_keras as keras
    else:
        import keras
    with keras.utils.custom_object_scope(kinds):
        rebuilt = type(model).from_config(config)
    rebuilt.set_weights(model.get_weights())
    return rebuilt


def _own_layers(model: Any) -> Iterator[Any]:
    """Yield the layers that are of neither Keras."""
    for layer in getattr(model, "layers", ()):
        if type(layer).__module__.split(".")[0] not in ("keras", "tf_keras"):
            yield layer
        yield from _own_layers(layer)
