"""Match the arguments of a call with the parameters of its function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from .functions import FUNCTIONS, REQUIRED, Parameter
from .tree import Node, Number, NumberList

Constant = float | tuple[float, ...] | None

_MOST: Final = 100_000


def bind(
    name: str, values: Sequence[Node], named: Mapping[str, Node]
) -> tuple[tuple[Node, ...], tuple[Constant, ...]]:
    """Return the tensors and the constants of a call, in the function's order.

    Args:
        name: A name from ``FUNCTIONS``.
        values: Arguments without a name.
        named: Arguments with one.

    Raises:
        ValueError: They do not fit; the text is the middle of a sentence.
    """
    function = FUNCTIONS[name]
    count = function.tensors or _leading_tensors(values)
    tensors = tuple(values[:count])
    if len(tensors) < max(count, 1 if function.tensors else 2) or any(
        isinstance(tensor, (Number, NumberList)) for tensor in tensors
    ):
        raise ValueError(f"it is written {function.words}")
    rest = list(values[count:])
    constants: list[Constant] = []
    unused = dict(named)
    for parameter in function.parameters:
        if parameter.kind == "wholes":
            constants.append(_wholes(function.words, rest))
            rest = []
        elif rest:
            constants.append(_constant(function.words, parameter, rest.pop(0)))
        elif parameter.name in unused:
            value = unused.pop(parameter.name)
            constants.append(_constant(function.words, parameter, value))
        elif parameter.default == REQUIRED:
            raise ValueError(f"{parameter.name} is missing in {function.words}")
        else:
            default = parameter.default
            constants.append(None if default is None else float(default))
    if rest or unused:
        raise ValueError(f"it is written {function.words}")
    if name == "clip" and not constants[0] <= constants[1]:  # type: ignore[operator]
        raise ValueError("the limits of clip(x, low, high) are the wrong way round")
    return tensors, tuple(constants)


def _leading_tensors(values: Sequence[Node]) -> int:
    numbers = [isinstance(value, (Number, NumberList)) for value in values]
    return numbers.index(True) if True in numbers else len(values)


def _constant(words: str, parameter: Parameter, value: Node) -> Constant:
    if parameter.kind == "axis" and isinstance(value, NumberList):
        return tuple(_whole(words, parameter.name, one) for one in value.values)
    if not isinstance(value, Number):
        raise ValueError(f"{parameter.name} must be a number in {words}")
    if parameter.kind == "number":
        return value.value
    if parameter.kind == "flag":
        if value.value not in (0, 1):
            raise ValueError(f"{parameter.name} must be True or False in {words}")
        return value.value
    number = _whole(words, parameter.name, value.value)
    if number < parameter.least:
        raise ValueError(
            f"{parameter.name} must be at least {parameter.least:g} in {words}"
        )
    return number


def _wholes(words: str, values: Sequence[Node]) -> tuple[float, ...]:
    if len(values) == 1 and isinstance(values[0], NumberList):
        numbers = values[0].values
    else:
        if not all(isinstance(value, Number) for value in values):
            raise ValueError(f"it is written {words}")
        numbers = tuple(v.value for v in values if isinstance(v, Number))
    if not 1 <= len(numbers) <= 8:
        raise ValueError(f"1 to 8 whole numbers are expected in {words}")
    return tuple(_whole(words, "each size or axis", number) for number in numbers)


def _whole(words: str, name: str, value: float) -> float:
    if not value.is_integer() or abs(value) > _MOST:
        raise ValueError(f"{name} must be a whole number in {words}")
    return value
