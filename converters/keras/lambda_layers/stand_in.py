"""Functions that stand in for the code of Lambda layers: expressions of the grammar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import numpy.typing as npt

from ....errors import ConversionError, unknown_name
from ..expressions import Expression, evaluate, factor_and_shift, parse_expression

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class StandIn:
    """A function that computes an expression, for one Lambda layer or several.

    Attributes:
        pattern: Name of the layer; ``*`` and ``?`` stand for any characters.
        expression: What it computes.
    """

    pattern: str
    expression: Expression

    def __call__(self, value: Any) -> Any:
        """Return the expression's value for what the layer is given.

        Args:
            value: A tensor, or several in a list; the batch comes first.

        Raises:
            ConversionError: The expression does not fit their number or their shapes.
        """
        import tensorflow as tf

        inputs = [
            x if x.dtype.is_floating else tf.cast(x, tf.float32)
            for x in map(tf.convert_to_tensor, tf.nest.flatten(value))
        ]
        try:
            return evaluate(self.expression, inputs)
        except ValueError as error:
            shapes = " and ".join(str(tuple(x.shape)) for x in inputs)
            raise ConversionError(
                f"--lambda '{self.pattern}={self.expression.text}' does not fit the "
                f"layer, which gets {shapes.replace('None', '?')}: {error}. Pass "
                "another expression."
            ) from error

    @property
    def keeps_scale(self) -> bool:
        """Return whether it leaves numbers as they are, as a resize does."""
        line = factor_and_shift(self.expression)
        return line is not None and not (np.any(line[0] != 1) or np.any(line[1]))

    def after(self, factor: Values, shift: Values) -> tuple[Values, Values] | None:
        """Return factor and shift of all steps so far; None if it is no line.

        Args:
            factor: What pixels were multiplied by before this step.
            shift: What was added to them.
        """
        line = factor_and_shift(self.expression)
        return None if line is None else (factor * line[0], shift * line[0] + line[1])


def stand_ins(lambdas: Mapping[str, str]) -> dict[str, StandIn]:
    """Return the functions for texts of expressions, by the name of the layer.

    Raises:
        ValueError: A text is no expression.
    """
    return {
        name: StandIn(name, parse_expression(text)) for name, text in lambdas.items()
    }


def by_layer(functions: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return the function of each layer; its own name counts more than a pattern.

    Args:
        functions: By names or patterns.
        names: Of the Lambda layers.

    Raises:
        ConversionError: A name or pattern fits no Lambda layer.
    """
    known = list(dict.fromkeys(names))
    chosen = {name: functions[name] for name in known if name in functions}
    for pattern, function in functions.items():
        fitting = [name for name in known if fnmatchcase(name, pattern)]
        if pattern not in known and not fitting:
            raise ConversionError(
                f"--lambda {pattern}=...: "
                + unknown_name("Lambda layer", pattern, known)
                if known
                else "The model has no Lambda layer. Leave --lambda out."
            )
        for name in fitting:
            chosen.setdefault(name, function)
    return chosen
