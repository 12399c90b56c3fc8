"""Read the bytes of a stored Python function as data: never as code.

Python's own ``marshal.loads`` would make a code object of them, and damaged bytes crash
it. Here they become strings, numbers and tuples, within bounds.
"""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import dataclass
from typing import Any, Final

_MOST_OBJECTS: Final = 20_000
_MOST_DEPTH: Final = 40
_MOST_BYTES: Final = 2**20
_CONSTANTS: Final[dict[str, Any]] = {
    "N": None,
    "T": True,
    "F": False,
    ".": Ellipsis,
    "0": None,
    "S": None,
}
# What stands before the byte code, in numbers of four bytes, tells the writer.
_LAYOUTS: Final = {"3.11": 5, "3.8": 6, "3": 5, "2": 4}


@dataclass(frozen=True)
class CodeParts:
    """The parts of a stored function.

    Attributes:
        layout: "2", "3", "3.8" or "3.11": the first Python that wrote them so.
        instructions: The byte code.
        constants: Numbers, strings, tuples, and parts of functions inside of it.
        names: Of globals and attributes, in order.
        variables: Names of arguments and local variables, in order.
        cells: Names of variables from outside of the function.
        name: Of the function; ``<lambda>`` where it has none.
        file: The file that it was written in.
    """

    layout: str
    instructions: bytes
    constants: tuple[Any, ...]
    names: tuple[str, ...]
    variables: tuple[str, ...]
    cells: tuple[str, ...]
    name: str
    file: str


class _DamagedError(Exception):
    """The bytes are no stored function of this layout."""


def read_code(text: str) -> CodeParts | None:
    """Return the parts of a function that Keras stored as text.

    Args:
        text: As Keras writes it: base64, or each byte as a character.

    Returns:
        None means that it is no stored function, or one of an unknown Python.
    """
    data = _bytes(text)
    if data is None or len(data) > _MOST_BYTES:
        return None
    for layout in _LAYOUTS:
        reader = _Reader(data, layout)
        try:
            value = reader.value(0)
        except (_DamagedError, struct.error, UnicodeDecodeError, IndexError):
            continue
        if isinstance(value, CodeParts) and reader.place == len(data):
            return value
    return None


def _bytes(text: str) -> bytes | None:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        pass
    try:
        return text.encode("raw_unicode_escape")
    except UnicodeEncodeError:
        return None


class _Reader:
    """A position in the bytes, and the objects that later ones refer to."""

    def __init__(self, data: bytes, layout: str) -> None:
        self.place = 0
        self._data = data
        self._layout = layout
        self._references: list[Any] = []
        self._interned: list[str] = []
        self._count = 0

    def value(self, depth: int) -> Any:
        self._count += 1
        if depth > _MOST_DEPTH or self._count > _MOST_OBJECTS:
            raise _DamagedError
        head = self._take(1)[0]
        position = len(self._references)
        if head & 0x80:
            self._references.append(None)
        value = self._value(chr(head & 0x7F), depth + 1)
        if head & 0x80:
            self._references[position] = value
        return value

    def _value(self, kind: str, depth: int) -> Any:
        if kind in _CONSTANTS:
            return _CONSTANTS[kind]
        if kind == "i":
            return self._number()
        if kind == "I":
            return struct.unpack("<q", self._take(8))[0]
        if kind == "g":
            return struct.unpack("<d", self._take(8))[0]
        if kind == "y":
            return complex(*struct.unpack("<dd", self._take(16)))
        if kind == "f":
            return _float(self._take(self._take(1)[0]))
        if kind == "l":
            return self._long()
        if kind == "r":
            return self._referred(self._references)
        if kind == "R":
            return self._referred(self._interned)
        if kind in "zZ":
            return self._take(self._take(1)[0]).decode("latin-1")
        if kind in "aAu":
            return self._take(self._number()).decode("utf-8", "replace")
        if kind in "st":
            data = self._take(self._number())
            if kind == "t":
                self._interned.append(data.decode("latin-1"))
            return data
        if kind in "([<>)":
            count = self._take(1)[0] if kind == ")" else self._number()
            if not 0 <= count <= len(self._data):
                raise _DamagedError
            return tuple(self.value(depth) for _ in range(count))
        if kind == "c":
            return self._code(depth)
        raise _DamagedError

    def _take(self, count: int) -> bytes:
        data = self._data[self.place : self.place + count]
        if count < 0 or len(data) < count:
            raise _DamagedError
        self.place += count
        return data

    def _number(self) -> int:
        return int(struct.unpack("<i", self._take(4))[0])

    def _referred(self, values: list[Any]) -> Any:
        position = self._number()
        if not 0 <= position < len(values):
            raise _DamagedError
        return values[position]

    def _long(self) -> int:
        count = self._number()
        if abs(count) > 100:
            raise _DamagedError
        digits = struct.unpack(f"<{abs(count)}H", self._take(2 * abs(count)))
        value: int = sum(int(digit) << (15 * i) for i, digit in enumerate(digits))
        return -value if count < 0 else value

    def _code(self, depth: int) -> CodeParts:
        for _ in range(_LAYOUTS[self._layout]):
            self._number()
        instructions, constants, names = (self.value(depth) for _ in range(3))
        variables = self.value(depth)
        if self._layout == "3.11":
            kinds = self.value(depth)
            if not isinstance(kinds, bytes) or not isinstance(variables, tuple):
                raise _DamagedError
            # Here one list holds all variables, in the order that loads count them.
            cells = variables
            file, name, _ = (self.value(depth) for _ in range(3))
            self._number()
            self.value(depth)
            self.value(depth)
        else:
            cells = self.value(depth)
            inner = self.value(depth)
            cells = (*_texts(inner), *_texts(cells))
            file, name = self.value(depth), self.value(depth)
            self._number()
            self.value(depth)
        if not isinstance(instructions, bytes) or not isinstance(constants, tuple):
            raise _DamagedError
        return CodeParts(
            layout=self._layout,
            instructions=instructions,
            constants=constants,
            names=_texts(names),
            variables=_texts(variables),
            cells=_texts(cells),
            name=_text(name),
            file=_text(file),
        )


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, tuple):
        raise _DamagedError
    return tuple(_text(value) for value in values)


def _text(value: Any) -> str:
    """Return a string; Python 2 stored names as bytes."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if not isinstance(value, str):
        raise _DamagedError
    return value


def _float(data: bytes) -> float:
    try:
        return float(data)
    except ValueError as error:
        raise _DamagedError from error
