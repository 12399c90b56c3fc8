"""The parts of a head's channels, as its graph joins them: boxes, scores and more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .....errors import UnsupportedModelError
from ....tflite import ModelFile
from ...image_input import find_image_input
from ..graph import ChannelPart, channel_parts, operations_behind

if TYPE_CHECKING:
    from ....decoders.yolo import YoloLayout

_BOX: Final = 4
_WEIGHTS: Final = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"})
_COMPUTING: Final = frozenset({"ADD", "SUB", "MUL", "DIV", "EXP", "POW", "SQUARE"})


@dataclass(frozen=True)
class HeadParts:
    """What a graph shows of a head's channels.

    Attributes:
        boxes: The parts of the four numbers of a box; empty where the graph shows no
            such parts.
        rest: The parts behind them.
    """

    boxes: tuple[ChannelPart, ...]
    rest: tuple[ChannelPart, ...]

    @property
    def are_known(self) -> bool:
        """Return whether the graph shows where the boxes end."""
        return bool(self.boxes)

    @property
    def widths(self) -> tuple[int, ...]:
        """Return the numbers of channels of the parts behind the boxes."""
        return tuple(part.width for part in self.rest)


def head_parts(model: ModelFile, output: int, channels: int) -> HeadParts | None:
    """Return the parts of a head; None where the graph joins others.

    Args:
        model: The file.
        output: The output's tensor.
        channels: Number of its channels.
    """
    parts = channel_parts(model, output, channels)
    if len(parts) == 1:
        return HeadParts((), parts)
    total = 0
    for place, part in enumerate(parts):
        total += part.width
        if total == _BOX:
            return HeadParts(parts[: place + 1], parts[place + 1 :])
        if total > _BOX:
            break
    return None


def row_width(layout: YoloLayout, extra: int = 0) -> int:
    """Return the channels of a head in one tensor.

    Args:
        layout: Of the head.
        extra: Numbers behind the classes.
    """
    before = {"yolov8": 4, "yolov5": 5, "end-to-end": 6}[layout.head]
    return before + layout.classes + extra


def are_computed(model: ModelFile, tensor: int) -> bool | None:
    """Return whether numbers are computed of what the last weights give.

    Offsets from anchors come straight from a convolution; boxes do not. None means that
    the graph shows neither.
    """
    names = operations_behind(model, tensor, ends=_WEIGHTS)
    if names & _COMPUTING:
        return True
    return False if names & _WEIGHTS else None


def selects_rows(model: ModelFile) -> bool:
    """Return whether a graph chooses the best of many rows."""
    return any(
        op.name == "TOPK_V2" or op.name.startswith("NON_MAX_SUPPRESSION")
        for op in model.operators
    )


def have_logarithms(model: ModelFile, parts: tuple[ChannelPart, ...]) -> bool:
    """Return whether a box's sides are EXP of what the last weights give.

    So it is in YOLOX, v3 and v4, whose heads all have an objectness.
    """
    return any(
        "EXP" in operations_behind(model, part.tensor, ends=_WEIGHTS) for part in parts
    )


def picture_size(model: ModelFile) -> tuple[int, int] | None:
    """Return width and height of a model's image input; None when it has none."""
    try:
        image = find_image_input(model)
    except UnsupportedModelError:
        return None  # any size: no number of cells follows from it
    return None if image is None else (image.width, image.height)
