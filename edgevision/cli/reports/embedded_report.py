"""What a ``.tflite`` file says about itself, as rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Facts = Mapping[str, Any]


def embedded_rows(facts: Facts) -> list[list[Any]]:
    """Return rows of a card, metadata and files that are stored inside a model file."""
    rows: list[list[Any]] = []
    card, metadata, other = (
        facts[name] for name in ("card", "tflite_metadata", "ultralytics")
    )
    if card is not None:
        words = card.get("error") or (
            f"{card['name']}: {card['task']}, "
            f"recipe {card['quantization'].get('recipe', 'not stated')}"
        )
        rows.append(["model card", words])
        if card.get("verification"):
            shown = {
                key: value
                for key, value in card["verification"].items()
                if isinstance(value, (int, float, str))
            }
            rows.append(["verification", _verification_words(shown)])
    if metadata is not None:
        rows.append(
            ["TFLite Metadata", metadata.get("error") or _metadata_words(metadata)]
        )
    if other is not None:
        rows.append(
            [
                "Ultralytics",
                other.get("error")
                or f"{other.get('description', '')}, task {other.get('task')}, "
                f"{other.get('labels')} labels, {other.get('license', '')}",
            ]
        )
    if facts["files"]:
        names = ", ".join(f"{f['name']} ({f['bytes']} B)" for f in facts["files"])
        rows.append(["files inside", names])
    if facts["metadata_entries"]:
        rows.append(["metadata entries", ", ".join(facts["metadata_entries"])])
    if facts["file"]["description"]:
        rows.append(["description", facts["file"]["description"]])
    return rows


def _verification_words(verification: Facts) -> str:
    """Return the numbers of a card's verification, each behind what it measures."""
    values = {key: _number(value) for key, value in verification.items()}
    words = []
    if {"metric", "agreement", "n"} <= set(values):
        metric, agreement, n = (values.pop(k) for k in ("metric", "agreement", "n"))
        words.append(f"{metric} {agreement} on {n} samples")
    name = values.pop("accuracy_name", "accuracy")
    if {"float", "quantized"} <= set(values):
        before, after = values.pop("float"), values.pop("quantized")
        words.append(f"{name} {before} as float, {after} converted")
    return ", ".join(words + [f"{key} {value}" for key, value in values.items()])


def _metadata_words(metadata: Facts) -> str:
    words = [metadata["name"] or "without a name"]
    words += [f"version {metadata['version']}"] if metadata["version"] else []
    outputs = ", ".join(item["name"] for item in metadata["outputs"])
    return ", ".join(words) + (f"; outputs {outputs}" if outputs else "")


def _number(value: float | str) -> str:
    """Return a value without the noise of a float's last digits: -0.002."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
