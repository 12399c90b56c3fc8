"""Summarise a ``.keras`` or ``.h5`` file without TensorFlow: layers, weights, needs.

The architecture is JSON in both. A ``.keras`` file is a ZIP and needs nothing else;
HDF5, and counting weights, needs h5py.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

from ...errors import MissingDependencyError, ModelError
from .card import read_keras_card
from .file_kinds import foreign_sentence, refuse_bomb
from .lambda_layers import find_lambda_layers, kernel_shapes, lambda_facts
from .needs import needs_of, needs_with
from .stated_scale import stated_scale
from .training import read_training, stated_outputs

SUFFIXES: Final = (".keras", ".h5", ".hdf5")
_MAX_CONFIG: Final = 64 * 2**20
_OF_TRAINING: Final = ("optimizer", "metrics", "_metrics", "compiled_metrics")
_MAX_DEPTH: Final = 50
_MAX_LAYERS: Final = 100_000


def summarise_keras(path: str | Path) -> dict[str, Any]:
    """Return a Keras file's layers, parameters and what ``convert`` would need.

    Args:
        path: A ``.keras`` or ``.h5`` file.

    Raises:
        ModelError: The file is damaged or holds weights alone.
        MissingDependencyError: It is HDF5 and h5py is not installed.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise ModelError(
            f"Cannot open {path}: {error.strerror}. Check the path."
        ) from error
    if head.startswith(b"PK\x03\x04"):
        config, version, parameters = _read_zip(path)
        kind = "keras"
    elif head.startswith(b"\x89HDF\r\n\x1a\n"):
        config, version, parameters = _read_hdf5(path)
        kind = "h5"
    else:
        raise ModelError(foreign_sentence(path, head))
    layers = list(_layers(config))
    lambdas = find_lambda_layers(config, kernel_shapes(path))
    inputs = _inputs(config)
    card = read_keras_card(path)
    scale = stated_scale(config, path)
    needs = needs_with(card) if card else needs_of(layers, lambdas, inputs, scale)
    return {
        "file": {"path": str(path), "name": path.name, "bytes": size, "format": kind},
        "keras_version": version,
        "name": str(_inner(config).get("name", "")),
        "kind": str(config.get("class_name", "")),
        "inputs": inputs,
        "layers": [{"kind": kind, "name": name} for kind, name, _ in layers],
        "layer_kinds": dict(Counter(kind for kind, _, _ in layers).most_common()),
        "parameters": parameters,
        "training": stated_outputs(
            read_training(path), layers, _output_layers(config, layers)
        ),
        "lambdas": lambda_facts(lambdas),
        "scale": scale.to_dict(),
        "needs": needs,
        "card": None if card is None else card.to_dict(),
    }


def _read_zip(path: Path) -> tuple[dict[str, Any], str, int | None]:
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_bomb(archive, path)
            config = _json(archive, "config.json", path)
            metadata = _json(archive, "metadata.json", path)
            parameters = _zipped_parameters(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
    ) as error:
        raise ModelError(
            f"{path} is a damaged .keras file: {error}. Copy or save it again."
        ) from error
    return config, str(metadata.get("keras_version", "")), parameters


def _json(archive: zipfile.ZipFile, name: str, path: Path) -> dict[str, Any]:
    with archive.open(name) as member:
        # A few kilobytes may unpack to gigabytes.
        text = member.read(_MAX_CONFIG + 1)
    if len(text) > _MAX_CONFIG:
        raise ModelError(
            f"{path}: its {name} unpacks to more than {_MAX_CONFIG // 2**20} MB, too "
            "much for a model's description. Save the model again."
        )
    return _parsed(text, f"{path}: its {name}")


def _parsed(text: str | bytes, what: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{what} is not JSON: {error}. Save the model again.") from (
            error
        )
    if not isinstance(data, dict):
        raise ModelError(
            f"{what} holds {type(data).__name__} where an object was expected. "
            "Save the model again."
        )
    return data


def _zipped_parameters(archive: zipfile.ZipFile) -> int | None:
    try:
        import h5py
    except ImportError:
        return None
    info = archive.NameToInfo.get("model.weights.h5")
    # Keras stores weights as they are; anything else would have to be unpacked first.
    if info is None or info.compress_type != zipfile.ZIP_STORED:
        return None
    with archive.open(info) as member:
        return _count(h5py, member)


