"""A record of the benchmark as one self-contained HTML page, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ...html import Page, bar_plot, histogram, line_plot
from .text import held_back, sustained
from .timeline import draw_timeline

_STATISTICS: Final = ("mean", "deviation", "min", "p50", "p90", "p95", "p99", "max")
_DRAWN_VALUES: Final = 300_000
_LONG_TAIL: Final = 3


def render(record: Mapping[str, Any]) -> str:
    """Return a record as an HTML page."""
    results = record["results"]
    names = ", ".join(dict.fromkeys(result["model"]["name"] for result in results))
    environment = record["environment"]
    board = environment["board"] or environment["cpu"]["model"] or "unknown board"
    page = Page(f"Latency of {names}", f"{board}, {record['created']}")
    trust = record["trust"]
    if trust["trustworthy"]:
        page.text("These figures may be trusted.", kind="good")
    else:
        page.text("These figures are not to be trusted:", kind="bad")
        for reason in trust["reasons"]:
            page.text(f"- {reason}", kind="bad")
    for item in record["against"] or ():
        page.text(item["sentence"])
    if len(results) > 1:
        _sweep(page, results)
    for result in results:
        _result(page, result)
    _course(page, record)
    _conditions(page, record)
    return page.render()


def to_csv(record: Mapping[str, Any]) -> str:
    """Return a record's figures as CSV: one row per result and stage."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = [f"{name}_ms" for name in _STATISTICS]
    writer.writerow(
        [
            "model",
            "sha256",
            "backend",
            "backend_version",
            "delegate",
            "threads",
            "stage",
            "n",
            *columns,
            "interval_low_ms",
            "interval_high_ms",
            "trustworthy",
        ]
    )
    for result in record["results"]:
        for name, stage in result["stages"].items():
            writer.writerow(
                [
                    result["model"]["name"],
                    result["model"]["sha256"],
                    result["backend"],
                    result["backend_version"],
                    result["delegate"],
                    result["threads"],
                    name,
                    stage["n"],
                    *(stage.get(column, "") for column in columns),
                    *stage["interval_ms"],
                    record["trust"]["trustworthy"],
                ]
            )
    return text.getvalue()


def _sweep(page: Page, results: Sequence[Mapping[str, Any]]) -> None:
    page.heading("Side by side")
    page.text("Medians in milliseconds, by stage; measured in turns.", kind="note")
    staged = all("total" in result["stages"] for result in results)
    parts = ("prepare", "invoke", "decode") if staged else ("bare",)
    bars = {
        name: [result["stages"][part]["p50_ms"] for part in parts]
        for name, result in zip(_short_names(results), results, strict=True)
    }
    page.plot(bar_plot(bars, x_label="ms", parts=parts if staged else ()))
    for name, bars_of_one in _thread_sweeps(results).items():
        page.heading(f"Threads: {name}")
        page.plot(bar_plot(bars_of_one, x_label="bare invoke, ms"))


def _thread_sweeps(
    results: Sequence[Mapping[str, Any]],
) -> dict[str, dict[str, float]]:
    """Return medians by number of threads, for what was run with several."""
    found: dict[str, dict[int, float]] = {}
    for result in results:
        words = (result["model"]["name"], result["backend"], result["delegate"])
        sweep = found.setdefault(", ".join(words), {})
        sweep[result["threads"]] = result["stages"]["bare"]["p50_ms"]
    return {
        name: {_threads(count): sweep[count] for count in sorted(sweep)}
        for name, sweep in found.items()
        if len(sweep) > 1
    }


def _threads(count: int) -> str:
    return "1 thread" if count == 1 else f"{count} threads"


def _result(page: Page, result: Mapping[str, Any]) -> None:
    page.heading(result["name"])
    if result["published"]:
        page.text(result["published"], kind="note")
    headers = ["stage", "n", *_STATISTICS, "interval of p50"]
    page.table(
        headers,
        [
            [
                name,
                stage["n"],
                *(stage.get(f"{column}_ms", "") for column in _STATISTICS),
                f"{stage['interval_ms'][0]:.4g} to {stage['interval_ms'][1]:.4g}",
            ]
            for name, stage in result["stages"].items()
        ],
    )
    page.text("Milliseconds. No sample is left out.", kind="note")
    for name, stage in result["stages"].items():
        marks = {
            word: stage[f"{word}_ms"]
            for word in ("p50", "p99")
            if f"{word}_ms" in stage
        }
        values = _values(stage["buckets"])
        scaled = stage["n"] / _DRAWN_VALUES
        unit = f" (counts divided by {scaled:.1f})" if scaled > 1 else ""
        if stage["max_ms"] > _LONG_TAIL * stage["p90_ms"]:
            # On one scale the tail would press everything else into one bar.
            bulk = [value for value in values if value <= stage["p90_ms"]]
            label = f"{name}, ms: the faster 90 %{unit}"
            page.plot(histogram(bulk, x_label=label, marks={"p50": stage["p50_ms"]}))
        page.plot(histogram(values, x_label=f"{name}, ms: all{unit}", marks=marks))
    draw_timeline(page, result)
    model, start, memory = result["model"], result["startup"], result["memory"]
    grown = memory["after_bytes"] - memory["before_bytes"]
    page.facts(
        {
            "File": f"{model['name']}, {model['bytes']:,} bytes, {model['precision']}",
            "sha256": model["sha256"],
            "Input": ", ".join("x".join(map(str, shape)) for shape in model["inputs"]),
            "Backend": f"{result['backend']} {result['backend_version']}",
            "Delegate": result["delegate"],
            "Threads": result["thread_choice"],
            "Opening": (
                f"{start['open_ms']:.1f} ms, of which loading {start['load_ms']:.2f} "
                f"and allocating {start['allocate_ms']:.2f}; {grown / 2**20:.1f} MiB"
            ),
            "First inference": f"{start['first_ms']:.3f} ms",
            "Warm-up": (
                f"{start['warm_up_n']} times, median {start['warm_up_p50_ms']:.3f} ms"
            ),
            "Multiply-accumulates": (
                f"{model['macs'] / 1e6:.1f} million, "
                f"{result['macs_per_second'] / 1e9:.1f} billion per second"
            ),
            "Sustained": sustained(result["sustained"]) or None,
        }
    )


