"""Names of the few instructions of stored functions that a reader of them needs.

Only loads, arithmetic and calls are named: whatever else a function does makes it
unreadable, which is no error. Nothing is executed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from .marshal_bytes import CodeParts

# Python 2.7 to 3.10 agree on these numbers.
_OLD: Final[Mapping[int, str]] = {
    1: "POP",
    9: "NOTHING",
    11: "NEGATIVE",
    19: "**",
    20: "*",
    21: "/",
    23: "+",
    24: "-",
    25: "SUBSCRIPT",
    27: "/",
    83: "RETURN",
    92: "UNPACK",
    100: "CONSTANT",
    102: "LIST",
    103: "LIST",
    106: "ATTRIBUTE",
    108: "IMPORT",
    109: "FROM",
    116: "GLOBAL",
    124: "VARIABLE",
    125: "STORE",
    131: "CALL",
    133: "SLICE",
    136: "CELL",
    141: "CALL_NAMED",
    160: "ATTRIBUTE",
    161: "CALL",
    162: "EXTEND",
}
_NEW: Final[Mapping[int, str]] = {
    0: "NOTHING",
    1: "POP",
    2: "NOTHING",
    9: "NOTHING",
    11: "NEGATIVE",
    25: "SUBSCRIPT",
    83: "RETURN",
    92: "UNPACK",
    100: "CONSTANT",
    102: "LIST",
    103: "LIST",
    106: "ATTRIBUTE",
    108: "IMPORT",
    109: "FROM",
    116: "GLOBAL",
    122: "OPERATION",
    124: "VARIABLE",
    125: "STORE",
    133: "SLICE",
    137: "CELL",
    149: "NOTHING",
    151: "NOTHING",
    160: "ATTRIBUTE",
    162: "EXTEND",
    166: "NOTHING",
    171: "CALL",
    172: "NAMED",
}
_OPERATIONS: Final = {0: "+", 5: "*", 8: "**", 10: "-", 11: "/"}
_MOST: Final = 400

Instruction = tuple[str, int]


def is_word_code(code: CodeParts) -> bool:
    """Return whether each instruction has two bytes, as since Python 3.6."""
    data = code.instructions
    return code.layout in ("3.8", "3.11") or (
        code.layout == "3" and len(data) % 2 == 0 and data[-2:] == b"S\0"
    )


def writer_of(code: CodeParts) -> str:
    """Return which Python stored a function, in words."""
    if code.layout == "2":
        return "Python 2"
    if code.layout == "3":
        return "Python 3.6 or 3.7" if is_word_code(code) else "Python 3.5 or older"
    return "Python 3.8 to 3.10" if code.layout == "3.8" else "Python 3.11 or newer"


def instructions(code: CodeParts) -> Iterator[Instruction]:
    """Yield each instruction's name and number; "?" is one that is not named here."""
    names = _NEW if code.layout == "3.11" else _OLD
    data = code.instructions[: 2 * _MOST]
    place = 0
    while place < len(data):
        number = data[place]
        if is_word_code(code):
            argument = data[place + 1] if place + 1 < len(data) else 0
            place += 2
        elif number >= 90:
            argument = int.from_bytes(data[place + 1 : place + 3], "little")
            place += 3
        else:
            argument = 0
            place += 1
        name = names.get(number, "?")
        if name == "OPERATION":
            # From 13 on they are the same, in place: x += 1.
            name = _OPERATIONS.get(argument % 13, "?")
        if name == "GLOBAL" and code.layout == "3.11":
            argument >>= 1
        yield name, argument
