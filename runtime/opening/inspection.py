"""Let a ``.tflite`` explain itself: what it holds, how it would be run and why.

The result is plain JSON types, so the command, the report and other programs show the
same. Nothing in this process runs the model; child processes do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ...errors import EdgeVisionError, ModelError, UnsupportedModelError
from ..interpreter import BACKENDS, installed_backends
from ..labels import depth_of, full_labels
from ..tflite import (
    FILE_KINDS,
    RUNTIMES,
    Metadata,
    ModelFile,
    Operator,
    Tensor,
    TensorMetadata,
    check_model,
    cost,
    missing_operators,
    tensor_rows,
)
from .admission import check_hash, try_in_child
from .options import OpenOptions
from .resolve_settings import Settings, resolve

_FIRST_LABELS: Final = 5


def inspect_model(
    path: str | Path, *, run: bool = True, tensors: bool = False
) -> dict[str, Any]:
    """Return everything that a model file says about itself.

    Args:
        path: The file.
        run: Load and run it in a child process per installed backend.
        tensors: List every tensor.

    Raises:
        ModelError: The file is no TensorFlow Lite model, is damaged, or is not the one
            that a checksum file names.
    """
    model = ModelFile.open(path)
    checksum = check_hash(model)
    check_model(model)
    facts: dict[str, Any] = {
        "file": _file(model, checksum),
        "inputs": [_tensor(tensor) for tensor in model.input_tensors],
        "outputs": [_tensor(tensor) for tensor in model.output_tensors],
        "run": how_it_runs(model),
        "graph": _graph(model),
        "runtimes": _runtimes(model, run=run),
        "signatures": [
            {
                "key": item.key,
                "inputs": dict(item.inputs),
                "outputs": dict(item.outputs),
            }
            for item in model.signatures
        ],
        "metadata_entries": list(model.metadata_names),
        "files": [
            {"name": info.filename, "bytes": info.file_size}
            for info in model.archive.members
        ],
        "tflite_metadata": _optional(model, "tflite_metadata", _metadata),
        "ultralytics": _optional(model, "ultralytics", _ultralytics),
        "card": _optional(model, "card", lambda card: card.to_dict()),
        "notes": _notes(model),
    }
    if tensors:
        facts["tensors"] = tensor_rows(model)
    return facts


def how_it_runs(model: ModelFile) -> dict[str, Any]:
    """Return what ``run`` would do with a model and the evidence for each choice.

    ``problem`` holds the sentence that ``run`` would stop with; empty when it would
    not.
    """
    problem = ""
    settings: Settings | None = None
    try:
        settings = resolve(model)
    except UnsupportedModelError as error:
        problem = str(error)
        settings = _without_normalization(model)
    except EdgeVisionError as error:
        problem = str(error)
    if settings is None:
        return {"problem": problem}
    card = settings.card
    evidence = dict(settings.evidence)
    found: dict[str, Any] = {
        "problem": problem,
        "task": card.task,
        "decoder": card.output.decoder,
        "options": dict(card.output.options),
        "input": None,
        "labels": {
            "count": len(card.output.labels),
            "first": list(
                full_labels(card.output.labels[:_FIRST_LABELS], card.output.hierarchy)
            ),
            "levels": depth_of(card.output.labels, card.output.hierarchy),
        },
    }
    if card.input is not None:
        from dataclasses import asdict

        found["input"] = asdict(card.input)
        if problem:
            found["input"]["mean"] = found["input"]["std"] = None
            evidence["normalization"] = "not known: pass --normalize"
    found["evidence"] = evidence
    found["assumptions"] = list(settings.assumptions)
    return found


def _without_normalization(model: ModelFile) -> Settings | None:
    """Return the settings of a model of which only the normalization is unknown."""
    try:
        return resolve(model, OpenOptions(normalize="raw"))
    except EdgeVisionError:
        return None


def summarise(path: str | Path) -> dict[str, Any]:
    """Return one row about a file in a folder; a damaged one has an ``error``."""
    row: dict[str, Any] = {"name": Path(path).name}
    try:
        model = ModelFile.open(path)
        row["bytes"] = model.size
        check_model(model)
        run = how_it_runs(model)
        total = cost(model)
    except EdgeVisionError as error:
        return {**row, "error": str(error)}
    return {
        **row,
        "inputs": [_shape_words(tensor) for tensor in model.input_tensors],
        "outputs": [_shape_words(tensor) for tensor in model.output_tensors],
        "task": run.get("task", ""),
        "decoder": run.get("decoder", ""),
        "macs": total.macs,
        "minimum_runtime": model.min_runtime_version,
        "problem": run["problem"],
    }


def _file(model: ModelFile, checksum: str) -> dict[str, Any]:
    return {
        "path": str(model.path),
        "name": model.name,
        "bytes": model.size,
        "sha256": model.sha256,
        "checksum_file": checksum,
        "flatbuffer_bytes": model.flatbuffer_size,
        "description": model.description,
        "graphs": model.graph_count,
    }


def _tensor(tensor: Tensor) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "index": tensor.index,
        "type": tensor.type_name.lower(),
        "shape": list(tensor.shape_signature or tensor.shape),
        "scale": tensor.scales[0] if tensor.scales else None,
        "zero_point": tensor.zero_points[0] if tensor.zero_points else None,
    }


def _shape_words(tensor: Tensor) -> str:
    shape = tensor.shape_signature or tensor.shape
    sizes = "x".join("?" if size < 0 else str(size) for size in shape) or "scalar"
    return f"{sizes} {tensor.type_name.lower()}"


def _graph(model: ModelFile) -> dict[str, Any]:
    total = cost(model)
    return {
        "operators": [
            {
                "name": item.name,
                "version": item.version,
                "custom": item.is_custom,
                "count": item.count,
                "macs": item.macs,
                "float": item.float_count,
            }
            for item in total.operators
        ],
        "macs": total.macs,
        "macs_are_a_lower_bound": total.is_dynamic,
        "parameters": total.parameters,
        "weight_bytes": total.weight_bytes,
        "other_bytes": model.size - total.weight_bytes,
        "float_operators": sum(item.float_count for item in total.operators),
        "operator_count": sum(item.count for item in total.operators),
    }


def _runtimes(model: ModelFile, *, run: bool) -> dict[str, Any]:
    """Return what loads the model by the tables, and what was seen to load it."""
    operators: list[Operator] = []
    for index in range(model.graph_count):
        operators.extend(model.graph(index).operators)
    tables = {
        name: {"lacks": list(missing_operators(operators, name))} for name in RUNTIMES
    }
    seen = {}
    for name in installed_backends() if run else ():
        verdict = try_in_child(model, backend=name, measure=True)
        seen[name] = {
            "backend": verdict.backend or name,
            "ok": verdict.ok,
            "stage": verdict.stage,
            "words": verdict.words,
            "arena_bytes": verdict.arena,
        }
    return {
        "stamped": model.min_runtime_version,
        "tables": tables,
        "seen": seen,
        "known_backends": list(BACKENDS),
    }


def _optional(model: ModelFile, attribute: str, words: Any) -> Any:
    """Return one kind of metadata as JSON types, or what is wrong with it."""
    try:
        value = getattr(model, attribute)
    except ModelError as error:
        return {"error": str(error)}
    return None if value is None else words(value)


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


def _ultralytics(found: Mapping[str, Any]) -> dict[str, Any]:
    names = found.get("names")
    rest = {key: value for key, value in found.items() if key != "names"}
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


def _notes(model: ModelFile) -> list[str]:
    """Return what is odd about a file, though nothing is damaged."""
    notes = []
    if model.archive.problem:
        notes.append(
            f"The files behind the model are not used: {model.archive.problem}."
        )
    notes += _label_notes(model)
    if any(tensor.shape_signature for tensor in model.input_tensors):
        notes.append("An input has a dynamic size; convert with a fixed one for speed.")
    return notes


def _label_notes(model: ModelFile) -> Sequence[str]:
    try:
        metadata = model.tflite_metadata
    except ModelError:
        return []
    if metadata is None:
        return []
    notes = []
    for tensor in metadata.outputs:
        file = tensor.label_file
        if file is None:
            continue
        try:
            data = model.archive.read(file.name, limit=2**24)
        except ModelError as error:
            notes.append(str(error))
            continue
        if data is None:
            notes.append(
                f"TFLite Metadata names {file.name!r}, which is not in the file."
            )
        elif b"\r\n" in data:
            notes.append(
                f"The labels {file.name!r} have CRLF line ends, which the Task Library "
                "keeps in the labels. Write them anew with 'edgevision card'."
            )
    return notes
