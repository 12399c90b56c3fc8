"""What the metadata inside a model file say: the card, TFLite's and Ultralytics'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ....card import ModelCard
from ....errors import ModelError
from ...tflite import FILE_KINDS, Metadata, ModelFile, TensorMetadata


@dataclass(frozen=True)
class EmbeddedMetadata:
    """What the metadata in a file say; a sentence where they are damaged.

    Attributes:
        tflite_metadata: TFLite Metadata; None without them.
        ultralytics: Ultralytics' own; None without them.
        card: The model card; None without one.
    """

    tflite_metadata: Metadata | str | None
    ultralytics: Mapping[str, Any] | str | None
    card: ModelCard | str | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        tflite, card, other = self.tflite_metadata, self.card, self.ultralytics
        return {
            "tflite_metadata": (
                _metadata(tflite) if isinstance(tflite, Metadata) else _damaged(tflite)
            ),
            "ultralytics": (
                _ultralytics(other) if isinstance(other, Mapping) else _damaged(other)
            ),
            "card": card.to_dict() if isinstance(card, ModelCard) else _damaged(card),
        }


def read_embedded(model: ModelFile) -> EmbeddedMetadata:
    """Return what the metadata in a file say."""
    tflite: Metadata | str | None
    ultralytics: Mapping[str, Any] | str | None
    card: ModelCard | str | None
    try:
        tflite = model.tflite_metadata
    except ModelError as error:
        tflite = str(error)
    try:
        ultralytics = model.ultralytics
    except ModelError as error:
        ultralytics = str(error)
    try:
        card = model.card
    except ModelError as error:
        card = str(error)
    return EmbeddedMetadata(tflite, ultralytics, card)


def _damaged(sentence: str | None) -> dict[str, str] | None:
    return None if sentence is None else {"error": sentence}


def _metadata(metadata: Metadata) -> dict[str, Any]:
    return {
        "name": metadata.name,
        "description": metadata.description,
        "version": metadata.version,
        "author": metadata.author,
        "license": metadata.license,
        "min_parser_version": metadata.min_parser_version,
        "inputs": [_tensor_metadata(item) for item in metadata.inputs],
        "outputs": [_tensor_metadata(item) for item in metadata.outputs],
    }


def _tensor_metadata(tensor: TensorMetadata) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "content": tensor.content,
        "color": tensor.color,
        "mean": list(tensor.mean),
        "std": list(tensor.std),
        "score_threshold": tensor.score_threshold,
        "files": [
            {"name": file.name, "kind": FILE_KINDS.get(file.kind, str(file.kind))}
            for file in tensor.files
        ],
    }


def _ultralytics(metadata: Mapping[str, Any]) -> dict[str, Any]:
    names = metadata.get("names")
    rest = {key: value for key, value in metadata.items() if key != "names"}
    rest["labels"] = len(names) if isinstance(names, (dict, list)) else None
    return {str(key): _plain(value) for key, value in rest.items()}


def _plain(value: Any) -> Any:
    """Return a value of someone else's dictionary as JSON types."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return str(value)
