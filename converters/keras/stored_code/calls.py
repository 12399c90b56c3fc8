"""Functions of TensorFlow and Keras, in the words of the grammar."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Term:
    """A part of an expression, as text.

    Attributes:
        text: In the words of the grammar.
        rank: How closely it holds together: 1 a sum, 2 a product, 3 a sign, 4 a power,
            5 anything else.
        is_list: It is a list of several inputs.
    """

    text: str
    rank: int = 5
    is_list: bool = False


# The same in the grammar, of one tensor.
_SAME: Final = (
    *("abs", "square", "sqrt", "exp", "log", "relu", "relu6", "elu", "gelu"),
    *("sigmoid", "tanh", "swish", "hard_swish", "softmax", "flatten"),
)
_RENAMED: Final = {
    "rgb_to_grayscale": "gray",
    "grayscale_to_rgb": "rgb",
    "per_image_standardization": "standardize",
    "per_image_whitening": "standardize",
    "batch_flatten": "flatten",
    "silu": "swish",
}
# What leaves numbers as they are.
_NEUTRAL: Final = (
    *("cast", "to_float", "convert_to_tensor", "identity", "cast_to_floatx"),
    "stop_gradient",
)
_SIGNS: Final = {"add": "+", "subtract": "-", "multiply": "*"}
_REDUCTIONS: Final = ("mean", "sum", "max", "min")
_LONGEST: Final = 400
_MOST_NUMBERS: Final = 64
_OLD_RESIZE: Final = ("resize_images", "resize_bilinear")


def text_of(value: Any) -> str:
    """Return a value as text of the grammar.

    Raises:
        ValueError: It has no place there, or is longer than any expression.
    """
    if isinstance(value, Term):
        if value.is_list or len(value.text) > _LONGEST:
            raise ValueError("a list of inputs, or no end of text")
        return value.text
    if isinstance(value, tuple) and 0 < len(value) <= _MOST_NUMBERS:
        # A list inside a list may double without end.
        if any(isinstance(one, tuple) for one in value):
            raise ValueError("a list in a list")
        texts = [text_of(one) for one in value]
        return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("no number")
    return repr(float(value)).removesuffix(".0")


def call(path: str, values: Sequence[Any], named: Mapping[str, Any]) -> Term:
    """Return a call of a library's function, in the words of the grammar.

    Args:
        path: Dotted, such as ``tf.image.resize``.
        values: Arguments without a name.
        named: Arguments with one.

    Raises:
        ValueError: The grammar has no such function, or not with such arguments.
        IndexError: An argument is missing.
    """
    name = path.rpartition(".")[2].removeprefix("reduce_")
    rest = list(values[1:])
    options = {key: item for key, item in named.items() if key not in ("name", "dtype")}
    name = _RENAMED.get(name, name)
    if name in _NEUTRAL:
        value = values[0]
        if not isinstance(value, Term):
            raise ValueError("a constant")
        return value
    if name in _SAME and not rest and not options:
        return Term(f"{name}({text_of(values[0])})")
    if name in ("gray", "rgb", "standardize"):
        return Term(f"{name}({text_of(values[0])})")
    if name in _SIGNS and len(values) == 2 and not options:
        return Term(f"({text_of(values[0])} {_SIGNS[name]} {text_of(values[1])})")
    maker = _MAKERS.get(name)
    if maker is None:
        raise ValueError(f"{path} is not in the grammar")
    return Term(maker(name, values[0], rest, options))


def _axis(rest: list[Any], options: dict[str, Any], place: int = 0) -> Any:
    if len(rest) > place:
        return rest[place]
    return options.pop("axis", options.pop("dim", None))


def _normalized(_name: str, value: Any, rest: list[Any], options: Any) -> str:
    axis = _axis(rest, options)
    end = "" if axis is None else f", {text_of(axis)}"
    return f"l2_normalize({text_of(value)}{end})"


def _reduced(name: str, value: Any, rest: list[Any], options: Any) -> str:
    axis = _axis(rest, options)
    keep = rest[1] if len(rest) > 1 else options.get("keepdims")
    end = ", keepdims=True" if keep else ""
    return f"{name}({text_of(value)}, {text_of(axis)}{end})"


def _resized(name: str, value: Any, rest: list[Any], options: Any) -> str:
    size = rest[0] if rest else options.pop("size", options.pop("images", None))
    if not isinstance(size, tuple) or len(size) != 2 or len(rest) > 1 or options:
        raise ValueError("not a bilinear resize")
    kind = "resize_v1" if name in _OLD_RESIZE else "resize"
    return f"{kind}({text_of(value)}, {text_of(size[0])}, {text_of(size[1])})"


def _clipped(_name: str, value: Any, rest: list[Any], options: Any) -> str:
    low = rest[0] if rest else options.get("clip_value_min", options.get("min_value"))
    high = (
        rest[1]
        if len(rest) > 1
        else options.get("clip_value_max", options.get("max_value"))
    )
    return f"clip({text_of(value)}, {text_of(low)}, {text_of(high)})"


def _along(name: str, value: Any, rest: list[Any], options: Any) -> str:
    return f"{name}({text_of(value)}, {text_of(_axis(rest, options))})"


def _blocks(name: str, value: Any, rest: list[Any], options: Any) -> str:
    size = rest[0] if rest else options.get("block_size")
    return f"{name}({text_of(value)}, {text_of(size)})"


def _reshaped(_name: str, value: Any, rest: list[Any], options: Any) -> str:
    sizes = rest[0] if rest else options.get("shape", options.get("newshape"))
    if not isinstance(sizes, tuple) or len(sizes) < 2 or sizes[0] != -1:
        raise ValueError("a batch that is not open")
    shown = ", ".join(text_of(size) for size in sizes[1:])
    return f"reshape({text_of(value)}, {shown})"


def _transposed(_name: str, value: Any, rest: list[Any], options: Any) -> str:
    axes = rest[0] if rest else options.get("perm", options.get("pattern"))
    return f"transpose({text_of(value)}, {text_of(axes)})"


def _joined(_name: str, value: Any, rest: list[Any], options: Any) -> str:
    axis = _axis(rest, options)
    if not isinstance(value, tuple) or len(value) > _MOST_NUMBERS:
        raise ValueError("no list of tensors")
    parts = ", ".join(text_of(one) for one in value)
    return f"concat({parts}{'' if axis is None else f', axis={text_of(axis)}'})"


_MAKERS: Final[Mapping[str, Callable[[str, Any, list[Any], Any], str]]] = {
    "l2_normalize": _normalized,
    **dict.fromkeys(_REDUCTIONS, _reduced),
    **dict.fromkeys(("resize", *_OLD_RESIZE), _resized),
    **dict.fromkeys(("clip", "clip_by_value"), _clipped),
    **dict.fromkeys(("squeeze", "expand_dims"), _along),
    **dict.fromkeys(("depth_to_space", "space_to_depth"), _blocks),
    "reshape": _reshaped,
    **dict.fromkeys(("transpose", "permute_dimensions"), _transposed),
    **dict.fromkeys(("concat", "concatenate"), _joined),
}
