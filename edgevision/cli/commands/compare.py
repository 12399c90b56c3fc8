"""``edgevision compare``: did it become slower, or is that noise?"""

from __future__ import annotations

from pathlib import Path

import click

from ...errors import BudgetError
from ..options import echo_json, json_option
from ..parameter_types import Percentage


@click.command()
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path())
@click.option(
    "--max-slowdown",
    type=Percentage(),
    default="5%",
    show_default=True,
    help="Exit with 3 when a median surely grew by more, whatever the noise.",
)
@json_option
def compare(old: str, new: str, max_slowdown: float, as_json: bool) -> None:
    """Compare two records that 'benchmark --report FILE.json' wrote.

    Exits with 3 when a model is slower than allowed beyond doubt: the 99.7 % interval
    of the ratio of the medians lies above the limit.
    """
    from ...runtime.benchmark import comparison as benchmark_compare

    before = benchmark_compare.read_record(Path(old))
    after = benchmark_compare.read_record(Path(new))
    found = benchmark_compare.compare_records(before, after, max_slowdown=max_slowdown)
    warnings = benchmark_compare.cautions(before, after)
    if any(item.verdict == benchmark_compare.PERHAPS for item in found):
        warnings.append(
            "A slowdown may be above your limit. Measure both again for longer "
            "(benchmark --max-seconds 120) to know."
        )
    slower = [item for item in found if item.verdict == benchmark_compare.SLOWER]
    if as_json:
        echo_json(
            {
                "schema": 1,
                "max_slowdown": max_slowdown,
                "slower": bool(slower),
                "comparisons": [item.to_dict() for item in found],
                "cautions": warnings,
            }
        )
    else:
        for item in found:
            click.echo(
                f"{item.name}, {item.stage}: {item.old_ms:.3f} -> {item.new_ms:.3f} ms "
                f"({item.ratio - 1:+.1%}, 95 % interval {item.low - 1:+.1%} to "
                f"{item.high - 1:+.1%}): {item.verdict}"
            )
    for sentence in warnings:
        click.echo(f"Caution: {sentence}", err=True)
    if slower:
        worst = max(slower, key=lambda item: item.ratio)
        raise BudgetError(
            f"{worst.name} is {worst.ratio - 1:.1%} slower ({worst.old_ms:.3f} -> "
            f"{worst.new_ms:.3f} ms); the limit is {100 * max_slowdown:g} %. Look for "
            "what changed, or allow more with --max-slowdown."
        )
