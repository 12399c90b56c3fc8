"""Tables of what is true, in the order of a model's outputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from ..datasets import TruthTable

Rows = npt.NDArray[np.float64]


def rows_in_order(
    table: TruthTable,
    names: Sequence[str],
    count: int,
    what: str,
    on_note: Callable[[str], None],
) -> Rows | None:
    """Return a table's columns in the order of the model's values or labels.

    Columns are matched by name, and by order where no name fits.

    Args:
        table: What is true of each picture.
        names: What the model calls them; empty where it has no names.
        count: How many the model has.
        what: What they are, in the plural: values or labels.
        on_note: Called with a sentence when the table cannot be used, or not wholly.

    Returns:
        float64 (N, count), NaN where nothing is known; None where the table does not
        fit.
    """
    rows = _matched(table, names, count, what, on_note)
    if rows is None:
        columns = ", ".join(table.columns) or f"{table.rows.shape[1]} {what}"
        wanted = f" ({', '.join(names[:8])})" if names else ""
        on_note(
            f"{table.name} has {columns} per picture, the model {count} "
            f"{what if count > 1 else what.removesuffix('s')}{wanted}; the true {what} "
            "are not used."
        )
        return None
    if np.isnan(rows).all():
        on_note(
            f"{table.name} has no row for any of the {len(rows)} verification "
            f"pictures; the true {what} are not used."
        )
        return None
    if table.unknown:
        on_note(
            f"{table.unknown} of {len(rows)} verification pictures have no row in "
            f"{table.name}; their true {what} are not known."
        )
    return rows


def _matched(
    table: TruthTable,
    names: Sequence[str],
    count: int,
    what: str,
    on_note: Callable[[str], None],
) -> Rows | None:
    known = [column.casefold() for column in table.columns]
    wanted = [name.casefold() for name in names]
    if wanted and all(name in known for name in wanted):
        return table.rows[:, [known.index(name) for name in wanted]]
    if table.rows.shape[1] != count:
        return None
    if wanted and known:
        on_note(
            f"The columns of {table.name} ({', '.join(table.columns[:8])}) are not the "
            f"names of the {what}; they are matched in their order."
        )
    return table.rows
