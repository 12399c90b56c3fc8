"""From a file or folder on disk to a :class:`~.source_model.SourceModel`."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any, Final

from ...errors import ConversionError
from .file_kind import kind_of
from .frozen_model import first_line
from .source_model import ModelInput, SourceModel, from_keras
from .summary import refuse_bomb

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


def load(path: Path, *, allow_unsafe: bool = False) -> SourceModel:
    """Load a trained model.

    Args:
        path: A ``.keras`` or ``.h5`` file, or a SavedModel folder.
        allow_unsafe: Run Python code that the file brings (Lambda layers).

    Raises:
        ConversionError: The model cannot be loaded; the sentence says what to do.
    """
    kind = kind_of(path)
    if kind == "saved-model":
        return _load_saved_model(path)
    if kind == "keras":
        _refuse_keras_2(path)
    else:
        _refuse_weights_only(path)
    return from_keras(_load_keras(path, allow_unsafe=allow_unsafe))


def _load_keras(path: Path, *, allow_unsafe: bool) -> Any:
    import keras

    try:
        # Losses and metrics are not needed here, and often cannot be loaded.
        return keras.models.load_model(
            path,
            custom_objects=_shims(),
            compile=False,
            safe_mode=not allow_unsafe,
        )
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OSError,
        NotImplementedError,
    ) as error:
        raise ConversionError(_load_sentence(path, error)) from error


def _load_sentence(path: Path, error: Exception) -> str:
    text = str(error)
    if "Lambda" in text or "unsafe" in text.lower():
        return (
            f"{path} holds a Lambda layer: Python code that would run when the model "
            "is loaded. Pass --allow-unsafe if you trust the file's author, or save "
            "the model without Lambda layers."
        )
    missing = re.search(
        r"(?:Could not locate class|Unknown layer:?) '?\"?([\w>.]+)", text
    )
    if missing:
        return (
            f"{path} uses the class '{missing[1]}', which Keras does not have. Export "
            "the model where the class is defined, with model.export('folder'), and "
            "convert that folder; or call edgevision.convert(model) from Python."
        )
    return f"Keras cannot load {path}: {first_line(error)}"


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


def _refuse_keras_2(path: Path) -> None:
    """Refuse a ``.keras`` file that Keras 2 wrote: Keras 3 cannot read those."""
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_bomb(archive, path)
            metadata = json.loads(archive.read("metadata.json"))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise ConversionError(
            f"{path} is not a complete .keras file: {first_line(error)} Save it again."
        ) from error
    version = str(metadata.get("keras_version", "3"))
    if version.startswith("2."):
        raise ConversionError(
            f"{path} was written by Keras {version}, and Keras 3 cannot read its "
            ".keras files. Save the model there as .h5 (model.save('net.h5')) or with "
            "model.export('folder'), and convert that."
        )


def _refuse_weights_only(path: Path) -> None:
    import h5py

    try:
        with h5py.File(path, "r") as stream:
            complete = "model_config" in stream.attrs
    except OSError as error:
        raise ConversionError(
            f"{path} cannot be read as HDF5: {first_line(error)}"
        ) from error
    if not complete:
        raise ConversionError(
            f"{path} holds only weights, without a model. Save the whole "
            "model with model.save('net.keras') and convert that."
        )


def _load_saved_model(path: Path) -> SourceModel:
    import tensorflow as tf

    try:
        loaded = tf.saved_model.load(str(path))
    except (OSError, ValueError, KeyError, tf.errors.OpError) as error:
        raise ConversionError(
            f"TensorFlow cannot load the SavedModel {path}: {first_line(error)}"
        ) from error
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
    unknown = [key for key, spec in specs.items() if spec.shape.rank is None]
    if unknown:
        raise ConversionError(
            f"The SavedModel {path} does not say the shape of its input "
            f"'{unknown[0]}'. Write it with model.export('folder')."
        )

    def call(tensors: list[Any]) -> list[Any]:
        results = function(**dict(zip(specs, tensors, strict=True)))
        return [results[key] for key in outputs]

    return SourceModel(
        inputs=tuple(
            ModelInput(
                name=key,
                shape=tuple(spec.shape.as_list()[1:]),
                dtype=spec.dtype.name,
                batch=spec.shape.as_list()[0],
            )
            for key, spec in specs.items()
        ),
        output_names=tuple(outputs),
        call=call,
        # The signature's variables die with the object that owns them.
        keep=loaded,
    )
