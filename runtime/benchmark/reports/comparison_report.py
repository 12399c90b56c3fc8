"""A comparison as one self-contained HTML page: the answer first."""

from __future__ import annotations

from ....html import Page
from ..comparison import FASTER, SLOWER, BenchmarkComparison


def comparison_page(comparison: BenchmarkComparison) -> str:
    """Return a comparison as an HTML page."""
    page = Page("Which is faster?")
    if comparison.answer:
        page.text(comparison.answer, kind="lead")
    limit = comparison.max_slowdown
    if limit is not None:
        if comparison.too_slow:
            worst = comparison.too_slow[0]
            page.text(
                f"Slower than the limit of {100 * limit:g} %: {worst.name} by "
                f"{worst.ratio - 1:.1%}.",
                kind="bad",
            )
        else:
            page.text(
                f"Nothing is certainly slower than the limit of {100 * limit:g} %.",
                kind="good",
            )
    for change in comparison.changes:
        page.heading(f"{change.name}, {change.stage}")
        old = change.old_name if change.old_name != change.name else "old"
        new = change.name if change.old_name != change.name else "new"
        page.bars({old: change.old_ms, new: change.new_ms}, unit="ms")
        kind = {FASTER: "good", SLOWER: "bad"}.get(change.verdict, "")
        page.text(
            f"{change.ratio - 1:+.1%} (95 % interval {change.low - 1:+.1%} to "
            f"{change.high - 1:+.1%}): {change.verdict}",
            kind=kind if limit is not None else "",
        )
        if len(comparison.changes) > 1:
            page.text(change.sentence)
    if comparison.cautions:
        page.heading("Cautions")
        page.points(comparison.cautions)
    return page.render()
