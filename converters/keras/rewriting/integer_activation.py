"""Activations and arithmetic with ops that TensorFlow Lite computes in integers.

Some ops have no integer kernel, or TensorFlow's quantizer leaves them in float: NEG,
SQUARE, ELU. Others are split into steps whose range is much too wide for 8 bits, such
as ``exp(x)`` of a large x in softplus and selu.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from .constants import Constants
from .copied_graph import Replacement
from .squares import behind

_SELU_SCALE: Final = 1.0507009873554805
_SELU_ALPHA: Final = 1.6732632423543772


def activations(graph: Any) -> Iterator[tuple[str, Replacement]]:
    """Yield other ops for tensors of a graph, by the tensors' names."""
    constants = Constants(graph)
    for op in graph.get_operations():
        if op.outputs and constants.is_fixed(op.outputs[0]):
            continue
        if op.type == "Neg" and _is_part(op, constants):
            continue
        if op.type in _OPS and op.inputs[0].dtype.is_floating:
            yield op.outputs[0].name, Replacement((op.inputs[0],), _OPS[op.type])
        elif op.type == "Mul":
            source = _mish_of(op)
            if source is not None:
                yield op.outputs[0].name, Replacement((source,), mish)
        elif op.type in _LIMITS and _shares_an_input(op):
            yield op.outputs[0].name, Replacement(tuple(op.inputs), _LIMITS[op.type])


def negative(x: Any) -> Any:
    """Return ``-x``."""
    return x * -1.0


def square(x: Any) -> Any:
    """Return ``x * x``."""
    return x * x


def elu(x: Any) -> Any:
    """Return x where it is positive, and ``exp(x) - 1`` elsewhere."""
    import tensorflow as tf

    positive = tf.nn.relu(x)
    return positive + (tf.exp(x - positive) - 1.0)


def selu(x: Any) -> Any:
    """Return elu with the scales of selu."""
    import tensorflow as tf

    positive = tf.nn.relu(x)
    negative = (tf.exp(x - positive) - 1.0) * (_SELU_SCALE * _SELU_ALPHA)
    return positive * _SELU_SCALE + negative


def softplus(x: Any) -> Any:
    """Return ``log(1 + exp(x))``, from a logarithm of values between 0.5 and 1."""
    import tensorflow as tf

    return tf.nn.relu(x) - tf.math.log(tf.sigmoid(tf.abs(x)))


def mish(x: Any) -> Any:
    """Return ``x * tanh(softplus(x))``, from a sigmoid.

    With s for the sigmoid and p for ``s * (2 - s)`` it is ``x * p / (2 - p)``. The
    division is a product with a squared inverse root, which older interpreters have.
    """
    import tensorflow as tf

    sigmoid = tf.sigmoid(x)
    part = sigmoid * (2.0 - sigmoid)
    root = tf.math.rsqrt(2.0 - part)
    return x * (part * root * root)


def maximum(one: Any, two: Any) -> Any:
    """Return the larger of two."""
    import tensorflow as tf

    return two + tf.nn.relu(one - two)


def minimum(one: Any, two: Any) -> Any:
    """Return the smaller of two."""
    import tensorflow as tf

    return one - tf.nn.relu(one - two)


_OPS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "Elu": elu,
    "Neg": negative,
    "Selu": selu,
    "Softplus": softplus,
    "Square": square,
}

# Inputs and output of these have one range, and TensorFlow's quantizer takes the
# output's: where others read an input too, they get its values cut off.
_LIMITS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "Maximum": maximum,
    "Minimum": minimum,
}


def _shares_an_input(op: Any) -> bool:
    """Return whether others read a computed input of an op."""
    return any(
        x.dtype.is_floating and x.op.type != "Const" and len(behind(x).consumers()) > 1
        for x in op.inputs
    )


def _is_part(op: Any, constants: Constants) -> bool:
    """Return whether a NEG is part of what the converter knows as one operator.

    These are the exact GELU (with Erfc) and PReLU as Keras writes it.
    """
    for follower in op.outputs[0].consumers():
        if follower.type == "Erfc":
            return True
        scaled = [
            (product, x)
            for product in (follower, *follower.outputs[0].consumers())
            if product.type == "Mul"
            for x in product.inputs
            if constants.is_fixed(x)
        ]
        if follower.type == "Relu":
            return any(slope.shape.rank for _, slope in scaled)
        for product, _ in scaled:
            if any(x.type == "Erfc" for x in product.outputs[0].consumers()):
                return True
    return False


def _mish_of(op: Any) -> Any:
    """Return the tensor whose mish an op computes."""
    inputs = [behind(x) for x in op.inputs]
    for one, two in (inputs, inputs[::-1]):
        if two.op.type == "Tanh" and behind(two.op.inputs[0]).op.type == "Softplus":
            source = behind(behind(two.op.inputs[0]).op.inputs[0])
            if source.name == one.name:
                return source
    return None
