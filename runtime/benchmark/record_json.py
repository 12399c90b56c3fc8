"""A record of a benchmark as JSON, schema 1: written for all readers, and read back.

Earlier versions call the stage ``model`` by the name ``total``. JSON keeps that name
beside the new one, so that programs which read ``total`` go on working.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ...errors import EdgeVisionError, shown
from ...foreign_json import read_json
from ..memory import read_file
from .latency_record import BARE, HEADLINE, MODEL
from .record import BenchmarkRecord
from .typed_json import from_json, to_json

SCHEMA: Final = 1
KIND: Final = "edgevision-benchmark"
_MOST_BYTES: Final = 64 * 2**20  # a run of days has some megabytes
_TOTAL: Final = "total"  # the name of MODEL in JSON


def record_to_json(record: BenchmarkRecord) -> dict[str, Any]:
    """Return a record as plain JSON types."""
    data = to_json(record)
    for result in data["results"]:
        headline = result.pop("headline")
        result["headline"], result["main"] = headline, _old(headline)
        if MODEL in result["stages"]:
            result["stages"][_TOTAL] = result["stages"][MODEL]
        result["blocks"] = [
            {
                "lane": _old(lane["lane"]),
                "start_s": lane["start_s"],
                "n": lane["n"],
                **{f"{_old(name)}_ms": line for name, line in lane["medians"].items()},
            }
            for lane in result["blocks"]
        ]
    for item in data["against"] or ():
        item["float"] = item.pop("float_name")
    return {"schema": SCHEMA, "kind": KIND, **data}


def record_from_json(data: Mapping[str, Any]) -> BenchmarkRecord:
    """Return the record that JSON holds, of this version or of an earlier one.

    Raises:
        ValueError: Something is absent, of another kind, or cannot be a latency.
    """
    try:
        results = [_result(result) for result in data["results"]]
        against = data["against"]
        if against is not None:
            against = [{**item, "float_name": item["float"]} for item in against]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{type(error).__name__}: {shown(error)}") from error
    record = from_json(
        BenchmarkRecord, {**data, "results": results, "against": against}, "record"
    )
    for name in ("board", "processor", "kernel", "cpu", "system"):
        if name not in record.environment:
            raise ValueError(f"record.environment has no {shown(name)}")
    for model in record.results:
        for stage in {model.headline, BARE}:
            if stage not in model.stages:
                raise ValueError(f"{model.name} has no stage {shown(_old(stage))}")
            values = [*_blocks_of(model, stage), model.stages[stage].p50_ms]
            if not all(math.isfinite(value) and value > 0 for value in values):
                raise ValueError(f"a latency of {_old(stage)} is not above 0")
    return record


def _blocks_of(model: Any, stage: str) -> list[float]:
    try:
        return list(model.stage_blocks(stage).medians)
    except KeyError as error:
        raise ValueError(
            f"{model.name} has no blocks of {shown(_old(stage))}"
        ) from error


def _result(result: Mapping[str, Any]) -> dict[str, Any]:
    stages = {
        _new(name): stage
        for name, stage in result["stages"].items()
        if not (name == _TOTAL and MODEL in result["stages"])
    }
    blocks = [
        {
            "lane": _new(lane["lane"]),
            "start_s": lane["start_s"],
            "n": lane["n"],
            "medians": {
                _new(name.removesuffix("_ms")): line
                for name, line in lane.items()
                if name.endswith("_ms")
            },
        }
        for lane in result["blocks"]
    ]
    headline = result.get("headline", _new(result["main"]))
    if headline not in HEADLINE:
        raise ValueError(f"the main stage is {shown(headline)}")
    return {**result, "stages": stages, "blocks": blocks, "headline": headline}


def read_record(path: Path) -> BenchmarkRecord:
    """Read a record that ``edgevision benchmark --report`` wrote.

    Raises:
        EdgeVisionError: The file cannot be read, is no record, or of a newer schema.
    """
    try:
        data = read_json(read_file(path, most=_MOST_BYTES).decode("utf-8"))
    except OSError as error:
        raise EdgeVisionError(
            f"Reading the record {path} failed: {error.strerror}."
        ) from error
    except UnicodeDecodeError as error:
        raise EdgeVisionError(
            f"{path} is not JSON: it is no text. Give a file that edgevision benchmark "
            "--report FILE.json wrote."
        ) from error
    except ValueError as error:
        raise EdgeVisionError(
            f"{path} is not JSON: {error}. Give a file that edgevision benchmark "
            "--report FILE.json wrote."
        ) from error
    if not isinstance(data, dict) or data.get("kind") != KIND:
        raise EdgeVisionError(
            f"{path} is no record of a benchmark. Give a file that edgevision "
            "benchmark --report FILE.json wrote."
        )
    schema = data.get("schema")
    if not isinstance(schema, int) or schema > SCHEMA:
        raise EdgeVisionError(
            f"{path} has schema {shown(schema)}; this EdgeVision reads up to {SCHEMA}. "
            "Upgrade edgevision."
        )
    try:
        return record_from_json(data)
    except ValueError as error:
        raise EdgeVisionError(
            f"{path} is a damaged record of a benchmark: {error}. Measure again."
        ) from error


def is_model_file(path: Path) -> bool:
    """Return whether a file is a model, by its first bytes or its suffix."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError:
        start = b""
    return start[4:8] == b"TFL3" or path.suffix.lower() in (".tflite", ".onnx")


def is_record_file(path: Path) -> bool:
    """Return whether a file is a JSON object, as a record is, and not a model."""
    try:
        with path.open("rb") as file:
            return file.read(64).lstrip()[:1] == b"{"
    except OSError:
        return False


def _old(name: str) -> str:
    return _TOTAL if name == MODEL else name


def _new(name: str) -> str:
    return MODEL if name == _TOTAL else name
