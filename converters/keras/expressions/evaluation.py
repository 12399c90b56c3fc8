"""What an expression computes, in TensorFlow's operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, reduce
from operator import add, mul
from typing import Any

from . import picture_operations as pictures
from . import shape_operations as shapes
from .arguments import Constant
from .parser import Expression
from .sizes import Axis, axes_of, one_axis, size_text
from .tree import Input, Negative, Node, Number, NumberList, Operation, Part, Slice


def evaluate(expression: Expression, inputs: Sequence[Any]) -> Any:
    """Return the tensor that an expression makes of a layer's inputs.

    Args:
        expression: What to compute.
        inputs: Float tensors of known rank, the batch first.

    Raises:
        ValueError: The expression does not fit the number or the shapes of the inputs;
            the text is the middle of a sentence.
    """
    if expression.input_count > len(inputs):
        plural = "s" if len(inputs) > 1 else ""
        raise ValueError(
            f"it reads x[{expression.input_count - 1}], and the layer has "
            f"{len(inputs)} input{plural}"
        )
    value = _value(expression.tree, inputs)
    if value.shape.rank == 0:
        raise ValueError("it leaves no batch")
    return value


def _value(node: Node, inputs: Sequence[Any]) -> Any:
    import tensorflow as tf

    if isinstance(node, Number):
        return tf.constant(node.value, inputs[0].dtype)
    if isinstance(node, NumberList):
        return tf.constant(node.values, inputs[0].dtype)
    if isinstance(node, Input):
        if node.position is None and len(inputs) > 1:
            raise ValueError(
                f"the layer has {len(inputs)} inputs, which are written x[0] to "
                f"x[{len(inputs) - 1}]"
            )
        return inputs[node.position or 0]
    if isinstance(node, Negative):
        return -_value(node.value, inputs)
    if isinstance(node, Operation):
        return _operation(node, inputs)
    if isinstance(node, Part):
        return _part(_value(node.value, inputs), node.items)
    tensors = [_value(tensor, inputs) for tensor in node.tensors]
    if len(tensors) > 1 and node.name != "concat":
        for tensor in tensors[1:]:
            _check_shapes(tensors[0], tensor)
    return _functions()[node.name](*tensors, *map(_plain, node.numbers))


def _operation(node: Operation, inputs: Sequence[Any]) -> Any:
    left = _value(node.left, inputs)
    if node.sign == "**":
        return _power(left, node.right.value if isinstance(node.right, Number) else 1.0)
    right = _value(node.right, inputs)
    _check_shapes(left, right)
    if node.sign == "+":
        return left + right
    if node.sign == "-":
        return left - right
    return left * right if node.sign == "*" else left / right


def _check_shapes(left: Any, right: Any) -> None:
    """Refuse shapes that do not broadcast; a constant has at most one axis."""
    if (
        left.shape.rank != right.shape.rank
        and min(left.shape.rank, right.shape.rank) > 1
    ):
        raise ValueError(
            f"it joins the shapes {size_text(left.shape)} and "
            f"{size_text(right.shape)}, which do not fit"
        )
    pairs = zip(reversed(left.shape), reversed(right.shape), strict=False)
    if any(a != b and None not in (a, b) and 1 not in (a, b) for a, b in pairs):
        raise ValueError(
            f"it joins the shapes {size_text(left.shape)} and "
            f"{size_text(right.shape)}, which do not fit"
        )


def _power(x: Any, exponent: float) -> Any:
    """Return x to a constant power, without POW (float only) where that is possible."""
    import tensorflow as tf

    if exponent == 0.5:
        return tf.sqrt(x)
    if exponent in (1, 2, 3, 4):
        result = x if exponent % 2 else tf.square(x)
        return result * tf.square(x) if exponent > 2 else result
    return 1.0 / x if exponent == -1 else tf.pow(x, exponent)


def _part(value: Any, items: tuple[Slice | int | None, ...]) -> Any:
    rank = value.shape.rank
    used = sum(item is not None for item in items)
    if used > rank:
        raise ValueError(
            f"it takes a part along {used} axes of the shape {size_text(value.shape)}"
        )
    whole = [Slice()] * (rank - used)
    place = items.index(None) if None in items else len(items)
    row = [*items[:place], *whole, *items[place + 1 :]]
    for axis, (item, size) in enumerate(zip(row, value.shape, strict=True)):
        if axis == 0 and not (isinstance(item, Slice) and item.is_whole):
            raise ValueError("it takes a part of the batch, which stays whole")
        if isinstance(item, int) and size is not None and not -size <= item < size:
            raise ValueError(f"it reads position {item} of an axis of {size}")
        if isinstance(item, Slice) and size is not None and not len(_kept(item, size)):
            raise ValueError(f"it keeps nothing of an axis of {size}")
    return value[
        tuple(
            slice(item.start, item.stop, item.step) if isinstance(item, Slice) else item
            for item in row
        )
    ]


def _kept(item: Slice, size: int) -> range:
    return range(size)[item.start : item.stop : item.step]


def _plain(value: Constant) -> Any:
    """Return whole numbers as int, as TensorFlow wants them."""
    if isinstance(value, tuple):
        return tuple(int(one) for one in value)
    return int(value) if value is not None and value.is_integer() else value


@cache
def _functions() -> Mapping[str, Callable[..., Any]]:
    """Return what each name of ``FUNCTIONS`` computes; constants come last."""
    import tensorflow as tf

    def along(reduction: Callable[..., Any]) -> Callable[..., Any]:
        def reduced(x: Any, axis: Axis, keepdims: int) -> Any:
            return reduction(x, axes_of(x, axis), keepdims=bool(keepdims))

        return reduced

    return {
        "resize": pictures.resize,
        "resize_v1": pictures.resize_v1,
        "crop": pictures.crop,
        "pad": pictures.pad,
        "gray": pictures.gray,
        "rgb": pictures.rgb,
        "bgr": pictures.bgr,
        "standardize": pictures.standardize,
        "depth_to_space": pictures.depth_to_space,
        "space_to_depth": pictures.space_to_depth,
        "relu": tf.nn.relu,
        "relu6": tf.nn.relu6,
        "elu": tf.nn.elu,
        "gelu": tf.nn.gelu,
        "sigmoid": tf.sigmoid,
        "tanh": tf.tanh,
        "swish": lambda x: x * tf.sigmoid(x),
        "hard_swish": lambda x: x * tf.nn.relu6(x + 3.0) * (1 / 6),
        "abs": tf.abs,
        "sqrt": tf.sqrt,
        "square": tf.square,
        "exp": tf.exp,
        "log": tf.math.log,
        "clip": lambda x, low, high: tf.minimum(tf.maximum(x, low), high),
        "softmax": lambda x, axis: tf.nn.softmax(x, one_axis(x, axis)),
        "l2_normalize": lambda x, axis: tf.math.l2_normalize(x, axes_of(x, axis)),
        "mean": along(tf.reduce_mean),
        "sum": along(tf.reduce_sum),
        "max": along(tf.reduce_max),
        "min": along(tf.reduce_min),
        "reshape": shapes.reshape,
        "flatten": shapes.flatten,
        "transpose": shapes.transpose,
        "squeeze": shapes.squeeze,
        "expand_dims": shapes.expand_dims,
        "concat": shapes.concat,
        "add": lambda *tensors: reduce(add, tensors),
        "subtract": lambda left, right: left - right,
        "multiply": lambda *tensors: reduce(mul, tensors),
    }
