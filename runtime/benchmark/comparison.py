"""Compare two records of the benchmark: slower, faster, or not to be told."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from ...errors import EdgeVisionError
from .record import KIND, SCHEMA
from .statistics import ratio_intervals
from .trust import stage_blocks

SLOWER: Final = "slower"
WITHIN_LIMIT: Final = "slower, within your limit"
PERHAPS: Final = "slower; whether above your limit is not to be told"
FASTER: Final = "faster"
NOT_TOLD: Final = "not to be told"


@dataclass(frozen=True)
class Comparison:
    """Hold what became of one model's latency.

    Attributes:
        name: What was measured.
        stage: ``total`` or ``bare``.
        old_ms: Median before.
        new_ms: Median now.
        ratio: New over old; 1.1 is ten percent slower.
        low: Lower end of the ratio's 95 % interval.
        high: Upper end.
        least: What the ratio surely is at least: its 99.7 % interval's lower end.
        verdict: ``slower`` (above the limit), ``slower, within your limit``, ``slower;
            whether above your limit is not to be told``, ``faster`` or ``not to be
            told``.
    """

    name: str
    stage: str
    old_ms: float
    new_ms: float
    ratio: float
    low: float
    high: float
    least: float
    verdict: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            key: round(value, 5) if isinstance(value, float) else value
            for key, value in asdict(self).items()
        }


def verdict(
    ratio: float, low: float, high: float, least: float, max_slowdown: float
) -> str:
    """Return what a ratio means.

    A slowdown counts as above the limit only where noise cannot have made the
    difference: 99.7 % of the resamplings (three standard deviations) lie above it. A
    ratio that is merely above it fails every second time when what was allowed happens.

    Args:
        ratio: New median over old.
        low: Lower end of its 95 % interval.
        high: Upper end.
        least: Lower end of its 99.7 % interval.
        max_slowdown: What is still allowed, 0.05 for five percent.
    """
    # A hair of rounding must not make "5 %" of a limit of 5 %.
    limit = (1 + max_slowdown) * (1 + 1e-9)
    if min(least, ratio) > limit:
        return SLOWER
    if low > 1:
        return PERHAPS if ratio > limit else WITHIN_LIMIT
    return FASTER if high < 1 else NOT_TOLD


def compare_records(
    old: Mapping[str, Any], new: Mapping[str, Any], *, max_slowdown: float
) -> list[Comparison]:
    """Compare every result that both records hold.

    Results belong together when model name, threads and delegate are equal; when each
    record holds one result, they belong together whatever they are called.

    Raises:
        EdgeVisionError: The records have nothing in common.
    """
    found = []
    for before, after in _pairs(old["results"], new["results"]):
        stage = before["main"] if before["main"] == after["main"] else "bare"
        first, second = stage_blocks(before, stage), stage_blocks(after, stage)
        ratio, low, high, least = ratio_intervals(first, second)
        found.append(
            Comparison(
                after["name"],
                stage,
                first.median,
                second.median,
                ratio,
                low,
                high,
                least,
                verdict(ratio, low, high, least, max_slowdown),
            )
        )
    if not found:
        raise EdgeVisionError(
            "The two records have no model with the same name, threads and delegate in "
            f"common: {_names(old['results'])} against {_names(new['results'])}. "
            "Measure the same settings twice."
        )
    return found


def cautions(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return why a comparison of two records may mislead."""
    sentences = []
    for word, record in (("old", old), ("new", new)):
        if not record["trust"]["trustworthy"]:
            reasons = "; ".join(record["trust"]["reasons"])
            sentences.append(
                f"The {word} record calls itself untrustworthy: {reasons}."
            )
    for name, what in (
        ("board", "board"),
        ("processor", "kind of processor"),
        ("kernel", "kernel"),
    ):
        before, after = old["environment"][name], new["environment"][name]
        if before != after:
            sentences.append(f"The {what} differs: {before!r} and {after!r}.")
    if old["source"] != new["source"] and (
        old["source"]["name"] != new["source"]["name"]
    ):
        sentences.append(
            f"The pictures differ: {old['source']['name']!r} and "
            f"{new['source']['name']!r}."
        )
    for before, after in _pairs(old["results"], new["results"]):
        if before["model"]["sha256"] != after["model"]["sha256"]:
            sentences.append(
                f"The files differ: {before['model']['name']} and "
                f"{after['model']['name']} are not the same bytes."
            )
        runs = [
            f"{result['backend']} {result['backend_version']}"
            for result in (before, after)
        ]
        if runs[0] != runs[1]:
            sentences.append(f"The backend differs: {runs[0]} and {runs[1]}.")
    return list(dict.fromkeys(sentences))


def read_record(path: Path) -> dict[str, Any]:
    """Read a record that ``edgevision benchmark --report`` wrote.

    Raises:
        EdgeVisionError: The file cannot be read, is no record, or of a newer schema.
    """
    try:
        data = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise EdgeVisionError(
            f"Reading the record {path} failed: {error.strerror}."
        ) from error
    except (ValueError, RecursionError) as error:
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
            f"{path} has schema {schema!r}; this EdgeVision reads up to {SCHEMA}. "
            "Upgrade edgevision."
        )
    try:
        _check(data)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise EdgeVisionError(
            f"{path} is a damaged record of a benchmark: {error!r}. Measure again."
        ) from error
    return data


def _check(data: Mapping[str, Any]) -> None:
    """Touch everything that a comparison needs."""
    _ = data["trust"]["trustworthy"], list(data["trust"]["reasons"])
    _ = data["source"]["name"]
    for name in ("board", "processor", "kernel"):
        _ = data["environment"][name]
    for result in data["results"]:
        _ = result["name"], result["model"]["sha256"], result["model"]["name"]
        _ = result["backend"], result["backend_version"], _key(result)
        for stage in {result["main"], "bare"}:
            values = stage_blocks(result, stage).medians
            if not all(math.isfinite(value) and value > 0 for value in values):
                raise ValueError(f"a latency of {stage} is not above 0")


def _pairs(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    if len(old) == len(new) == 1:
        return [(old[0], new[0])]
    # Two models of one name in different folders are told apart by their order.
    waiting: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for result in old:
        waiting.setdefault(_key(result), []).append(result)
    found = []
    for result in new:
        if waiting.get(_key(result)):
            found.append((waiting[_key(result)].pop(0), result))
    return found


def _key(result: Mapping[str, Any]) -> tuple[Any, ...]:
    model = result["model"]["name"]
    return model, result["backend"], result["threads"], result["delegate"]


def _names(results: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(result["name"] for result in results)
