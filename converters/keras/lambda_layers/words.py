"""Lambda layers in words: what they are, and the option that stands in for them."""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from .graph import Shape
from .lambda_layer import LambdaLayer
from .suggestions import suggestions


def describe_lambda(layer: LambdaLayer) -> str:
    """Return a layer's name, shapes and likely expressions as one paragraph."""
    inputs = " and ".join(map(_shape, layer.inputs)) or "unknown"
    text = f"'{_printable(layer.name)}': {inputs} -> {_shape(layer.output)}"
    if layer.is_first:
        text += ", the first layer"
    if layer.function:
        text += f", function '{_printable(layer.function)}'"
    likely = suggestions(layer)
    if layer.expression is not None:
        stored = f"Its code, stored by {layer.writer},"
        return f"{text}. {stored} reads as: {likely[0].expression}"
    words = [word for word in layer.stored.words if word != layer.function]
    if words:
        text += f", which mentions {_printable(', '.join(words[:8]))}"
    if layer.stored.arguments:
        pairs = ", ".join(
            f"{k}={v!r}" for k, v in list(layer.stored.arguments.items())[:4]
        )
        text += f", with {_printable(pairs[:80])}"
    if not likely:
        return f"{text}. No expression is likely by its shapes."
    shown = "; ".join(f"{item.expression} ({item.reason})" for item in likely)
    return f"{text}. Likely: {shown}"


def lambda_options(layers: Sequence[LambdaLayer]) -> str:
    """Return the options that stand in for these layers, ready to type.

    Layers that likely compute the same share a pattern where one fits only them. Where
    nothing is likely, ``...`` stands for the expression.
    """
    groups: dict[str, list[str]] = {}
    for layer in layers:
        likely = suggestions(layer)
        text = likely[0].expression if likely else "..."
        groups.setdefault(text, []).append(_printable(layer.name))
    everyone = {name for names in groups.values() for name in names}
    return " ".join(
        f"--lambda {shlex.quote(f'{name}={text}')}"
        for text, names in groups.items()
        for name in _patterns(names, everyone - set(names))
    )


def _patterns(names: list[str], others: set[str]) -> list[str]:
    """Return one pattern that fits all names and none of the others, or the names."""
    if len(names) < 3:
        return names
    if not others:
        return ["*"]
    start = _common(names)
    ends = [name[len(start) :][::-1] for name in names]
    pattern = f"{start}*{_common(ends)[::-1]}"
    taken = any(fnmatchcase(other, pattern) for other in others)
    return names if taken or set(pattern) & set("?[") else [pattern]


def _common(texts: Sequence[str]) -> str:
    """Return what all texts begin with."""
    columns = zip(*texts, strict=False)
    same = itertools.takewhile(lambda letters: len(set(letters)) == 1, columns)
    return "".join(letters[0] for letters in same)


def lambda_facts(layers: Sequence[LambdaLayer]) -> list[dict[str, Any]]:
    """Return the same as plain JSON types, for ``inspect``."""
    return [
        {
            "name": layer.name,
            "inputs": [None if s is None else list(s) for s in layer.inputs],
            "output": None if layer.output is None else list(layer.output),
            "first": layer.is_first,
            "function": layer.function or None,
            "stored_by": layer.writer or None,
            "code": layer.expression,
            "likely": [item.expression for item in suggestions(layer)],
            "words": describe_lambda(layer),
        }
        for layer in layers
    ]


def _shape(shape: Shape | None) -> str:
    if shape is None:
        return "unknown shape"
    return "x".join("?" if size is None else str(size) for size in shape)


def _printable(text: str) -> str:
    """Return a name of somebody else's on one line."""
    return "".join(c if c.isprintable() else "?" for c in text[:200])
