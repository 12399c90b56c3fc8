"""The parts that a graph joins to an output's channels, such as boxes and scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ....tflite import ModelFile

PASSING: Final = frozenset(
    {
        *("QUANTIZE", "DEQUANTIZE", "RESHAPE", "SQUEEZE", "EXPAND_DIMS", "CAST"),
        "TRANSPOSE",
    }
)
"""Operations that keep all values, and their number."""

_MOST_PARTS: Final = 256
_DEEPEST: Final = 32


@dataclass(frozen=True)
class ChannelPart:
    """Channels of an output that one operation computes.

    Attributes:
        width: Number of channels.
        tensor: The tensor that holds them.
        maker: Name of the operation that computes it, "" for none.
    """

    width: int
    tensor: int
    maker: str


def channel_parts(model: ModelFile, output: int, width: int) -> tuple[ChannelPart, ...]:
    """Return the parts of an output's channels, in their order.

    Where the graph joins levels or anchors, the parts are those of the first: all are
    alike.

    Args:
        model: The file.
        output: The output's tensor.
        width: Number of its channels.

    Returns:
        One part where nothing is joined.
    """
    return tuple(_parts(model, output, width, 0))


def _parts(model: ModelFile, index: int, width: int, depth: int) -> list[ChannelPart]:
    # Bounded: a hostile graph may be a circle.
    for _ in range(_DEEPEST):
        maker = model.graph().makers.get(index)
        if maker is None or maker.name not in PASSING or not maker.inputs:
            break
        index = maker.inputs[0]
    maker = model.graph().makers.get(index)
    name = maker.name if maker else ""
    if maker is None or name != "CONCATENATION" or depth >= _DEEPEST:
        return [ChannelPart(width, index, name)]
    inputs = [i for i in maker.inputs if i >= 0]
    # One tensor at a time: a file has hundreds, and start-up counts.
    graph = model.graph()
    shapes = [graph.tensor(i).shape for i in inputs]
    axis = _joined_axis(graph.tensor(index).shape, shapes)
    if axis is None or len(inputs) > _MOST_PARTS:
        return [ChannelPart(width, index, name)]
    widths = [shape[axis] for shape in shapes]
    if sum(widths) == width:
        parts: list[ChannelPart] = []
        for i, own in zip(inputs, widths, strict=True):
            parts += _parts(model, i, own, depth + 1)
        return parts
    if width in (*shapes[0][:axis], *shapes[0][axis + 1 :]):
        return _parts(model, inputs[0], width, depth + 1)
    return [ChannelPart(width, index, name)]


def _joined_axis(whole: tuple[int, ...], parts: list[tuple[int, ...]]) -> int | None:
    """Return the axis along which parts are joined; None where no one fits."""
    if not parts or any(len(part) != len(whole) for part in parts):
        return None
    for axis, side in enumerate(whole):
        rest = {part[:axis] + part[axis + 1 :] for part in parts}
        if rest == {whole[:axis] + whole[axis + 1 :]} and len(parts) > 1:
            return axis if sum(part[axis] for part in parts) == side else None
    return None


def operations_behind(
    model: ModelFile, tensor: int, *, ends: frozenset[str], most: int = 400
) -> frozenset[str]:
    """Return the names of the operations behind a tensor, up to those that end a walk.

    Args:
        model: The file.
        tensor: Where to begin.
        ends: Names of operations that are counted and not passed.
        most: The most operations that are visited.
    """
    names: set[str] = set()
    waiting, seen = [tensor], {tensor}
    while waiting and len(seen) <= most:
        maker = model.graph().makers.get(waiting.pop(0))
        if maker is None:
            continue
        names.add(maker.name)
        if maker.name not in ends:
            fresh = [i for i in maker.inputs if i >= 0 and i not in seen]
            seen.update(fresh)
            waiting += fresh
    return frozenset(names)
