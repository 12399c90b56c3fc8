"""The functions that an expression may call: their parameters and their limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# A default that is none: the argument must be passed.
REQUIRED: Final = "required"


@dataclass(frozen=True)
class Parameter:
    """One argument that is a constant.

    Attributes:
        name: As in ``name=value``.
        kind: number, whole, flag, axis (a whole number or several), or wholes (all
            arguments that are left).
        default: What a missing argument means; ``REQUIRED`` means an error.
        least: The smallest value of a number.
    """

    name: str
    kind: str = "whole"
    default: float | str | None = REQUIRED
    least: float = -100_000


@dataclass(frozen=True)
class Function:
    """A function of the grammar.

    Attributes:
        words: How it is written, for help and errors.
        parameters: Its constant arguments, after the tensors.
        tensors: How many tensors it takes; 0 means two or more.
    """

    words: str
    parameters: tuple[Parameter, ...] = ()
    tensors: int = 1


def _size(name: str, default: float | str | None = REQUIRED) -> Parameter:
    return Parameter(name, default=default, least=1)


def _edge(name: str) -> Parameter:
    return Parameter(name, least=0)


_AXIS: Final = Parameter("axis", "axis")
_LAST: Final = Parameter("axis", "axis", -1)
_KEEP: Final = Parameter("keepdims", "flag", 0)
_EDGES: Final = (_edge("top"), _edge("bottom"), _edge("left"), _edge("right"))
_SIZES: Final = (_size("height"), _size("width"))

FUNCTIONS: Final[dict[str, Function]] = {
    # Pictures.
    "resize": Function("resize(x, height, width)", _SIZES),
    "resize_v1": Function("resize_v1(x, height, width)", _SIZES),
    "crop": Function("crop(x, top, bottom, left, right)", _EDGES),
    "pad": Function("pad(x, top, bottom, left, right)", _EDGES),
    "gray": Function("gray(x)"),
    "rgb": Function("rgb(x)"),
    "bgr": Function("bgr(x)"),
    "standardize": Function("standardize(x)"),
    "depth_to_space": Function("depth_to_space(x, 2)", (_size("block"),)),
    "space_to_depth": Function("space_to_depth(x, 2)", (_size("block"),)),
    # Each value by itself.
    "relu": Function("relu(x)"),
    "relu6": Function("relu6(x)"),
    "elu": Function("elu(x)"),
    "gelu": Function("gelu(x)"),
    "sigmoid": Function("sigmoid(x)"),
    "tanh": Function("tanh(x)"),
    "swish": Function("swish(x)"),
    "hard_swish": Function("hard_swish(x)"),
    "abs": Function("abs(x)"),
    "sqrt": Function("sqrt(x)"),
    "square": Function("square(x)"),
    "exp": Function("exp(x)"),
    "log": Function("log(x)"),
    "clip": Function(
        "clip(x, low, high)", (Parameter("low", "number"), Parameter("high", "number"))
    ),
    # Along an axis.
    "softmax": Function("softmax(x)", (_LAST,)),
    "l2_normalize": Function("l2_normalize(x, axis=-1)", (_LAST,)),
    "mean": Function("mean(x, axis)", (_AXIS, _KEEP)),
    "sum": Function("sum(x, axis)", (_AXIS, _KEEP)),
    "max": Function("max(x, axis)", (_AXIS, _KEEP)),
    "min": Function("min(x, axis)", (_AXIS, _KEEP)),
    # Shapes; the sizes are those of one sample, without the batch.
    "reshape": Function("reshape(x, 8, 8, 3)", (Parameter("sizes", "wholes"),)),
    "flatten": Function("flatten(x)"),
    "transpose": Function("transpose(x, 0, 2, 1, 3)", (Parameter("axes", "wholes"),)),
    "squeeze": Function("squeeze(x, axis)", (_AXIS,)),
    "expand_dims": Function("expand_dims(x, axis)", (Parameter("axis"),)),
    # Several tensors.
    "concat": Function("concat(x[0], x[1])", (Parameter("axis", "whole", -1),), 0),
    "add": Function("add(x[0], x[1])", (), 0),
    "subtract": Function("subtract(x[0], x[1])", (), 2),
    "multiply": Function("multiply(x[0], x[1])", (), 0),
}
