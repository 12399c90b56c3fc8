"""The variables of networks and optimizers that the state on disk holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import TrainingError


def of_network(model: Any) -> list[Any]:
    """Return all that a network holds, the states of its random layers included."""
    return list(model.variables)


def of_optimizers(optimizers: Sequence[Any]) -> list[Any]:
    """Return what optimizers remember, one after the other."""
    return [variable for item in optimizers for variable in item.variables]


def assign(variables: Sequence[Any], values: Sequence[npt.NDArray[Any]]) -> None:
    """Give variables the values that a state has for them, in order.

    Raises:
        TrainingError: Their number or shapes differ.
    """
    shapes = [tuple(variable.shape) for variable in variables]
    if shapes != [np.shape(value) for value in values]:
        raise TrainingError(
            "The state on disk is of a network with other shapes. Pass --force to "
            "begin "
            "anew."
        )
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
