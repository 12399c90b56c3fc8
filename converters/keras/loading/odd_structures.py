"""Structures that no Keras of today loads as they are, and what is done about them."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ....errors import ConversionError
from .own_code import is_lambda
from .structure import Config, entries, name_of, rewritten

# Layers that TensorFlow computes on a CPU only with the channels last.
_NEED_CHANNELS_LAST: Final = re.compile(
    r"(Depthwise|Separable)?Conv\w+|(Max|Average)Pooling[123]D|LocallyConnected\w+"
)
_UNKNOWN: Final = (
    re.compile(r"Unrecognized keyword arguments passed to (\w+): (\{.*?\})"),
    re.compile(
        r"class '(\w+)' .*\('Keyword argument not understood:', ('\w+')\)", re.S
    ),
    re.compile(r"(\w+)\.__init__\(\) got an unexpected keyword argument ('\w+')"),
)


def refuse_channels_first(config: Config, path: Path) -> None:
    """Refuse layers that want the channels before height and width.

    Raises:
        ConversionError: There is one; the sentence names it.
    """
    for entry in entries(config):
        inner = entry.get("config")
        if not isinstance(inner, dict) or inner.get("data_format") != "channels_first":
            continue
        if _NEED_CHANNELS_LAST.fullmatch(entry["class_name"]):
            raise ConversionError(
                f"{path}: layer '{name_of(entry)}' ({entry['class_name']}) takes "
                "pictures with the channels first, which TensorFlow computes on a GPU "
                "only. Build the model with data_format='channels_last', give it the "
                "weights (model.set_weights(old.get_weights())), check that both "
                "answer alike, save it and convert that."
            )


def without_copies(config: Config) -> Config:
    """Return the one model inside what ``multi_gpu_model`` made.

    That function of Keras 2.0 to 2.3 cut the batch into parts by Lambda layers, one
    part and one call of the model for each GPU, and joined the answers again. The
    weights are those of the model inside.
    """
    inner = config.get("config")
    layers = inner.get("layers") if isinstance(inner, dict) else None
    if not isinstance(inner, dict) or not isinstance(layers, list):
        return config
    kinds: dict[str, list[Config]] = {}
    for entry in layers:
        own = entry.get("config")
        kind = "Lambda" if is_lambda(entry) else str(entry["class_name"])
        if isinstance(own, dict) and "layers" in own:
            kind = "model"
        kinds.setdefault(kind, []).append(entry)
    if set(kinds) != {"InputLayer", "Lambda", "Concatenate", "model"}:
        return config
    models, joined = kinds["model"], kinds["Concatenate"]
    if len(models) != 1 or len(models[0].get("inbound_nodes", ())) < 2:
        return config
    places = {name_of(x): x["inbound_nodes"][0][0][2] for x in joined}
    # Keras does not count the node that a model has from its own inputs.
    outputs = [[name_of(models[0]), 1, places[x[0]]] for x in inner["output_layers"]]
    sources = [[name_of(x), 0, 0, {}] for x in kinds["InputLayer"]]
    model = {**models[0], "inbound_nodes": [sources]}
    whole = {
        **inner,
        "layers": [*kinds["InputLayer"], model],
        "output_layers": outputs,
    }
    return {**config, "config": whole}


def without_unknown_arguments(config: Config, error: Exception) -> Config | None:
    """Return a structure without the arguments that Keras has just refused.

    Args:
        config: The structure.
        error: What Keras said.

    Returns:
        None means that the error is about something else, or that an argument has a
        value that says something: then leaving it out could change the answers.
    """
    for pattern in _UNKNOWN:
        match = pattern.search(str(error))
        if match:
            names = _names(match[2])
            return _without(config, match[1], names) if names else None
    return None


def _names(text: str) -> set[str]:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return set()
    return {value} if isinstance(value, str) else set(map(str, value))


def _without(config: Config, kind: str, names: set[str]) -> Config | None:
    values: list[Any] = []

    def change(entry: Config) -> Config:
        inner = entry.get("config")
        if entry["class_name"] != kind or not isinstance(inner, Mapping):
            return entry
        values.extend(inner[name] for name in names if name in inner)
        kept = {key: value for key, value in inner.items() if key not in names}
        return {**entry, "config": kept}

    changed: Config = rewritten(config, change)
    neutral = all(x is None or x is False or x in ("", [], {}) for x in values)
    return changed if values and neutral else None
