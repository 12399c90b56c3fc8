"""The structure of a stored model: entries with a class name, nested in each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Config = dict[str, Any]


def entries(value: Any) -> Iterator[Config]:
    """Yield every object of a configuration that names a class, outermost first."""
    if isinstance(value, dict):
        if isinstance(value.get("class_name"), str):
            yield value
        for item in value.values():
            yield from entries(item)
    elif isinstance(value, list):
        for item in value:
            yield from entries(item)


def layer_entries(value: Any) -> Iterator[Config]:
    """Yield the entries of layers and nested models, without what is inside a layer."""
    inner = value.get("config")
    layers = inner if isinstance(inner, list) else (inner or {}).get("layers")
    for entry in layers if isinstance(layers, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("class_name"), str):
            yield entry
            yield from layer_entries(entry)


def rewritten(value: Any, change: Callable[[Config], Any]) -> Any:
    """Return a copy of a configuration in which objects with a class are changed.

    Args:
        value: The configuration; it stays as it is.
        change: Called with each object that names a class, innermost first; returns
            what stands there instead.
    """
    if isinstance(value, dict):
        copy = {key: rewritten(item, change) for key, item in value.items()}
        return change(copy) if isinstance(copy.get("class_name"), str) else copy
    if isinstance(value, list):
        return [rewritten(item, change) for item in value]
    return value


def name_of(entry: Mapping[str, Any]) -> str:
    """Return the name of a layer, or "" where it has none."""
    inner = entry.get("config")
    name = entry.get("name") or (inner.get("name") if isinstance(inner, dict) else "")
    return str(name or "")


def shared_names(config: Config) -> set[str]:
    """Return the names of layers that stand in several models of a structure."""
    rows = [
        (entry["shared_object_id"], name_of(entry))
        for entry in entries(config)
        if "shared_object_id" in entry
    ]
    return {name for (_, name), count in Counter(rows).items() if count > 1}
