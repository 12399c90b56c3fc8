"""What differs between a model of Keras 3 and one of tf-keras (Keras 2)."""

from __future__ import annotations

import re
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


def name_for_graphs(model: Any) -> None:
    """Give a model and its layers names that a graph of TensorFlow takes.

    Keras 3 allows any name; one with a space or a comma (a network that was trained
    with JAX or PyTorch) fails only where TensorFlow traces the model.

    Args:
        model: A model of Keras 3 or of tf-keras; it is changed.
    """
    if is_keras_2(model):
        return  # it refuses such names itself
    layers = [model, *_all_layers(model)]
    known = {layer.name for layer in layers}
    for layer in layers:
        wanted = name = _graph_name(layer, is_root=layer is model)
        number = 1
        while name != layer.name and name in known:
            number += 1
            name = f"{wanted}-{number}"
        if name != layer.name:
            known.add(name)
            layer.name = name


def _graph_name(layer: Any, *, is_root: bool) -> str:
    """Return a name with a dash for each character that TensorFlow's graphs refuse."""
    name = re.sub(r"[^A-Za-z0-9_.\\/>-]", "-", layer.name)
    # Only the first scope of a graph must not begin so.
    return re.sub(r"^[^A-Za-z0-9.]", "m", name) if is_root else name


def _all_layers(layer: Any) -> Iterator[Any]:
    """Yield the layers inside, also of a wrapper such as TimeDistributed."""
    for inner in layer._layers:
        yield inner
        yield from _all_layers(inner)


def _own_layers(model: Any) -> Iterator[Any]:
    """Yield the layers that are of neither Keras."""
    for layer in getattr(model, "layers", ()):
        if type(layer).__module__.split(".")[0] not in ("keras", "tf_keras"):
            yield layer
        yield from _own_layers(layer)
