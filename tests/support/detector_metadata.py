"""Make TFLite Metadata as MediaPipe writes them for a detector without NMS."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from edgevision.converters.write.flatbuffer_writer import (
    Blob,
    Items,
    Scalar,
    TableToWrite,
    Utf8Text,
    write,
)


def detector_metadata(
    anchors: np.ndarray,
    *,
    scales: Sequence[float] = (1.0, 1.0, 1.0, 1.0),
    classes: int = 3,
    exponent: bool = True,
    sigmoid: bool = False,
    identifier: bytes = b"V001",
) -> bytes:
    """Return the payload of ``TFLITE_METADATA``.

    Args:
        anchors: (N, 4): center x, center y, width, height.
        scales: Of y, x, height, width.
        classes: Scores of an anchor.
        exponent: Whether sides are exponentials.
        sigmoid: Whether the scores are logits.
        identifier: Of the entry's own flatbuffer.
    """
    rows = [
        TableToWrite({i: Scalar("f", float(value)) for i, value in enumerate(row)})
        for row in anchors
    ]
    y, x, h, w = scales
    options = TableToWrite(
        {
            0: Utf8Text("1.0.0"),
            1: TableToWrite({0: TableToWrite({0: Items(rows)})}),
            2: TableToWrite(
                {
                    0: Scalar("i", classes),
                    1: Scalar("i", len(anchors)),
                    2: Scalar("i", 4),
                    6: Scalar("f", x),
                    7: Scalar("f", y),
                    8: Scalar("f", w),
                    9: Scalar("f", h),
                    10: Scalar("B", int(exponent)),
                    11: Scalar("B", int(sigmoid)),
                }
            ),
        }
    )
    entry = TableToWrite(
        {0: Utf8Text("DETECTOR_METADATA"), 1: Blob(write(options, identifier))}
    )
    graph = TableToWrite({9: Items([entry])})
    return write(TableToWrite({0: Utf8Text("det"), 3: Items([graph])}), b"M001")
