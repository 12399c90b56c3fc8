"""The numbers that a model returns: their names, and what is true of pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...runtime.decoders.values import ValuesDecoder, ValuesOptions
from ...runtime.tensors import TensorSpec
from ..datasets import ImageSet, value_table
from .output_plan import OutputPlan
from .truth_columns import Rows, rows_in_order

DECODER: Final = "values"
_LISTS: Final = ("names", "units", "ranges", "scale", "offset")


def value_names(
    plan: OutputPlan, output_names: Sequence[str], outputs: Sequence[npt.NDArray[Any]]
) -> OutputPlan:
    """Return a plan whose values have names; other plans as they are.

    Several outputs of one number each give their own names, where neither options nor
    labels do. Texts with commas become lists, which is what a card holds.

    Args:
        plan: Perhaps for the decoder ``values``.
        output_names: What the trained model calls its outputs.
        outputs: The float model's outputs on a few inputs, batch axis first.

    Raises:
        UnsupportedModelError: The outputs are no numbers.
        ValueError: An option does not fit the number of values.
    """
    if plan.decoder != DECODER:
        return plan
    sizes = [int(np.prod(output.shape[1:])) for output in outputs]
    options = dict(plan.options)
    singles = len(sizes) > 1 and set(sizes) == {1}
    if singles and not plan.labels and options.get("names") is None:
        options["names"] = list(output_names)
    known = ValuesOptions(**options)
    for name in _LISTS:
        if name in options:
            options[name] = _plain(vars(known)[name])
    specs = [
        TensorSpec(name, i, (1, size), np.dtype(np.float32))
        for i, (name, size) in enumerate(zip(output_names, sizes, strict=True))
    ]
    ValuesDecoder(specs, labels=plan.labels, options=known)
    return replace(plan, options=options)


def true_values(
    images: ImageSet, plan: OutputPlan, count: int, on_note: Callable[[str], None]
) -> Rows | None:
    """Return the true values of pictures in the model's order.

    Columns are matched with the values by name, and by order where no name fits.

    Args:
        images: Pictures, perhaps with a table beside them.
        plan: Holds the names of the values.
        count: How many values the model returns.
        on_note: Called with a sentence when values are known but cannot be used.

    Returns:
        float64 (N, C), NaN where one is not known; None means that none are.

    Raises:
        CalibrationError: The table cannot be read.
    """
    if plan.decoder != DECODER:
        return None
    table = value_table(images)
    if table is None:
        return None
    names: Any = ValuesOptions(**plan.options).names or plan.labels
    return rows_in_order(table, names, count, "values", on_note)


def _plain(value: Any) -> Any:
    """Return tuples as lists, as JSON has them; one number for all as that number."""
    if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], float):
        return value[0]
    return [_plain(v) for v in value] if isinstance(value, tuple) else value
