"""Recurrent layers without their loop, so that every operator becomes an integer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from ..layers import every_layer
from ..source_model import SourceModel, from_keras
from ..two_kerases import rebuild

MOST_STEPS: Final = 128
"""More steps than this make a graph that takes minutes to convert."""

_KINDS: Final = ("GRU", "LSTM", "SimpleRNN")


def without_loops(model: SourceModel) -> SourceModel:
    """Return a model whose recurrent layers are unrolled, where that is possible.

    TensorFlow's integer quantizer crashes on loops. With a fixed number of steps the
    loop can be written out: the same numbers, with the same weights.

    Args:
        model: A model as it was loaded.

    Returns:
        The same model where it has no such layer, or where a number of steps is open or
        too large: the conversion then says what to do.
    """
    if model.keras is None:
        return model
    loops = [
        layer
        for layer in every_layer(model.keras)
        if type(layer).__name__ in _KINDS and not layer.unroll
    ]
    steps = list(_steps(model.keras))
    if not loops or any(count is None or count > MOST_STEPS for count in steps):
        return model
    try:
        rebuilt = rebuild(model.keras, _with_unroll(model.keras.get_config()))
    except (ValueError, TypeError, NotImplementedError):
        return model
    names = ", ".join(f"'{layer.name}'" for layer in loops[:3])
    more = f" and {len(loops) - 3} more" if len(loops) > 3 else ""
    note = f"The loops of the recurrent layers ({names}{more}) are written out."
    fresh = from_keras(rebuilt)
    return replace(fresh, notes=(*model.notes, *fresh.notes, note))


def _steps(model: Any) -> Iterator[int | None]:
    """Yield the number of steps of each recurrent layer or wrapper of one."""
    for layer in every_layer(model):
        inner = getattr(layer, "forward_layer", layer)
        if type(inner).__name__ not in _KINDS:
            continue
        try:
            shape = layer.input.shape
        except (AttributeError, ValueError):
            continue  # inside a wrapper, which says it
        yield shape[1]


def _with_unroll(value: Any) -> Any:
    """Return a configuration in which every recurrent layer is unrolled."""
    if isinstance(value, dict):
        changed = {key: _with_unroll(item) for key, item in value.items()}
        inside = changed.get("config")
        if changed.get("class_name") in _KINDS and isinstance(inside, dict):
            changed["config"] = {**inside, "unroll": True}
        return changed
    if isinstance(value, (list, tuple)):
        return type(value)(_with_unroll(item) for item in value)
    return value
