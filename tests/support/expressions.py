"""Make a ``.tflite`` whose outputs are written as expressions: ``model_of(...)``.

An output is a name, a tensor and an expression, such as ``("scores", "1x84x2100",
"CONCATENATION(2:MUL(image, 0.5), 2:SUB(image), 80:LOGISTIC(image))")``:

- a tensor is its shape, its type (float32 without one) and for a quantized one its real
  range: ``1x10 int8 0..1``; a dynamic dimension of an input is ``?``.
- ``OP(...)`` is an operation on a tensor of the same shape as what it is part of;
  ``OP:1x4x5(...)`` has a shape of its own, ``OP.1(...)`` is the second output of an
  operation, and a name that is no builtin is a custom operation.
- ``2:OP(...)`` within CONCATENATION is a part of two along the axis that they join.
- ``image`` is the first input, ``image.1`` the second, a number a constant, and
  ``const:3x1x1x32`` weights of a shape.

Nothing of it can be run: the weights are not there.
"""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from edgevision.converters.write.flatbuffer_writer import (
    Blob,
    Items,
    Numbers,
    Scalar,
    TableToWrite,
    Utf8Text,
    write,
)
from edgevision.runtime.tflite import ModelFile, schema

Output = tuple[str, str, str]
"""Name, tensor and expression of an output."""

_TENSOR = re.compile(
    r"^(?P<shape>[\dx?]*)(?: (?P<type>\w+))?"
    r"(?: (?P<low>[-\d.e]+)\.\.(?P<high>[-\d.e]+))?$"
)
_TOKEN = re.compile(r"\s*([A-Za-z_][\w-]*(?:\.\d+)?(?::[\dx]+)?|-?[\d.]+(?:e-?\d+)?|.)")
_CUSTOM = 32


def model_of(
    inputs: Sequence[str],
    outputs: Sequence[Output],
    *,
    name: str = "net.tflite",
    ultralytics: Mapping[str, Any] | None = None,
) -> ModelFile:
    """Return a model file of such inputs and outputs.

    Args:
        inputs: A tensor for each input.
        outputs: Name, tensor and expression of each output.
        name: The file's name.
        ultralytics: The metadata that Ultralytics would append.
    """
    writer = _Writer()
    firsts = [
        writer.tensor(f"input_{i}" if i else "image", text)
        for i, text in enumerate(inputs)
    ]
    lasts = [writer.output(*output) for output in outputs]
    data = writer.file(firsts, lasts)
    if ultralytics is not None:
        behind = io.BytesIO()
        with zipfile.ZipFile(behind, "w") as archive:
            archive.writestr("metadata.json", json.dumps(ultralytics))
        data += behind.getvalue()
    return ModelFile.from_bytes(data, name)


