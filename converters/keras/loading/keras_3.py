"""Keras 3 reads what Keras 3 wrote."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from .function_layer import Functions, function_layer
from .stored_model import StoredModel
from .structure import Config, entries, rewritten

# Arguments of layers that Keras 2 wrote and Keras 3 does not know, with the one value
# that has no effect.
_LEGACY_ARGUMENTS: Final = {"groups": 1, "time_major": False}
_LEGACY_LAYERS: Final = (
    "Conv1DTranspose",
    "Conv2DTranspose",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "SeparableConv1D",
    "SeparableConv2D",
    "GRU",
    "LSTM",
    "SimpleRNN",
)


def load_with_keras_3(
    stored: StoredModel,
    config: Config,
    custom_objects: Mapping[str, Any],
    functions: Functions | None = None,
    *,
    allow_unsafe: bool,
) -> Any:
    """Return a Keras 3 model with the weights of a file.

    Args:
        stored: The file.
        config: Its structure, repaired.
        custom_objects: Classes and functions that Keras does not have, by name.
        functions: What stands in for Lambda layers, by the name of the layer.
        allow_unsafe: Run Python code that the file brings (Lambda layers).

    Raises:
        ValueError: Keras cannot build the model, or the weights do not fit it;
            TypeError, KeyError and others likewise.
    """
    import keras
    from keras.src.saving.serialization_lib import SafeModeScope

    known = {**_shims(), **custom_objects, **function_layer(keras, functions or {})}
    with tempfile.TemporaryDirectory(prefix="edgevision-") as folder:
        # Keras goes by the name of a file; we go by its content.
        suffix = ".h5" if stored.container == "h5" else ".keras"
        file = Path(folder) / f"model{suffix}"
        file.symlink_to(stored.path.absolute())
        if config == stored.config and not _has_operations(config):
            # Losses and metrics are not needed here, and often cannot be loaded.
            return keras.models.load_model(
                file, custom_objects=known, compile=False, safe_mode=not allow_unsafe
            )
        with SafeModeScope(not allow_unsafe):
            if stored.is_keras_2:
                model = _of_keras_2(config, known)
            else:
                model = keras.models.model_from_json(
                    json.dumps(_with_modules(config)), custom_objects=known
                )
        model.load_weights(file)
        return model


def _of_keras_2(config: Config, known: Mapping[str, Any]) -> Any:
    from keras.src.legacy.saving.saving_options import keras_option_scope
    from keras.src.legacy.saving.saving_utils import model_from_config

    with keras_option_scope(use_legacy_config=True):
        return model_from_config(copy.deepcopy(config), custom_objects=dict(known))


def _has_operations(config: Config) -> bool:
    """Return whether a structure has operations, which HDF5 names without a module."""
    return any(
        "module" not in entry and _is_operation(entry) for entry in entries(config)
    )


def _is_operation(entry: Config) -> bool:
    """Return whether an entry is an operation; layers of the same name are trainable.

    Keras has a layer ``Subtract`` of two tensors and an operation ``Subtract``.
    """
    inner = entry.get("config")
    if not isinstance(inner, dict) or "trainable" in inner:
        return False
    return _operation(entry["class_name"]) is not None


def _with_modules(config: Config) -> Config:
    """Return a structure of HDF5 with the modules that Keras 3's own files state."""
    import keras

    def change(entry: Config) -> Config:
        if "module" in entry or (
            "inbound_nodes" not in entry and "config" not in entry
        ):
            return entry
        kind = entry["class_name"]
        if _is_operation(entry):
            module = _operation(kind).__module__
        elif kind == "Functional":
            module = "keras.src.models.functional"
        elif hasattr(keras, kind):
            module = "keras"
        else:
            module = "keras.layers" if hasattr(keras.layers, kind) else None
        registered = None if module else kind
        return {**entry, "module": module, "registered_name": registered}

    changed: Config = rewritten(config, change)
    return changed


def _operation(name: str) -> Any:
    """Return the class of one of Keras' own operations, such as TrueDivide."""
    from keras.src import ops

    for module in (ops.numpy, ops.nn, ops.math, ops.core, ops.image, ops.linalg):
        kind = getattr(module, name, None)
        if isinstance(kind, type) and issubclass(kind, ops.operation.Operation):
            return kind
    return None


def _shims() -> dict[str, Any]:
    """Return layers that ignore arguments which only Keras 2 wrote."""
    import keras

    def shim(base: Any) -> Any:
        def from_config(cls: Any, config: dict[str, Any]) -> Any:
            known = dict(config)
            for name, neutral in _LEGACY_ARGUMENTS.items():
                if known.get(name) == neutral:
                    known.pop(name)
            return (
                base(**known) if cls is shim else base.from_config.__func__(cls, known)
            )

        shim = type(base.__name__, (base,), {"from_config": classmethod(from_config)})
        return shim

    return {name: shim(getattr(keras.layers, name)) for name in _LEGACY_LAYERS}
