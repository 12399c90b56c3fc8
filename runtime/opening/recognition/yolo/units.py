"""Whether a head's boxes are in pixels of its input or in shares of its sides."""

from __future__ import annotations

import math

from ....tensors import TensorSpec
from ....tflite import ModelFile
from ...pixel_scale import real_range
from ..answer import Assumption
from ..graph import channel_parts, value_bounds

_BOX = 4


def prove_units(
    model: ModelFile,
    position: int,
    channels: int,
    size: tuple[int, int],
    *,
    is_end_to_end: bool = False,
) -> tuple[str, str | Assumption]:
    """Return the unit of the boxes of an output, and what proves it.

    A head in pixels must be able to hold the far side of its input. Normalized ones
    stay near 1, or near four anchors (YOLOv5: 4 x 373 pixels of 224 are 6.7).

    Args:
        model: The file.
        position: Of the output.
        channels: Number of its channels.
        size: Width and height of the input.
        is_end_to_end: Class numbers may be in the same tensor.

    Returns:
        ``pixel`` or ``normalized`` and the evidence in words; or "" and that it is left
        to the frames.
    """
    spec = model.outputs[position]
    reach, words = _reach(model, spec, position, channels)
    side = max(size)
    # The range of class numbers in the same tensor is no range of boxes.
    has_ids = is_end_to_end and reach >= side / 2
    if math.isfinite(reach) and not has_ids:
        unit = "pixel" if reach >= side / 2 else "normalized"
        return unit, f"{words} {reach:.3g} at most, and the input has {side} pixels"
    return "", Assumption(
        "The unit of the boxes is what the frames show: pixels once a coordinate is "
        "beyond what shares of the input reach. Pass --option units=pixel or "
        "normalized to say it."
    )


def _reach(
    model: ModelFile, spec: TensorSpec, position: int, channels: int
) -> tuple[float, str]:
    """Return the largest coordinate that the boxes of an output may hold."""
    if spec.is_quantized and spec.dtype.kind in "iu":
        return real_range(spec)[1], "boxes reach"
    parts = channel_parts(model, model.output_tensors[position].index, channels)
    boxes, width = [], 0
    for part in parts:
        boxes.append(part)
        width += part.width
        if width >= _BOX:
            break
    highs = [value_bounds(model, part.tensor)[1] for part in boxes]
    # The middle of a box comes first, and decides; its sides may be unbounded (EXP).
    high = next((high for high in highs if math.isfinite(high)), math.inf)
    return high, "by its constants, boxes reach"
