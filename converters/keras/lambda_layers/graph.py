"""The layers of a stored model and how they are joined, in both Kerases' words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Shape = tuple[int | None, ...]
Config = Mapping[str, Any]

_MOST_LAYERS: Final = 20_000
_MOST_DEPTH: Final = 40


@dataclass(frozen=True)
class GraphLayer:
    """One layer of a model.

    Attributes:
        name: Unique in the model.
        kind: Name of its class.
        config: What the file says about it.
        entry: The same with what Keras 3 notes around it.
        sources: Names of the layers whose outputs it takes, in order, at its first use.
    """

    name: str
    kind: str
    config: Config
    entry: Config
    sources: tuple[str, ...]

    @property
    def is_model(self) -> bool:
        """Return whether it is a model of its own."""
        return isinstance(self.config.get("layers"), list)


@dataclass(frozen=True)
class LayerGraph:
    """A model's layers, in the file's order.

    Attributes:
        layers: By name.
        outputs: Names of the layers whose outputs are the model's.
    """

    layers: Mapping[str, GraphLayer]
    outputs: tuple[str, ...]

    def followers(self, name: str) -> list[GraphLayer]:
        """Return the layers that take the output of a layer."""
        return [layer for layer in self.layers.values() if name in layer.sources]


def read_graph(model: Config) -> LayerGraph:
    """Read the layers of a Sequential or functional model; nested ones stay closed.

    Args:
        model: ``class_name`` and ``config``, as a file states them.
    """
    inner = model.get("config")
    entries = inner.get("layers") if isinstance(inner, dict) else inner
    if not isinstance(entries, list):
        return LayerGraph({}, ())
    is_chain = not isinstance(inner, dict) or (
        model.get("class_name") == "Sequential" or "input_layers" not in inner
    )
    layers: dict[str, GraphLayer] = {}
    before: tuple[str, ...] = ()
    for entry in entries[:_MOST_LAYERS]:
        config = entry.get("config") if isinstance(entry, dict) else None
        if not isinstance(config, (dict, list)):
            continue
        settings = config if isinstance(config, dict) else {"layers": config}
        name = str(entry.get("name") or settings.get("name") or f"layer_{len(layers)}")
        sources = before if is_chain else _sources(entry.get("inbound_nodes"))
        layers[name] = GraphLayer(
            name, str(entry.get("class_name")), settings, entry, sources
        )
        before = (name,)
    outputs = before
    if not is_chain and isinstance(inner, dict):
        named = tuple(dict.fromkeys(_tensors(inner.get("output_layers"))))
        outputs = tuple(name for name in named if name in layers)
    return LayerGraph(layers, outputs)


def _sources(nodes: Any) -> tuple[str, ...]:
    if not isinstance(nodes, list) or not nodes:
        return ()
    return tuple(_tensors(nodes[0]))


def _tensors(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the layers whose outputs a configuration mentions, in order."""
    if depth > _MOST_DEPTH:
        return
    if isinstance(value, dict):
        history = value.get("keras_history")
        if isinstance(history, list) and history:
            yield str(history[0])
            return
        for item in value.values():
            yield from _tensors(item, depth + 1)
    elif isinstance(value, list):
        # Keras 2: name, number of the use, number of the output, other arguments.
        if len(value) >= 3 and isinstance(value[0], str) and isinstance(value[1], int):
            yield value[0]
            yield from _tensors(value[3:], depth + 1)
            return
        for item in value:
            yield from _tensors(item, depth + 1)
