"""Structures of older writers, in the words that today's two Kerases read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .structure import Config, rewritten

_EXTRA: Final = ("module", "registered_name", "build_config", "compile_config")
# Keras has moved these between modules.
_MODELS: Final = {
    "Functional": "keras.src.engine.functional",
    "Model": "keras",
    "Sequential": "keras",
}
_JOINING: Final = ("Add", "Average", "Concatenate", "Maximum", "Multiply")
_SUFFIXES: Final = ("_initializer",)
_WITHOUT_EFFECT: Final = ("_regularizer", "_constraint")


def for_keras_2(config: Config, known: Mapping[str, Any]) -> Config:
    """Return a structure in the plain words that every Keras 2 reads.

    Args:
        config: As a Keras 1 or 2 wrote it to HDF5.
        known: Classes and functions that the caller brings, by name.
    """

    def change(entry: Config) -> Any:
        kind, inner = entry["class_name"], entry.get("config")
        if kind == "function" and isinstance(inner, str):
            return inner
        plain = {key: item for key, item in entry.items() if key not in _EXTRA}
        registered = entry.get("registered_name")
        if isinstance(registered, str) and registered in known:
            plain["class_name"] = registered
        elif ">" in kind and kind not in known:
            plain["class_name"] = kind.rpartition(">")[2]
        if isinstance(inner, dict) and kind not in known:
            plain["config"] = without_training(inner)
        return _of_one(plain) if kind in _JOINING else plain

    changed: Config = rewritten(config, change)
    return changed


def _of_one(entry: Config) -> Config:
    """Return a layer that joins one tensor alone as what it is: nothing is changed.

    tf-keras refuses to build it again from a file.
    """
    nodes = entry.get("inbound_nodes")
    if not isinstance(nodes, list) or not nodes or any(len(x) != 1 for x in nodes):
        return entry
    config = {"name": entry["config"].get("name"), "activation": "linear"}
    return {**entry, "class_name": "Activation", "config": config}


def for_keras_2_archive(config: Config, known: Mapping[str, Any]) -> Config:
    """Return a structure from a ``.keras`` file of Keras 2 as tf-keras reads it.

    Args:
        config: As Keras 2.12 to 2.15, or tf-keras, wrote it.
        known: Classes and functions that the caller brings, by name.
    """

    def change(entry: Config) -> Any:
        kind, inner = entry["class_name"], entry.get("config")
        if kind == "function" and isinstance(inner, str):
            return inner
        plain = {**entry, "compile_config": None}
        if kind in _MODELS:
            plain["module"] = _MODELS[kind]
        if isinstance(inner, dict) and kind not in known:
            plain["config"] = without_training(inner)
        return plain

    changed: Config = rewritten(config, change)
    return changed


def for_keras_3(config: Config) -> Config:
    """Return a structure of Keras 2 in words that Keras 3 reads.

    It is no proof that Keras 3 computes the same.
    """

    def change(entry: Config) -> Config:
        inner = entry.get("config")
        if not isinstance(inner, dict):
            return entry
        plain = dict(inner)
        for key in ("input_layers", "output_layers"):
            places = plain.get(key)
            if isinstance(places, list) and len(places) == 1:
                # Keras 3 takes a list of one as a model that returns a list.
                plain[key] = places[0]
        if plain.get("rng_type") is not None:
            del plain["rng_type"]
        return {**entry, "config": plain}

    changed: Config = rewritten(config, change)
    return changed


def without_training(inner: Mapping[str, Any]) -> dict[str, Any]:
    """Return a layer's configuration without what only training uses.

    Weights come from the file, so that no initializer plays a part; regularizers and
    constraints have no effect on a model that is not trained. They may well be the
    author's own code.
    """
    plain: dict[str, Any] = {}
    for key, value in inner.items():
        if key.endswith(_WITHOUT_EFFECT) and value is not None:
            plain[key] = None
        elif key.endswith(_SUFFIXES) and value is not None:
            plain[key] = "zeros"
        else:
            plain[key] = value
    return plain