def _course(page: Page, record: Mapping[str, Any]) -> None:
    timeline = record["health"]["timeline"]
    curves = {
        "temperature, °C": [
            (look["at_s"], look["temperature_c"])
            for look in timeline
            if look["temperature_c"] is not None
        ],
        "clock, 100 MHz": [
            (look["at_s"], look["clock_mhz"] / 100)
            for look in timeline
            if look["clock_mhz"] is not None
        ],
    }
    curves = {name: points for name, points in curves.items() if points}
    page.heading("The board meanwhile")
    if curves:
        page.plot(line_plot(curves, x_label="seconds", y_label="heat and clock"))
    else:
        page.text("This board tells neither its temperature nor its clock.")
    memory = [(look["at_s"], look["resident_bytes"] / 2**20) for look in timeline]
    page.plot(line_plot({"process": memory}, x_label="seconds", y_label="memory, MiB"))
    words = held_back(record["health"])
    if words:
        kind = "good" if record["health"]["first_limited_s"] is None else "bad"
        page.text(f"{words[0].upper()}{words[1:]}.", kind=kind)


def _conditions(page: Page, record: Mapping[str, Any]) -> None:
    environment, health = record["environment"], record["health"]
    before, after = health["before"], health["after"]
    source = record["source"]
    page.heading("Conditions")
    page.facts(
        {
            "Board": environment["board"] or "not named by its firmware",
            "Processor": f"{environment['cpu']['model']} ({environment['processor']})",
            "System": f"{environment['system']}, kernel {environment['kernel']}",
            "Python": environment["python"]["version"],
            "Governor": before["governor"] or None,
            "Clock before, after": _pair(before, after, "clock_mhz", "MHz"),
            "Temperature before, after": _pair(before, after, "temperature_c", "°C"),
            "Load before, after": _pair(before, after, "load", ""),
            "Other programs": _cores(health["other_cores"]),
            "Taken by a hypervisor": _cores(health["stolen_cores"]),
            "Input": source["name"] or source["what"],
            "Measured for": f"{record['plan']['seconds']} s",
            "Peak memory": f"{record['process']['peak_bytes'] / 2**20:.0f} MiB",
            "Growth per frame": f"{record['process']['growth_bytes_per_frame']} bytes",
            "Times per operator": record["per_operator"],
            "EdgeVision": record["edgevision"],
            "Schema of the record": record["schema"],
        }
    )


def _pair(
    before: Mapping[str, Any], after: Mapping[str, Any], key: str, unit: str
) -> str | None:
    if before[key] is None or after[key] is None:
        return None
    return f"{before[key]:g}, {after[key]:g} {unit}".strip()


def _cores(value: float | None) -> str | None:
    return None if value is None else f"{value:g} processors"


def _values(buckets: Sequence[Sequence[float]]) -> list[float]:
    """Return about as many values as were counted, at least one per bucket."""
    total = sum(count for _, count in buckets)
    share = min(1.0, _DRAWN_VALUES / total)
    values: list[float] = []
    for low, count in buckets:
        values.extend([low * 1.0025] * max(1, round(count * share)))
    return values


def _short_names(results: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return names that fit beside a bar: only what differs between the results."""
    rows = [
        (
            _short(result["model"]["name"]),
            result["backend"],
            _short(result["delegate"]),
            _threads(result["threads"]),
        )
        for result in results
    ]
    differs = [len(set(column)) > 1 for column in zip(*rows, strict=True)]
    names: list[str] = []
    for row in rows:
        name = ", ".join(
            word for word, is_told in zip(row, differs, strict=True) if is_told
        )
        while name in names or not name:
            name += "'" if name else row[0]
        names.append(name)
    return names


def _short(name: str) -> str:
    name = name.rpartition("/")[2].removesuffix(".tflite")
    return name if len(name) <= 30 else f"{name[:14]}…{name[-14:]}"