class _Writer:
    """Collect tensors, operations and constants of one graph."""

    def __init__(self) -> None:
        self.tensors: list[TableToWrite] = []
        self.shapes: list[tuple[int, ...]] = []
        self.codes: list[str] = []
        self.operators: list[tuple[str, tuple[int, ...], list[int]]] = []
        self.buffers: list[bytes] = [b""]
        # The same operation twice is one: outputs share what is behind them.
        self._known: dict[Any, int] = {}

    def tensor(self, name: str, text: str, data: bytes = b"") -> int:
        match = _TENSOR.match(text)
        assert match is not None, text
        sides = [part for part in match["shape"].split("x") if part]
        shape = tuple(1 if side == "?" else int(side) for side in sides)
        kind = (match["type"] or "float32").upper()
        slots: dict[int, Any] = {
            0: Numbers("i", list(shape)),
            1: Scalar("b", schema.TENSOR_TYPES.index(kind)),
            3: Utf8Text(name),
        }
        if data:
            slots[2] = Scalar("I", len(self.buffers))
            self.buffers.append(data)
        if match["low"] is not None:
            limits = np.iinfo(kind.lower())
            low, high = float(match["low"]), float(match["high"])
            scale = (high - low) / (int(limits.max) - int(limits.min))
            zero = round(int(limits.min) - low / scale)
            slots[4] = TableToWrite({2: Numbers("f", [scale]), 3: Numbers("q", [zero])})
        if "?" in sides:
            dynamic = [-1 if side == "?" else int(side) for side in sides]
            slots[7] = Numbers("i", dynamic)
        self.tensors.append(TableToWrite(slots))
        self.shapes.append(shape)
        return len(self.tensors) - 1

    def output(self, name: str, text: str, expression: str) -> int:
        tokens = [token for token in _TOKEN.findall(expression) if token.strip()]
        match = _TENSOR.match(text)
        assert match is not None, text
        shape = tuple(int(part) for part in match["shape"].split("x") if part)
        index = self._node(tokens, shape, name, text)
        assert not tokens, expression
        return index

    def _node(
        self, tokens: list[str], shape: tuple[int, ...], name: str = "", text: str = ""
    ) -> int:
        """Take one expression off the tokens; return its tensor."""
        token = tokens.pop(0)
        if re.fullmatch(r"-?[\d.]+(?:e-?\d+)?", token):
            number = struct.pack("<f", float(token))
            return self._once(("constant", token), lambda: self.tensor("", "", number))
        head, _, own = token.partition(":")
        operation, _, position = head.partition(".")
        if operation == "image":
            return int(position or 0)
        if operation == "const":
            size = int(np.prod([int(side) for side in own.split("x")]))
            return self._once(
                ("const", own, len(self.tensors)),
                lambda: self.tensor("", own, bytes(4 * size)),
            )
        if own:
            shape = tuple(map(int, own.split("x")))
        assert tokens.pop(0) == "(", token
        arguments: list[int] = []
        pending = tokens.copy()
        widths = self._widths(pending) if operation == "CONCATENATION" else []
        axis = next((i for i, side in enumerate(shape) if side == sum(widths)), None)
        while tokens[0] != ")":
            part = shape
            if widths and axis is not None:
                width = int(tokens.pop(0))
                assert tokens.pop(0) == ":"
                part = (*shape[:axis], width, *shape[axis + 1 :])
            arguments.append(self._node(tokens, part))
            if tokens[0] == ",":
                tokens.pop(0)
        tokens.pop(0)
        kind = text.partition(" ")[2]
        words = f"{'x'.join(map(str, shape))} {kind}".rstrip()
        place = int(position or 0)
        key = (operation, tuple(arguments), place, shape if not position else ())
        if name:
            key = (*key, name)

        def make() -> int:
            made = self.tensor(name, words)
            self._add(operation, tuple(arguments), place, made, shared=bool(position))
            return made

        return self._once(key, make)

    def _widths(self, tokens: list[str]) -> list[int]:
        """Return the widths of the parts that follow, at this depth."""
        widths, depth = [], 0
        for i, mark in enumerate(tokens):
            depth += (mark == "(") - (mark == ")")
            if depth < 0:
                break
            if depth == 0 and mark == ":":
                widths.append(int(tokens[i - 1]))
        return widths

    def _once(self, key: Any, make: Any) -> int:
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def _add(
        self,
        name: str,
        arguments: tuple[int, ...],
        place: int,
        index: int,
        *,
        shared: bool,
    ) -> None:
        if shared:
            for other, same, outputs in self.operators:
                if (other, same) == (name, arguments):
                    outputs.extend([-1] * (place + 1 - len(outputs)))
                    outputs[place] = index
                    return
        self.operators.append((name, arguments, [-1] * place + [index]))

    def file(self, inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
        codes: list[str] = []
        operators = []
        for name, arguments, results in self.operators:
            if name not in codes:
                codes.append(name)
            slots = {
                0: Scalar("I", codes.index(name)),
                1: Numbers("i", list(arguments)),
                2: Numbers("i", self._named(results)),
            }
            operators.append(TableToWrite(slots))
        graph = TableToWrite(
            {
                0: Items(self.tensors),
                1: Numbers("i", list(inputs)),
                2: Numbers("i", list(outputs)),
                3: Items(operators),
            }
        )
        buffers = [
            TableToWrite({0: Blob(data)} if data else {}) for data in self.buffers
        ]
        root = {
            0: Scalar("I", 3),
            1: Items([_code(name) for name in codes]),
            2: Items([graph]),
            3: Utf8Text("a graph of expressions"),
            4: Items(buffers),
        }
        return write(TableToWrite(root), schema.IDENTIFIER)

    def _named(self, results: list[int]) -> list[int]:
        """Give outputs of an operation that nothing uses a tensor of their own."""
        return [self.tensor("", "1") if index < 0 else index for index in results]


def _code(name: str) -> TableToWrite:
    if name not in schema.BUILTIN_OPERATORS:
        return TableToWrite(
            {
                0: Scalar("b", _CUSTOM),
                1: Utf8Text(name),
                2: Scalar("i", 1),
                3: Scalar("i", _CUSTOM),
            }
        )
    code = schema.BUILTIN_OPERATORS.index(name)
    return TableToWrite(
        {0: Scalar("b", min(code, 127)), 2: Scalar("i", 1), 3: Scalar("i", code)}
    )
