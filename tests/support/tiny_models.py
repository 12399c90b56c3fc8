"""Make tiny .tflite models from nothing, for tests that need an exact one."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from edgevision.converters.write.flatbuffer_writer import (
    Blob,
    Items,
    Numbers,
    Scalar,
    TableToWrite,
    Utf8Text,
    write,
)
from edgevision.runtime.tflite import schema

RESHAPE = schema.BUILTIN_OPERATORS.index("RESHAPE")
SOFTMAX = schema.BUILTIN_OPERATORS.index("SOFTMAX")


def tensor(
    name: str,
    shape: Sequence[int],
    kind: str,
    *,
    scale: float = 0.0,
    zero_point: int = 0,
    buffer: int = 0,
    signature: Sequence[int] = (),
) -> TableToWrite:
    """Return one tensor's table."""
    slots = {
        0: Numbers("i", list(shape)),
        1: Scalar("b", schema.TENSOR_TYPES.index(kind)),
        2: Scalar("I", buffer),
        3: Utf8Text(name),
    }
    if scale:
        slots[4] = TableToWrite(
            {2: Numbers("f", [scale]), 3: Numbers("q", [zero_point])}
        )
    if signature:
        slots[7] = Numbers("i", list(signature))
    return TableToWrite(slots)


def tiny_classifier(
    *,
    size: tuple[int, int] = (4, 4),
    channels: int = 3,
    kind: str = "UINT8",
    scale: float = 1.0,
    zero_point: int = 0,
    softmax: bool = False,
    buffers: Sequence[bytes] = (),
    metadata: Mapping[str, bytes] | None = None,
    signature: Sequence[int] = (),
) -> bytes:
    """Return a model that reshapes its picture to a row of "classes".

    Args:
        size: Height and width of the picture.
        channels: Of the picture.
        kind: Element type of both ends.
        scale: Of both ends; 0 for none.
        zero_point: Of both ends.
        softmax: End in SOFTMAX (float only).
        buffers: Further buffers that nothing uses.
        metadata: Entries by name.
        signature: The input's shape with -1 for dynamic dimensions.
    """
    shape = (1, *size, channels)
    classes = size[0] * size[1] * channels
    ends = {"scale": scale, "zero_point": zero_point}
    tensors = [
        tensor("image", shape, kind, signature=signature, **ends),
        tensor("shape", [2], "INT32", buffer=1),
        tensor("classes", [1, classes], kind, **ends),
    ]
    operators = [
        TableToWrite({0: Scalar("I", 0), 1: Numbers("i", [0, 1]), 2: Numbers("i", [2])})
    ]
    codes = [
        TableToWrite(
            {0: Scalar("b", RESHAPE), 2: Scalar("i", 1), 3: Scalar("i", RESHAPE)}
        )
    ]
    if softmax:
        tensors.append(tensor("scores", [1, classes], kind))
        codes.append(
            TableToWrite(
                {0: Scalar("b", SOFTMAX), 2: Scalar("i", 1), 3: Scalar("i", SOFTMAX)}
            )
        )
        operators.append(
            TableToWrite(
                {
                    0: Scalar("I", 1),
                    1: Numbers("i", [2]),
                    2: Numbers("i", [3]),
                    3: Scalar("B", 9),
                    4: TableToWrite({0: Scalar("f", 1.0)}),
                }
            )
        )
    graph = TableToWrite(
        {
            0: Items(tensors),
            1: Numbers("i", [0]),
            2: Numbers("i", [len(tensors) - 1]),
            3: Items(operators),
        }
    )
    entries = dict(metadata or {})
    data = [b"", struct.pack("<ii", 1, classes), *buffers, *entries.values()]
    first = 2 + len(buffers)
    slots = {
        0: Scalar("I", 3),
        1: Items(codes),
        2: Items([graph]),
        3: Utf8Text("tiny"),
        4: Items([TableToWrite({0: Blob(item)} if item else {}) for item in data]),
    }
    if entries:
        slots[6] = Items(
            [
                TableToWrite({0: Utf8Text(name), 1: Scalar("I", first + i)})
                for i, name in enumerate(entries)
            ]
        )
    return write(TableToWrite(slots), schema.IDENTIFIER)


def with_outside_buffer(size: int = 64) -> bytes:
    """Return a model that keeps one buffer behind the flatbuffer, as large ones do."""
    marker = b"outside buffer marker!!!"
    model = tiny_classifier(buffers=[marker])
    # The table of the marked buffer is rebuilt by hand: place and length of its bytes.
    at = model.index(marker) - 4
    table_at = _table_that_points_at(model, at)
    # Field 0 (an offset of 4 bytes) becomes absent; an unused layout takes its place.
    layout = struct.pack("<HHHHH", 10, 20, 0, 4, 12)
    extra = bytearray(model)
    while len(extra) % 8:
        extra += b"\0"
    layout_at = len(extra)
    extra += layout + bytes(-len(layout) % 8)
    new_table = len(extra) + 4
    extra += bytes(4) + struct.pack("<i", new_table - layout_at) + bytes(16)
    vector_at = _reference_to(model, table_at)
    struct.pack_into("<I", extra, vector_at, new_table - vector_at)
    while len(extra) % 64:
        extra += b"\0"
    struct.pack_into("<QQ", extra, new_table + 4, len(extra), size)
    return bytes(extra) + bytes(range(256)) * (size // 256) + bytes(range(size % 256))


def _table_that_points_at(data: bytes, target: int) -> int:
    at = _reference_to(data, target)
    # A buffer's table is its layout offset and this one field.
    return at - 4


def _reference_to(data: bytes, target: int) -> int:
    for at in range(0, target, 4):
        if at + struct.unpack_from("<I", data, at)[0] == target:
            return at
    raise AssertionError(target)
