"""Labels of which several may be true: their thresholds, and what is true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ...runtime.decoders import ClassifierOptions
from ..datasets import ImageSet, label_table
from .output_plan import OutputPlan
from .truth_columns import Rows, rows_in_order


def is_multi_label(plan: OutputPlan) -> bool:
    """Return whether a plan reads labels of which several may be true."""
    return plan.decoder == "classifier" and bool(plan.options.get("multi_label"))


def with_thresholds(plan: OutputPlan) -> OutputPlan:
    """Return a plan with thresholds as a card holds them: a number or a list.

    Raises:
        ValueError: A threshold is no number in 0..1.
    """
    if not is_multi_label(plan) or plan.options.get("thresholds") is None:
        return plan
    known: Any = ClassifierOptions(**plan.options).thresholds
    listed = known[0] if len(known) == 1 else list(known)
    return replace(plan, options={**plan.options, "thresholds": listed})


def true_labels(
    images: ImageSet, plan: OutputPlan, on_note: Callable[[str], None]
) -> Rows | None:
    """Return which labels are true of each picture, in the model's order.

    Args:
        images: Pictures, perhaps with a table beside them.
        plan: Holds the labels and their number.
        on_note: Called with a sentence when labels are known but cannot be used.

    Returns:
        float64 (N, C), 0 or 1, NaN where it is not known; None means that none is.

    Raises:
        CalibrationError: The table cannot be read.
    """
    if not is_multi_label(plan):
        return None
    table = label_table(images, plan.labels)
    if table is None:
        return None
    rows = rows_in_order(table, plan.labels, plan.classes, "labels", on_note)
    if rows is not None and not np.isin(rows[~np.isnan(rows)], (0, 1)).all():
        on_note(
            f"{table.name} has other numbers than 0 and 1; the true labels are not "
            "used."
        )
        return None
    return rows
