"""A record of the benchmark as lines for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_COLUMNS: Final = ("n", "mean", "deviation", "min", "p50", "p90", "p95", "p99", "max")
_ROWS: Final = 12
_BAR: Final = 40


def lines(record: Mapping[str, Any]) -> Iterator[str]:
    """Yield a record as text, line by line."""
    for result in record["results"]:
        yield from result_lines(result)
        yield ""
    source, health = record["source"], record["health"]
    if source["name"] is None:
        yield f"Input:    {source['what']}"
    else:
        yield (
            f"Input:    {source['frames']} pictures of {source['width']}x"
            f"{source['height']} from {source['name']}"
        )
        if source["capture"]:
            yield (
                f"Capture:  {source['capture']['p50_ms']:.2f} ms (median) to read and "
                "decode one; not part of total"
            )
    environment = record["environment"]
    board = environment["board"] or environment["cpu"]["model"] or "unknown board"
    yield (
        f"Board:    {board}, {environment['processor']}, "
        f"{environment['system'] or 'unknown system'}"
    )
    heat = health["max_temperature_c"]
    words = [
        f"up to {heat:.0f} °C" if heat is not None else "",
        health["before"]["governor"],
        held_back(health),
    ]
    told = ", ".join(word for word in words if word)
    yield f"Health:   {told or 'this board tells nothing'}"
    process = record["process"]
    yield (
        f"Memory:   peak {process['peak_bytes'] / 2**20:.0f} MiB, growth "
        f"{process['growth_bytes_per_frame']:.0f} bytes per frame"
    )
    yield f"Operators: {record['per_operator']}"
    for item in record["against"] or ():
        yield ""
        yield item["sentence"]
    yield ""
    trust = record["trust"]
    if trust["trustworthy"]:
        yield "These figures may be trusted."
    else:
        yield "These figures are NOT to be trusted:"
        for reason in trust["reasons"]:
            yield f"  - {reason}"


def held_back(health: Mapping[str, Any]) -> str:
    """Return since when what held the board back; empty where it does not say."""
    first = health["first_limited_s"]
    if first is not None:
        return f"held back after {first:.0f} s: {', '.join(health['limits'])}"
    # A record of an earlier version does not say what its board could tell.
    return "never held back" if health["before"].get("limits_told") else ""


def result_lines(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield one model's figures: table, histogram, start, memory, published figure."""
    model = result["model"]
    yield (
        f"{model['name']} ({model['precision']}, {model['bytes'] / 1e6:.2f} MB, sha256 "
        f"{model['sha256'][:12]})"
    )
    yield (
        f"{result['backend']} {result['backend_version']}, delegate "
        f"{result['delegate']}, threads {result['thread_choice']}"
    )
    yield ""
    yield f"{'ms':<8}" + "".join(f"{name:>10}" for name in _COLUMNS)
    for name, stage in result["stages"].items():
        yield f"{name:<8}" + "".join(_cell(stage, column) for column in _COLUMNS)
    main = result["stages"][result["main"]]
    low, high = main["interval_ms"]
    yield (
        f"The median of {result['main']} is {main['p50_ms']:.3f} ms, with 95 % "
        f"certainty between {low:.3f} and {high:.3f}."
    )
    yield ""
    yield from histogram(main["buckets"])
    yield ""
    start = result["startup"]
    yield (
        f"Start:    open {start['open_ms']:.1f} ms (load {start['load_ms']:.1f}, "
        f"allocate {start['allocate_ms']:.1f}), first inference "
        f"{start['first_ms']:.2f} ms, warm-up {start['warm_up_n']} times "
        f"(median {start['warm_up_p50_ms']:.2f} ms)"
    )
    memory = result["memory"]
    grown = (memory["after_bytes"] - memory["before_bytes"]) / 2**20
    yield f"Opening:  {grown:.1f} MiB more memory"
    if result["macs_per_second"]:
        yield (
            f"Work:     {model['macs'] / 1e6:.1f} million multiply-accumulates, "
            f"{result['macs_per_second'] / 1e9:.1f} billion per second"
        )
    if result["published"]:
        yield f"Beside:   {result['published']}"
    if result["sustained"]:
        yield f"Sustained: {sustained(result['sustained'])}"


def histogram(buckets: Sequence[Sequence[float]]) -> Iterator[str]:
    """Yield a histogram that holds every sample; the last row is the tail.

    Args:
        buckets: Lower edge in milliseconds and count, rising.
    """
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


def _cell(stage: Mapping[str, Any], column: str) -> str:
    if column == "n":
        return f"{stage['n']:>10}"
    value = stage.get(f"{column}_ms")
    return f"{'-':>10}" if value is None else f"{value:>10.3f}"


def sustained(values: Mapping[str, Any] | None) -> str:
    """Return what became of the latency over a long run; empty after a short one."""
    if values is None:
        return ""
    slower = values["slower_after_s"]
    when = (
        "never ten percent slower in between"
        if slower is None
        else f"ten percent slower after {slower:.0f} s"
    )
    return (
        f"first minute {values['first_ms']:.3f} ms, last minute "
        f"{values['last_ms']:.3f} ms (x {values['ratio']:.3f}), {when}"
    )
