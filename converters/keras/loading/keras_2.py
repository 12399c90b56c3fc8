"""Keras 2 reads what Keras 2 wrote: tf-keras, in the conversion's child process."""

from __future__ import annotations

import contextlib
import json
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from ....devices.wheels import keras_2_command
from ....errors import MissingDependencyError
from ..layers import every_layer
from .archive_weights import load_archive_weights
from .function_layer import Functions, function_layer
from .own_code import missing_class
from .stored_model import StoredModel, refuse_outside
from .structure import Config, layer_entries, shared_names

_CONVOLUTIONS: Final = ("Conv1D", "Conv2D", "Conv2DTranspose", "Conv3D")


def load_with_keras_2(
    stored: StoredModel,
    config: Config,
    custom_objects: Mapping[str, Any],
    functions: Functions | None = None,
    *,
    allow_unsafe: bool = False,
) -> Any:
    """Return a tf-keras model with the weights of a file.

    Args:
        stored: The file.
        config: Its structure, repaired, without code.
        custom_objects: Classes and functions that Keras does not have, by name.
        functions: What stands in for Lambda layers, by the name of the layer.
        allow_unsafe: Run Python code that the file brings (Lambda layers).

    Raises:
        MissingDependencyError: tf-keras is not installed.
        ValueError: tf-keras cannot build the model, or the weights do not fit it;
            TypeError, KeyError and others likewise.
    """
    keras = keras_2(f"{stored.path} was written by Keras {stored.version or '1 or 2'}")
    from tf_keras.src.saving.serialization_lib import SafeModeScope

    known = {**custom_objects, **function_layer(keras, functions or {})}
    _refuse_unknown_layers(config, stored, known)
    with _quiet():
        if stored.container == "zip":
            return _from_archive(stored, config, known, allow_unsafe=allow_unsafe)
        with SafeModeScope(not allow_unsafe):
            model = keras.models.model_from_json(
                json.dumps(config), custom_objects=known
            )
        _load_hdf5_weights(model, stored)
    return model


def keras_2(reason: str) -> Any:
    """Return the package ``tf_keras``.

    Args:
        reason: Why it is needed: a main clause, without the full stop.

    Raises:
        MissingDependencyError: It is not installed.
    """
    try:
        import tf_keras
    except ImportError as error:
        import tensorflow as tf

        raise MissingDependencyError(
            f"{reason}, which needs tf-keras, and that is not installed. Run: "
            f"{keras_2_command(tf.__version__)}"
        ) from error
    return tf_keras


def _refuse_unknown_layers(
    config: Config, stored: StoredModel, known: Mapping[str, Any]
) -> None:
    """Refuse layers of the author's own: tf-keras takes their name for the layer."""
    from tf_keras.src.layers import serialization

    serialization.populate_deserializable_objects()
    objects = serialization.LOCAL.ALL_OBJECTS
    for entry in layer_entries(config):
        kind, registered = entry["class_name"], entry.get("registered_name")
        if kind not in objects and not {kind, registered} & known.keys():
            raise missing_class(stored.path, kind)


def _from_archive(
    stored: StoredModel,
    config: Config,
    known: Mapping[str, Any],
    *,
    allow_unsafe: bool,
) -> Any:
    import h5py
    from tf_keras.src.saving import serialization_lib

    with serialization_lib.ObjectSharingScope():
        model = serialization_lib.deserialize_keras_object(
            config, custom_objects=dict(known), safe_mode=not allow_unsafe
        )
    with (
        zipfile.ZipFile(stored.path) as archive,
        archive.open("model.weights.h5") as member,
        h5py.File(member, "r") as file,
    ):
        refuse_outside(file, stored.path)
        load_archive_weights(model, file, stored.path, shared_names(config))
    return model


def _load_hdf5_weights(model: Any, stored: StoredModel) -> None:
    import h5py
    from tf_keras.src.saving.legacy import hdf5_format

    with h5py.File(stored.path, "r") as file:
        hdf5_format.load_weights_from_hdf5_group(file["model_weights"], model)
    if stored.backend == "theano":
        _turn_kernels(model)


def _turn_kernels(model: Any) -> None:
    """Turn the kernels of convolutions round, as TensorFlow wants Theano's."""
    for layer in every_layer(model):
        if type(layer).__name__ in _CONVOLUTIONS and layer.weights:
            kernel, *rest = layer.get_weights()
            axes = tuple(range(kernel.ndim - 2))
            layer.set_weights([np.flip(kernel, axes), *rest])


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Hide warnings about parts of Keras 2 that are old by now: so is the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