def _read_hdf5(path: Path) -> tuple[dict[str, Any], str, int | None]:
    try:
        import h5py
    except ImportError as error:
        raise MissingDependencyError(
            f"Reading the HDF5 file {path} needs h5py, which is not installed. "
            "Run: pip install h5py"
        ) from error
    try:
        with h5py.File(path, "r") as file:
            text = file.attrs.get("model_config")
            version = file.attrs.get("keras_version", "")
    except (OSError, KeyError, RuntimeError, ValueError) as error:
        raise ModelError(
            f"{path} is a damaged HDF5 file: {error}. Copy or save it again."
        ) from error
    if text is None:
        raise ModelError(
            f"{path} holds weights without a model. Save the whole model: "
            "model.save('net.keras')."
        )
    config = _parsed(text, f"{path}: its model_config")
    with path.open("rb") as stream:
        parameters = _count(h5py, stream, "model_weights")
    name = version.decode("utf-8", "replace") if isinstance(version, bytes) else version
    return config, str(name), parameters


def _count(h5py: Any, stream: IO[bytes], group: str = "") -> int | None:
    """Return how many values the data sets of an HDF5 file hold."""
    total = 0
    seen = 0

    def visit(name: str, item: Any) -> bool | None:
        nonlocal total, seen
        seen += 1
        # A .keras file may hold values of training too, which do not count.
        if isinstance(item, h5py.Dataset) and not name.startswith(_OF_TRAINING):
            total += int(item.size or 0)
        return True if seen > _MAX_LAYERS else None

    try:
        with h5py.File(stream, "r") as file:
            (file[group] if group else file).visititems(visit)
    except (OSError, KeyError, RuntimeError, ValueError):
        return None
    return total


def _inner(config: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = config.get("config")
    return inner if isinstance(inner, dict) else {}


def _layers(
    config: Mapping[str, Any], depth: int = 0
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield kind, name and configuration of every layer, nested models opened."""
    if depth > _MAX_DEPTH:
        return
    for layer in _members(config):
        inner = _inner(layer)
        if _members(layer):
            yield from _layers(layer, depth + 1)
            continue
        yield str(layer.get("class_name", "?")), str(inner.get("name", "")), inner
        wrapped = inner.get("layer")
        if isinstance(wrapped, dict):
            yield str(wrapped.get("class_name", "?")), "", _inner(wrapped)


def _members(config: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the entries of a model's own layers; an early Sequential is a list."""
    inner = config.get("config")
    layers = inner if isinstance(inner, list) else _inner(config).get("layers")
    if not isinstance(layers, list):
        return []
    return [layer for layer in layers[:_MAX_LAYERS] if isinstance(layer, dict)]


def _inputs(config: Mapping[str, Any], depth: int = 0) -> list[list[int | None]]:
    """Return the shapes of a model's inputs; None means an open size.

    Models inside it have inputs, too, which are none of its own; only where the first
    layer is a model and nothing stands before it, its input is the outer one's.
    """
    shapes: list[list[int | None]] = []
    members = _members(config)
    for layer in members:
        inner = _inner(layer)
        shape = inner.get("batch_shape") or inner.get("batch_input_shape")
        is_input = layer.get("class_name") == "InputLayer" or (not shapes and shape)
        if is_input and isinstance(shape, list):
            shapes.append([size if isinstance(size, int) else None for size in shape])
    if not shapes and members and depth < _MAX_DEPTH:
        return _inputs(members[0], depth + 1)
    return shapes


def _output_layers(
    config: Mapping[str, Any], layers: list[tuple[str, str, Mapping[str, Any]]]
) -> list[str]:
    """Return the names of the layers that make the outputs."""
    stated = _inner(config).get("output_layers")
    if isinstance(stated, dict):
        stated = list(stated.values())
    if isinstance(stated, list) and stated and isinstance(stated[0], str):
        stated = [stated]  # one output, as Keras 3 writes it
    names = [
        item[0]
        for item in stated or []
        if isinstance(item, list) and item and isinstance(item[0], str)
    ]
    return names or [name for _, name, _ in layers[-1:]]
