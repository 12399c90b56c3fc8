"""Cut a real detector before its post-processing, at test time."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from edgevision.runtime.tflite import ModelFile, schema


def cut_detector(path: Path) -> tuple[bytes, np.ndarray]:
    """Return a detector whose outputs are the post-processing's boxes and scores.

    Args:
        path: A file that ends in ``TFLite_Detection_PostProcess``.

    Returns:
        The file without metadata, and its anchors: float32 (N, 4), center x, center y,
        width, height, as the operation reads them.
    """
    model = ModelFile.open(path)
    operation = model.operators[-1]
    assert operation.name == "TFLite_Detection_PostProcess"
    boxes, scores, anchors = operation.inputs
    data = bytearray(path.read_bytes()[: model.flatbuffer_size])
    graph = model.root.table_at(schema.ModelSlots.SUBGRAPHS, 0)
    start, count = graph.vector(schema.SubGraphSlots.OUTPUTS, 4)
    assert count == 4
    struct.pack_into("<I2i", data, start - 4, 2, boxes, scores)
    at = data.index(b"TFLITE_METADATA")
    data[at : at + 6] = b"UNUSED"
    table = graph.tables(schema.SubGraphSlots.TENSORS)[anchors]
    buffer = model.root.table_at(
        schema.ModelSlots.BUFFERS, table.u32(schema.TensorSlots.BUFFER)
    )
    spec = model.tensors[anchors].spec
    raw = np.frombuffer(buffer.raw(schema.BufferSlots.DATA), spec.dtype)
    rows = raw.reshape(spec.shape).astype(np.float32) - np.float32(spec.zero_point)
    return bytes(data), (rows * np.float32(spec.scale))[:, [1, 0, 3, 2]]
