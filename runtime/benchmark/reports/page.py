"""A benchmark as one self-contained HTML page: the answer first, details folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ....html import Page, histogram, line_plot
from ..latency_record import BARE, MODEL, PARTS, ModelLatency, StageLatency
from ..record import BenchmarkRecord
from ..speed import short_labels, threads_in_words
from .tables import STATISTICS
from .text import limited_in_words, sustained_in_words
from .timeline import draw_timeline

_DRAWN_VALUES: Final = 300_000
_LONG_TAIL: Final = 3
_HEIGHT: Final = 200


def record_page(record: BenchmarkRecord) -> str:
    """Return a record as an HTML page."""
    results = record.results
    names = list(dict.fromkeys(result.model.name for result in results))
    what = names[0] if len(names) == 1 else f"{len(names)} models"
    page = Page(f"Latency of {what}", f"{record.board}, {record.created}")
    if record.answer:
        page.text(record.answer, kind="lead")
    for item in record.against or ():
        page.text(item.sentence, kind="lead" if len(record.against or ()) == 1 else "")
    if record.trust.trustworthy:
        page.text("These figures may be trusted.", kind="good")
    else:
        page.text("These figures are not to be trusted:", kind="bad")
        page.points(record.trust.reasons, kind="bad")
    _side_by_side(page, results)
    for name, bars in _thread_sweeps(results).items():
        page.heading(f"Threads: {name}")
        page.bars(bars, unit="ms bare")
    for label, result in zip(short_labels(results), results, strict=True):
        _result(page, label, result)
    page.heading("Conditions")
    _conditions(page, record)
    return page.render()


def _side_by_side(page: Page, results: Sequence[ModelLatency]) -> None:
    page.heading("Side by side" if len(results) > 1 else "Latency")
    labels = short_labels(results)
    staged = all(result.headline == MODEL for result in results)
    stage = MODEL if staged else BARE
    page.bars(
        {
            label: _shares(result) if staged else result.stages[BARE].p50_ms
            for label, result in zip(labels, results, strict=True)
        },
        unit="ms",
        parts=PARTS if staged else (),
    )
    if staged:
        note = (
            "A bar is the median of model, which is prepare, invoke and decode; its "
            "colours are their shares of the mean."
        )
    else:
        note = "A bar is the median of bare: the interpreter alone."
    page.text(note, kind="note")
    page.table(
        [f"{stage}, ms", "median", "95 % interval", "p90", "p99", "first answer"],
        [
            [
                label,
                _number(result.stages[stage].p50_ms),
                _interval(result.stages[stage]),
                _number(result.stages[stage].p90_ms),
                _number(result.stages[stage].p99_ms),
                _number(result.startup.open_ms + result.startup.first_ms),
            ]
            for label, result in zip(labels, results, strict=True)
        ],
        stacked=True,
    )


def _shares(result: ModelLatency) -> list[float]:
    """Return the parts of a median: means add up, medians do not."""
    means = [result.stages[part].mean_ms for part in PARTS]
    whole = sum(means) or 1.0
    return [result.stages[MODEL].p50_ms * mean / whole for mean in means]


def _thread_sweeps(results: Sequence[ModelLatency]) -> dict[str, dict[str, float]]:
    """Return medians by number of threads, for what was run with several."""
    sweeps: dict[str, dict[int, float]] = {}
    for result in results:
        words = (result.model.name, result.backend, result.delegate)
        sweep = sweeps.setdefault(", ".join(words), {})
        sweep[result.threads] = result.stages[BARE].p50_ms
    return {
        name: {threads_in_words(count): sweep[count] for count in sorted(sweep)}
        for name, sweep in sweeps.items()
        if len(sweep) > 1
    }


def _result(page: Page, label: str, result: ModelLatency) -> None:
    page.heading(label)
    if result.published:
        page.text(result.published, kind="note")
    _histograms(page, result.headline, result.latency)
    stages = result.stages
    with page.details("Statistics of every stage"):
        page.table(
            ["ms", *stages],
            [
                ["n", *(f"{stage.n:,}" for stage in stages.values())],
                *(
                    [name, *(_number(stage.value(name)) for stage in stages.values())]
                    for name in STATISTICS
                ),
                ["95 % of p50", *(_interval(stage) for stage in stages.values())],
            ],
        )
        page.text("No sample is left out.", kind="note")
    with page.details("Histograms of every stage, and latency over time"):
        for name, stage in stages.items():
            _histograms(page, name, stage, every=True)
        draw_timeline(page, result)
    with page.details("File, backend and start"):
        _facts(page, result)


def _histograms(
    page: Page, name: str, stage: StageLatency, *, every: bool = False
) -> None:
    """Draw the samples of a stage; a long tail gets a plot of its own."""
    values = _values(stage.buckets or ())
    scaled = stage.n / _DRAWN_VALUES
    unit = f" (counts divided by {scaled:.1f})" if scaled > 1 else ""
    marks = {"p50": stage.p50_ms}
    long_tail = stage.max_ms > _LONG_TAIL * stage.p90_ms
    if long_tail:
        bulk = [value for value in values if value <= stage.p90_ms]
        label = f"{name}, ms: the faster 90 %{unit}"
        page.plot(histogram(bulk, x_label=label, marks=marks, height=_HEIGHT))
    if every or not long_tail:
        if stage.p99_ms is not None:
            marks = {**marks, "p99": stage.p99_ms}
        label = f"{name}, ms: all{unit}"
        page.plot(histogram(values, x_label=label, marks=marks, height=_HEIGHT))


def _facts(page: Page, result: ModelLatency) -> None:
    model, start, memory = result.model, result.startup, result.memory
    grown = memory.after_bytes - memory.before_bytes
    sustained = result.sustained
    page.facts(
        {
            "File": f"{model.name}, {model.bytes:,} bytes, {model.precision}",
            "sha256": model.sha256,
            "Input": ", ".join("x".join(map(str, shape)) for shape in model.inputs),
            "Backend": f"{result.backend} {result.backend_version}",
            "Delegate": result.delegate,
            "Threads": result.thread_choice,
            "Opening": (
                f"{start.open_ms:.1f} ms, of which loading {start.load_ms:.2f} and "
                f"allocating {start.allocate_ms:.2f}; {grown / 2**20:.1f} MiB"
            ),
            "First inference": f"{start.first_ms:.3f} ms",
            "Warm-up": f"{start.warm_up_n} times, median {start.warm_up_p50_ms:.3f} ms",
            "Multiply-accumulates": (
                f"{model.macs / 1e6:.1f} million, "
                f"{result.macs_per_second / 1e9:.1f} billion per second"
            ),
            "Sustained": sustained_in_words(sustained) if sustained else None,
        }
    )


def _conditions(page: Page, record: BenchmarkRecord) -> None:
    words = limited_in_words(record.health)
    if words:
        kind = "good" if record.health.first_limited_s is None else "bad"
        page.text(f"{words[0].upper()}{words[1:]}.", kind=kind)
    timeline = record.health.timeline
    curves = {
        "temperature, °C": [
            (point.at_s, point.temperature_c)
            for point in timeline
            if point.temperature_c is not None
        ],
        "clock, 100 MHz": [
            (point.at_s, point.clock_mhz / 100)
            for point in timeline
            if point.clock_mhz is not None
        ],
    }
    curves = {name: points for name, points in curves.items() if points}
    with page.details("Heat, clock and memory over time"):
        if curves:
            page.plot(line_plot(curves, x_label="seconds", y_label="heat and clock"))
        else:
            page.text("This board has no sensor for its temperature or clock.")
        memory = [(point.at_s, point.resident_bytes / 2**20) for point in timeline]
        page.plot(
            line_plot({"process": memory}, x_label="seconds", y_label="memory, MiB")
        )
    environment, health, process = record.environment, record.health, record.process
    before, after = health.before, health.after
    with page.details("Board, system and input"):
        page.facts(
            {
                "Board": environment["board"] or "not named by its firmware",
                "Processor": (
                    f"{environment['cpu']['model']} ({environment['processor']})"
                ),
                "System": f"{environment['system']}, kernel {environment['kernel']}",
                "Python": environment["python"]["version"],
                "Governor": before.get("governor") or None,
                "Clock before, after": _pair(before, after, "clock_mhz", "MHz"),
                "Temperature before, after": _pair(
                    before, after, "temperature_c", "°C"
                ),
                "Load before, after": _pair(before, after, "load", ""),
                "Other programs": _cores(health.other_cores),
                "Taken by a hypervisor": _cores(health.stolen_cores),
                "Input": record.source.name or record.source.what,
                "Measured for": f"{record.plan.seconds} s",
                "Peak memory": f"{process.peak_bytes / 2**20:.0f} MiB",
                "Growth per frame": f"{process.growth_bytes_per_frame} bytes",
                "Times per operator": record.per_operator,
                "EdgeVision": record.edgevision,
            }
        )


def _pair(
    before: Mapping[str, Any], after: Mapping[str, Any], key: str, unit: str
) -> str | None:
    if before.get(key) is None or after.get(key) is None:
        return None
    return f"{before[key]:g}, {after[key]:g} {unit}".strip()


def _cores(value: float | None) -> str | None:
    return None if value is None else f"{value:g} processors"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _interval(stage: StageLatency) -> str:
    return " to ".join(f"{end:.4g}" for end in stage.interval)


def _values(buckets: Sequence[tuple[float, int]]) -> list[float]:
    """Return about as many values as were counted, at least one per bucket."""
    total = sum(count for _, count in buckets)
    share = min(1.0, _DRAWN_VALUES / total) if total else 1.0
    values: list[float] = []
    for low, count in buckets:
        values.extend([low * 1.0025] * max(1, round(count * share)))
    return values
