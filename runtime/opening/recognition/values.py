"""Recognise outputs that are measured numbers, by the names of a published kind."""

from __future__ import annotations

from typing import Final

from ...tflite import ModelFile
from .answer import Recognition, shapes_words

_PICTURE: Final = "img_in"
_OUTPUTS: Final = {"n_outputs0": "angle", "n_outputs1": "throttle"}


def find_values(model: ModelFile) -> Recognition | None:
    """Recognise Donkey Car's linear pilot by its names: an angle and a throttle.

    Its Keras network names its input ``img_in`` and its outputs ``n_outputs0`` and
    ``n_outputs1`` (donkeycar/parts/keras.py); it takes pixels / 255.
    """
    if len(model.outputs) != 2 or len(model.inputs) != 1:
        return None
    if any(spec.size != 1 for spec in model.outputs) or not _has(
        model.inputs[0].name, _PICTURE
    ):
        return None
    names = [_name(model, position) for position in range(2)]
    if sorted(names) != sorted(_OUTPUTS):
        return None
    words = f"outputs {' and '.join(names)} ({shapes_words(model)}) of an input img_in"
    return Recognition(
        "values",
        f"{words}: Donkey Car's pilot",
        {"names": [_OUTPUTS[name] for name in names], "ranges": [[-1, 1], [-1, 1]]},
        {"names": words, "ranges": "Donkey Car's angles and throttles"},
        normalize="unit",
        resize="stretch",
        input_evidence="Donkey Car gives pixels / 255",
    )


def _name(model: ModelFile, position: int) -> str:
    """Return which of the pilot's outputs an output is, "" for none."""
    tensor = model.output_tensors[position]
    texts = [tensor.name]
    for signature in model.signatures:
        texts += [name for name, i in signature.outputs.items() if i == tensor.index]
    return next((name for name in _OUTPUTS for text in texts if _has(text, name)), "")


def _has(text: str, name: str) -> bool:
    """Return whether a tensor has a layer's name, as ``model/img_in:0`` has img_in."""
    return name in text.replace(":", "/").replace("serving_default_", "").split("/")
