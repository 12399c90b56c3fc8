"""The items of a ``.pbtxt``: protobuf's text form, as in TensorFlow label maps."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Final

# A comment, a quoted text, a brace, a word; anything else only separates them.
_PBTXT_TOKEN: Final = re.compile(
    # A text without its end goes to the end of the file, so that none is read twice.
    r"#[^\n]*|\"((?:[^\"\\]|(?s:\\.))*)(?:\"|\\?\Z)"
    r"|'((?:[^'\\]|(?s:\\.))*)(?:'|\\?\Z)|([{}])|([^\s{}:,;\"'#]+)"
)
_PBTXT_ESCAPE: Final = re.compile(
    rb"\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})"
    rb"|(.))",
    re.DOTALL,
)
_PBTXT_LETTERS: Final = dict(zip(b"abfnrtv", b"\a\b\f\n\r\t\v", strict=True))


def pbtxt_items(text: str) -> Iterator[dict[str, str]]:
    """Yield the fields of each item, without those of messages inside it."""
    depth, key = 0, ""
    values: dict[str, str] = {}
    for match in _PBTXT_TOKEN.finditer(text):
        double, single, brace, word = match.groups()
        if brace:
            depth = depth + 1 if brace == "{" else max(0, depth - 1)
            if brace == "{" and depth == 1:
                values = {}
            elif brace == "}" and depth == 0:
                yield values
            key = ""
        elif depth != 1 or match[0].startswith("#"):
            continue
        elif word is not None and not key:
            key = word
        elif key:
            quoted = double if double is not None else single
            values[key] = word if quoted is None else _unescaped(quoted)
            key = ""


def _unescaped(text: str) -> str:
    """Return what a quoted text means: protobuf writes bytes above 127 as octals."""
    if "\\" not in text:
        return text

    def character(match: re.Match[bytes]) -> bytes:
        octal, hexadecimal, short, long, letter = match.groups()
        if letter is not None:
            return bytes([_PBTXT_LETTERS.get(letter[0], letter[0])])
        if octal is not None:
            return bytes([int(octal, 8) & 255])
        if hexadecimal is not None:
            return bytes([int(hexadecimal, 16)])
        number = int(short or long, 16)
        # Halves of pairs and what lies beyond Unicode become a question mark.
        known = number <= sys.maxunicode and not 0xD800 <= number < 0xE000
        return (chr(number) if known else "\ufffd").encode("utf-8")

    data = _PBTXT_ESCAPE.sub(character, text.encode("utf-8"))
    return data.decode("utf-8", "replace")
