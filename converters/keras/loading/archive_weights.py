"""Weights of ``.keras`` files that Keras 2.12 to 2.15 and tf-keras wrote.

Their groups are named by class and count (``layers/conv2d_1/vars/0``), not by the
layer; each version went through a model's parts in another way, and one wrote Windows'
backslashes. So layers and groups are matched by their order within each class, and
everything is checked: each shape, each weight of the model, each value of the file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ....errors import ConversionError
from ..layers import every_layer

# A model's layers stand in one of these; each version has its own.
_LISTS: Final = (
    "_layer_checkpoint_dependencies",
    "_self_tracked_trackables",
    "_layers",
    "layers",
)
_NOT_THE_MODEL: Final = ("optimizer", "metrics", "_metrics", "compiled_metrics", "loss")
_VALUES: Final = "vars"


@dataclass
class _Group:
    """A group of the file: values, and groups inside it.

    Attributes:
        path: In the file.
        values: By number.
        parts: Groups inside it, by name, in the order of the file.
    """

    path: str
    values: dict[int, Any] = field(default_factory=dict)
    parts: dict[str, _Group] = field(default_factory=dict)

    def holds_values(self) -> bool:
        """Return whether there is any value in it or below."""
        return bool(self.values) or any(x.holds_values() for x in self.parts.values())


def load_archive_weights(
    model: Any, file: Any, path: Path, shared: Collection[str] = ()
) -> None:
    """Give a tf-keras model the weights of a ``.keras`` file of Keras 2.

    Args:
        model: Built from the structure in the file.
        file: The ``model.weights.h5`` of the file, opened with h5py.
        path: For sentences.
        shared: Names of layers that stand in several models: one layer when the file
            was written, which tf-keras builds several times.

    Raises:
        ConversionError: The weights do not fit the model one to one.
    """
    filler = _Filler(path)
    root = _tree(file)
    filler.fill(model, root)
    filler.fill_twins(model, shared)
    missing = [x.name for x in model.weights if id(x) not in filler.done]
    if missing:
        raise filler.refusal(f"it has no values for '{missing[0]}'")
    unused = sorted(set(_value_paths(root)) - filler.used)
    if unused:
        raise filler.refusal(f"its values '{unused[0]}' belong to no layer")


def _tree(file: Any) -> _Group:
    """Return the groups of a file as a tree; backslashes separate as slashes do."""
    import h5py

    root = _Group("")

    def visit(name: str, item: Any) -> None:
        if not isinstance(item, h5py.Dataset):
            return
        *groups, last = re.split(r"[/\\]", name)
        if not groups or groups[-1] != _VALUES or groups[0] in _NOT_THE_MODEL:
            return
        group = root
        for part in groups[:-1]:
            inner = f"{group.path}/{part}".lstrip("/")
            group = group.parts.setdefault(part, _Group(inner))
        group.values[int(last) if last.isdigit() else len(group.values)] = item

    file.visititems(visit)
    return root


def _value_paths(group: _Group) -> Iterator[str]:
    for number in group.values:
        yield f"{group.path}/{_VALUES}/{number}"
    for part in group.parts.values():
        yield from _value_paths(part)


class _Filler:
    """Gives groups of a file to layers, and keeps account of both."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.done: set[int] = set()
        self.used: set[str] = set()
        self._layers: set[int] = set()

    def fill(self, layer: Any, group: _Group) -> None:
        """Give a group's values to a layer, and those below to what it contains."""
        self._layers.add(id(layer))
        self._fill_own(layer, group)
        inner = list(getattr(layer, "layers", ()) or ())
        lists = [name for name in _LISTS if name in group.parts and inner]
        # What stands under an attribute of its own is left out of the lists.
        for name, part in group.parts.items():
            if name not in lists and part.holds_values():
                self._fill_attribute(layer, name, part)
        for name in lists:
            self._fill_list(inner, group.parts[name])

    def _fill_own(self, layer: Any, group: _Group) -> None:
        own = [*layer._trainable_weights, *layer._non_trainable_weights]
        numbers = sorted(group.values)
        if not numbers:
            return
        values = [group.values[number] for number in numbers]
        shapes = [tuple(x.shape) for x in values]
        wanted = [tuple(x.shape) for x in own]
        if shapes != wanted:
            raise self.refusal(
                f"layer '{layer.name}' has weights of the shapes {wanted}, and its "
                f"group '{group.path}' has {shapes}"
            )
        layer.load_own_variables({str(i): value[()] for i, value in enumerate(values)})
        self.done.update(id(x) for x in own)
        self.used.update(f"{group.path}/{_VALUES}/{number}" for number in numbers)

    def _fill_list(self, layers: Sequence[Any], group: _Group) -> None:
        """Match layers and groups by their order within each class."""
        open_layers: dict[str, list[Any]] = {}
        for layer in layers:
            if layer.weights and id(layer) not in self._layers:
                open_layers.setdefault(_snake(type(layer).__name__), []).append(layer)
        rows: dict[str, list[tuple[int, _Group]]] = {}
        for name, part in group.parts.items():
            if not part.holds_values():
                continue
            kind, number = _kind_and_number(name, open_layers)
            rows.setdefault(kind, []).append((number, part))
        for kind, row in rows.items():
            owners = open_layers.pop(kind, [])
            parts = [part for _, part in sorted(row, key=lambda item: item[0])]
            if len(owners) != len(parts):
                raise self.refusal(
                    f"it has {len(parts)} groups '{group.path}/{kind}', and the model "
                    f"has {len(owners)} layers of that class with weights"
                )
            for owner, part in zip(owners, parts, strict=True):
                self.fill(owner, part)

    def _fill_attribute(self, layer: Any, name: str, part: _Group) -> None:
        """Give a group to what a layer holds under its name: a layer, or several."""
        held = getattr(layer, name, None)
        if held is None:
            raise self.refusal(f"layer '{layer.name}' has nothing named '{name}'")
        if isinstance(held, Mapping):
            held = list(held.values())
        if isinstance(held, (list, tuple)):
            self._fill_list([x for x in held if hasattr(x, "weights")], part)
        elif hasattr(held, "load_own_variables") and id(held) not in self._layers:
            self.fill(held, part)
        else:
            raise self.refusal(f"the group '{part.path}' belongs to no layer")

    def fill_twins(self, model: Any, shared: Collection[str]) -> None:
        """Give the values of a shared layer to those that were built of it, too."""
        layers = [x for x in every_layer(model) if x.name in shared and x.weights]
        filled = {x.name: x for x in layers if id(x) in self._layers}
        for layer in layers:
            source = filled.get(layer.name)
            if source is None or id(layer) in self._layers:
                continue
            if [x.shape for x in source.weights] == [x.shape for x in layer.weights]:
                layer.set_weights(source.get_weights())
                self.done.update(id(x) for x in layer.weights)

    def refusal(self, what: str) -> ConversionError:
        """Return the error for weights that do not fit."""
        return ConversionError(
            f"{self.path}: the weights in the file do not fit its model: {what}. Load "
            "it where it was written, save it as .h5 (model.save('net.h5')), and "
            "convert that."
        )


def _kind_and_number(name: str, kinds: Mapping[str, Any]) -> tuple[str, int]:
    """Return class and count of a group: ``conv2d_3`` is the fourth Conv2D."""
    if name in kinds:
        return name, 0
    match = re.fullmatch(r"(.+)_(\d+)", name)
    return (match[1], int(match[2])) if match else (name, 0)


def _snake(name: str) -> str:
    """Return the name of a class's groups: ``depthwise_conv2d``."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    name = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
    return f"private{name}" if name.startswith("_") else name
