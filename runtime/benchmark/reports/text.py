"""Benchmarks and comparisons as lines for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..comparison import BenchmarkComparison
from ..latency_record import ModelLatency, StageLatency, SustainedLatency
from ..record import BenchmarkRecord, HealthRecord

_COLUMNS: Final = ("n", "mean", "deviation", "min", "p50", "p90", "p95", "p99", "max")
_ROWS: Final = 12
_BAR: Final = 40


def record_lines(record: BenchmarkRecord) -> Iterator[str]:
    """Yield a record as text, line by line; the answer is the last line."""
    for result in record.results:
        yield from result_lines(result)
        yield ""
    source = record.source
    if source.name is None:
        yield f"Input:    {source.what}"
    else:
        yield (
            f"Input:    {source.frames} pictures of {source.width}x{source.height} "
            f"from {source.name}"
        )
        if source.capture:
            yield (
                f"Capture:  {source.capture.p50_ms:.2f} ms (median) to read and decode "
                "one; not part of model"
            )
    environment = record.environment
    yield (
        f"Board:    {record.board}, {environment['processor']}, "
        f"{environment['system'] or 'unknown system'}"
    )
    heat = record.health.max_temperature_c
    words = [
        f"up to {heat:.0f} °C" if heat is not None else "",
        record.health.before.get("governor", ""),
        limited_in_words(record.health),
    ]
    health = ", ".join(word for word in words if word)
    yield f"Health:   {health or 'this board has no sensors'}"
    yield (
        f"Memory:   peak {record.process.peak_bytes / 2**20:.0f} MiB, growth "
        f"{record.process.growth_bytes_per_frame:.0f} bytes per frame"
    )
    yield f"Operators: {record.per_operator}"
    for item in record.against or ():
        yield ""
        yield item.sentence
    yield ""
    if record.trust.trustworthy:
        yield "These figures may be trusted."
    else:
        yield "These figures are NOT to be trusted:"
        for reason in record.trust.reasons:
            yield f"  - {reason}"
    if record.answer:
        yield ""
        yield record.answer


def limited_in_words(health: HealthRecord) -> str:
    """Return since when what held the board back; empty where it does not say."""
    if health.first_limited_s is not None:
        since = health.first_limited_s
        return f"held back after {since:.0f} s: {', '.join(health.limits)}"
    # A record of an earlier version does not say what its board could tell.
    return "never held back" if health.before.get("limits_told") else ""


def result_lines(result: ModelLatency) -> Iterator[str]:
    """Yield one model's figures: table, histogram, start, memory, published figure."""
    model = result.model
    yield (
        f"{model.name} ({model.precision}, {model.bytes / 1e6:.2f} MB, sha256 "
        f"{model.sha256[:12]})"
    )
    yield (
        f"{result.backend} {result.backend_version}, delegate {result.delegate}, "
        f"threads {result.thread_choice}"
    )
    yield ""
    yield f"{'ms':<8}" + "".join(f"{name:>10}" for name in _COLUMNS)
    for name, stage in result.stages.items():
        yield f"{name:<8}" + "".join(_cell(stage, column) for column in _COLUMNS)
    latency = result.latency
    low, high = latency.interval
    yield (
        f"The median of {result.headline} is {latency.p50_ms:.3f} ms, with 95 % "
        f"certainty between {low:.3f} and {high:.3f}."
    )
    yield ""
    yield from histogram(latency.buckets or ())
    yield ""
    start = result.startup
    yield (
        f"Start:    open {start.open_ms:.1f} ms (load {start.load_ms:.1f}, allocate "
        f"{start.allocate_ms:.1f}), first inference {start.first_ms:.2f} ms, warm-up "
        f"{start.warm_up_n} times (median {start.warm_up_p50_ms:.2f} ms)"
    )
    grown = (result.memory.after_bytes - result.memory.before_bytes) / 2**20
    yield f"Opening:  {grown:.1f} MiB more memory"
    if result.macs_per_second:
        yield (
            f"Work:     {model.macs / 1e6:.1f} million multiply-accumulates, "
            f"{result.macs_per_second / 1e9:.1f} billion per second"
        )
    if result.published:
        yield f"Beside:   {result.published}"
    if result.sustained:
        yield f"Sustained: {sustained_in_words(result.sustained)}"


def histogram(buckets: Sequence[Sequence[float]]) -> Iterator[str]:
    """Yield a histogram that holds every sample; the last row is the tail.

    Args:
        buckets: Lower edge in milliseconds and count, rising.
    """
    if not buckets:
        return
    total = sum(count for _, count in buckets)
    low = buckets[0][0]
    seen = 0.0
    high = buckets[-1][0]
    for edge, count in buckets:
        seen += count
        if seen >= total * 0.9:
            # Wide enough for the bulk; whatever lies above is the last row.
            high = min(high, edge * 1.3)
            break
    width = (high - low) / (_ROWS - 1)
    counts = [0] * _ROWS
    for edge, count in buckets:
        row = int((edge - low) / width) if width > 0 else 0
        counts[min(row, _ROWS - 1)] += int(count)
    tallest = max(counts)
    for row, count in enumerate(counts):
        if not count and (width <= 0 or row == _ROWS - 1):
            continue
        begin = low + row * width
        word = f"{begin:9.3f}" if row < _ROWS - 1 else f">={begin:7.3f}"
        bar = "#" * max(1 if count else 0, round(_BAR * count / tallest))
        yield f"{word} ms {bar:<{_BAR}} {count}"


def _cell(stage: StageLatency, column: str) -> str:
    if column == "n":
        return f"{stage.n:>10}"
    value = stage.value(column)
    return f"{'-':>10}" if value is None else f"{value:>10.3f}"


def sustained_in_words(latency: SustainedLatency) -> str:
    """Return what became of the latency over a long run."""
    slower = latency.slower_after_s
    when = (
        "never ten percent slower in between"
        if slower is None
        else f"ten percent slower after {slower:.0f} s"
    )
    return (
        f"first minute {latency.first_ms:.3f} ms, last minute {latency.last_ms:.3f} ms "
        f"(x {latency.ratio:.3f}), {when}"
    )


def comparison_lines(comparison: BenchmarkComparison) -> Iterator[str]:
    """Yield a comparison as text; the answer of a single pair is the last line."""
    for item in comparison.changes:
        if item.old_name == item.name:
            medians = f"{item.name}, {item.stage}: {item.old_ms:.3f} -> "
        else:
            medians = (
                f"{item.old_name} -> {item.name}, {item.stage}: {item.old_ms:.3f} -> "
            )
        yield (
            f"{medians}{item.new_ms:.3f} ms ({item.ratio - 1:+.1%}, 95 % interval "
            f"{item.low - 1:+.1%} to {item.high - 1:+.1%}): {item.verdict}"
        )
    if comparison.answer:
        yield comparison.answer
