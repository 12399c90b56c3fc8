"""What ``edgevision train --search`` prints: the networks that were tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...training.search import SearchReport


def search_lines(report: SearchReport) -> list[str]:
    """Return the table, quick networks first, and the machine that it was timed on."""
    head = (
        "",
        "network",
        "input",
        "width",
        "ms",
        "parameters",
        "int8 KiB",
        report.metric,
    )
    cells = [(*head, "trained", "")]
    for row in report.rows:
        cost, score, done = row.latency, row.score, row.standing
        across, down = row.candidate.input_size
        cells.append(
            (
                ">" if row.chosen else "*" if row.pareto else "",
                row.candidate.label,
                f"{across}x{down}",
                f"{row.candidate.width:g}",
                "" if cost is None else f"{cost.ms:.2f}{'' if cost.quiet else '?'}",
                "" if cost is None else f"{cost.parameters:,}",
                "" if cost is None else f"{cost.int8_bytes / 1024:.0f}",
                "" if score is None else _number(report.sign * score, report.metric),
                "" if done is None else f"{done.seconds:.0f} s",
                row.note,
            )
        )
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]) - 1)]
    lines = []
    for line in cells:
        parts = [
            text.ljust(size) if i in (0, 1, 2) else text.rjust(size)
            for i, (text, size) in enumerate(zip(line, widths, strict=False))
        ]
        lines.append("  ".join([*parts, line[-1]]).rstrip())
    marks = "> the output; * nothing trained is both as quick and as good"
    if any(row.latency is not None and not row.latency.quiet for row in report.rows):
        marks += "; ? the machine was not quiet"
    lines.append(marks)
    where = report.where
    if where:
        threads = "1 thread" if where["threads"] == 1 else f"{where['threads']} threads"
        lines.append(
            f"ms: per frame with preparation and decoding, median, int8, {threads}, "
            f"{where['backend']}, {where['board']} ({where['processor']})"
        )
    return lines


def _number(value: float, metric: str) -> str:
    shares = ("accuracy", "mAP", "mean IoU")
    return f"{value:.1%}" if metric.startswith(shares) else f"{value:.4g}"
