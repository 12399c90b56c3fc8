"""A model whose graph loops for ever on a picture with a bright pixel.

It passes the gate, whose picture is black, so that it hangs where a field model would.
"""

from __future__ import annotations

import struct

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

from .tiny_models import tensor

_SIDE = 4
_CODES = ("REDUCE_MAX", "WHILE", "RESHAPE", "LESS", "ADD")
_REDUCER_OPTIONS, _ADD_OPTIONS, _WHILE_OPTIONS = 27, 11, 93


def _operation(
    name: str,
    inputs: list[int],
    outputs: list[int],
    options: tuple[int, TableToWrite] | None = None,
) -> TableToWrite:
    slots = {
        0: Scalar("I", _CODES.index(name)),
        1: Numbers("i", inputs),
        2: Numbers("i", outputs),
    }
    if options is not None:
        slots[3], slots[4] = Scalar("B", options[0]), options[1]
    return TableToWrite(slots)


def _graph(
    tensors: list[TableToWrite],
    inputs: list[int],
    outputs: list[int],
    operations: list[TableToWrite],
) -> TableToWrite:
    return TableToWrite(
        {
            0: Items(tensors),
            1: Numbers("i", inputs),
            2: Numbers("i", outputs),
            3: Items(operations),
        }
    )


def hanging_classifier() -> bytes:
    """Return a float classifier of 4x4 pixels: ``while 100 < brightest: pass``."""
    count = _SIDE * _SIDE * 3
    main = _graph(
        [
            tensor("image", [1, _SIDE, _SIDE, 3], "FLOAT32"),
            tensor("axes", [4], "INT32", buffer=1),
            tensor("brightest", [], "FLOAT32"),
            tensor("start", [], "FLOAT32", buffer=2),
            tensor("end", [], "FLOAT32"),
            tensor("brightest_at_the_end", [], "FLOAT32"),
            tensor("shape", [2], "INT32", buffer=3),
            tensor("row", [1, count], "FLOAT32"),
            tensor("classes", [1, count], "FLOAT32"),
        ],
        [0],
        [8],
        [
            _operation("REDUCE_MAX", [0, 1], [2], (_REDUCER_OPTIONS, TableToWrite({}))),
            _operation(
                "WHILE",
                [3, 2],
                [4, 5],
                (
                    _WHILE_OPTIONS,
                    TableToWrite({0: Scalar("i", 1), 1: Scalar("i", 2)}),
                ),
            ),
            _operation("RESHAPE", [0, 6], [7]),
            _operation("ADD", [7, 4], [8], (_ADD_OPTIONS, TableToWrite({}))),
        ],
    )
    condition = _graph(
        [
            tensor("i", [], "FLOAT32"),
            tensor("brightest", [], "FLOAT32"),
            tensor("goes_on", [], "BOOL"),
        ],
        [0, 1],
        [2],
        [_operation("LESS", [0, 1], [2])],
    )
    body = _graph(
        [
            tensor("i", [], "FLOAT32"),
            tensor("brightest", [], "FLOAT32"),
            tensor("nothing", [], "FLOAT32", buffer=4),
            tensor("next", [], "FLOAT32"),
        ],
        [0, 1],
        [3, 1],
        [_operation("ADD", [0, 2], [3], (_ADD_OPTIONS, TableToWrite({})))],
    )
    codes = [schema.BUILTIN_OPERATORS.index(name) for name in _CODES]
    data = [
        b"",
        struct.pack("<4i", 0, 1, 2, 3),
        struct.pack("<f", 100.0),
        struct.pack("<ii", 1, count),
        struct.pack("<f", 0.0),
    ]
    return write(
        TableToWrite(
            {
                0: Scalar("I", 3),
                1: Items(
                    [
                        TableToWrite(
                            {
                                0: Scalar("b", min(code, 127)),
                                2: Scalar("i", 1),
                                3: Scalar("i", code),
                            }
                        )
                        for code in codes
                    ]
                ),
                2: Items([main, condition, body]),
                3: Utf8Text("hanging"),
                4: Items([TableToWrite({0: Blob(d)} if d else {}) for d in data]),
            }
        ),
        schema.IDENTIFIER,
    )
