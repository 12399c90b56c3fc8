"""SavedModel folders: one signature becomes the model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ....errors import ConversionError
from ..frozen_model import first_line
from ..source_model import ModelInput, SourceModel
from .augmentation import refuse_augmentation


def load_saved_model(path: Path) -> SourceModel:
    """Return a SavedModel's signature as a model.

    Raises:
        ConversionError: TensorFlow cannot load it, or it has no one signature.
    """
    import tensorflow as tf

    try:
        loaded = tf.saved_model.load(str(path))
    except (OSError, ValueError, KeyError, tf.errors.OpError) as error:
        raise ConversionError(
            f"TensorFlow cannot load the SavedModel {path}: {first_line(error)}"
        ) from error
    if isinstance(loaded, tf.types.experimental.ConcreteFunction):
        return _function(path, loaded)
    signatures = dict(loaded.signatures)
    name = "serving_default" if "serving_default" in signatures else None
    if name is None and len(signatures) == 1:
        name = next(iter(signatures))
    if name is None:
        known = ", ".join(sorted(signatures)) or "none"
        raise ConversionError(
            f"The SavedModel {path} has no signature 'serving_default' (it has: "
            f"{known}), so its inputs and outputs are unknown. Write it with "
            "model.export('folder')."
        )
    function = signatures[name]
    specs = dict(function.structured_input_signature[1])
    outputs = sorted(function.structured_outputs)

    def call(tensors: list[Any]) -> list[Any]:
        results = function(**dict(zip(specs, tensors, strict=True)))
        return [results[key] for key in outputs]

    # The signature's variables die with the object that owns them.
    model = _model(path, specs, outputs, call, loaded)
    refuse_augmentation(model, function, path)
    return model


def _function(path: Path, function: Any) -> SourceModel:
    """Return the one function that a folder holds in place of a module.

    ``tf.saved_model.save(function, folder)`` writes such folders, without signatures.
    """
    import tensorflow as tf

    arguments, keywords = function.structured_input_signature
    specs = {
        spec.name or f"input_{place}": spec
        for place, spec in enumerate(tf.nest.flatten([arguments, keywords]))
    }
    outputs = [
        f"output_{place}"
        for place in range(len(tf.nest.flatten(function.structured_outputs)))
    ]

    def call(tensors: list[Any]) -> list[Any]:
        args, named = tf.nest.pack_sequence_as([arguments, keywords], tensors)
        return list(tf.nest.flatten(function(*args, **named)))

    model = _model(path, specs, outputs, call, function)
    refuse_augmentation(model, function, path)
    return model


def _model(
    path: Path,
    specs: dict[str, Any],
    outputs: list[str],
    call: Callable[[list[Any]], list[Any]],
    keep: Any,
) -> SourceModel:
    """Return a function of named tensors as a model."""
    unknown = [key for key, spec in specs.items() if spec.shape.rank is None]
    if unknown:
        raise ConversionError(
            f"The SavedModel {path} does not say the shape of its input "
            f"'{unknown[0]}'. Write it with model.export('folder')."
        )
    return SourceModel(
        inputs=tuple(
            ModelInput(
                name=key,
                shape=tuple(spec.shape.as_list()[1:]),
                dtype=spec.dtype.name,
                batch=spec.shape.as_list()[0] if spec.shape.rank else None,
                is_scalar=spec.shape.rank == 0,
            )
            for key, spec in specs.items()
        ),
        output_names=tuple(outputs),
        call=call,
        keep=keep,
    )
