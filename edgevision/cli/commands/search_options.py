"""``edgevision train --search``: the lists of choices that are searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ...training.callbacks import TrainCallbacks
    from ...training.request import TrainRequest
    from ...training.search import SearchReport


def single(choices: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """Return choices in which lists are their only value, or None where there is none.

    Args:
        choices: By name.
        names: Name of a list -> the option that it comes from.

    Raises:
        click.UsageError: A list has several values, which only a search takes.
    """
    single_values = dict(choices)
    for name, option in names.items():
        values = choices[name]
        if values is not None and len(values) > 1:
            raise click.UsageError(
                f"{option} takes one value, got {len(values)}; several are for "
                "--search."
            )
        single_values[name] = values[0] if values else None
    return single_values


def search(
    request: TrainRequest,
    max_ms: float | None,
    lists: dict[str, tuple[Any, ...] | None],
    callbacks: TrainCallbacks,
) -> SearchReport:
    """Search among the lists; see :func:`edgevision.training.search.run_search.search`.

    Raises:
        click.UsageError: There is no budget.
    """
    from ...training.search import SearchPlan
    from ...training.search import search as work

    if max_ms is None:
        raise click.UsageError(
            "--search needs --max-ms: how long a frame may take on this device."
        )
    plan = SearchPlan(
        request,
        max_ms,
        archs=lists["arch"] or (),
        widths=lists["width"] or (),
        input_sizes=lists["input_size"] or (),
    )
    return work(plan, callbacks=callbacks)
