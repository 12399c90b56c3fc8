"""The words of a rule's text, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ....errors import shown
from .rule_error import RuleError

LONGEST: Final = 2000
"""The most characters of a rule."""

_KINDS: Final = (
    ("space", r"\s+"),
    ("quoted", r'"(?:[^"\\\n]|\\["\\])*"|' + r"'(?:[^'\\\n]|\\['\\])*'"),
    ("clock", r"[0-9]{1,2}:[0-9]{2}(?![\w:])"),
    ("duration", r"(?:(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:min|ms|d|h|m|s))+(?!\w)"),
    ("number", r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?![\w%])"),
    ("word", r"[^\W\d][\w-]*"),
    ("sign", r"\.\.|[<>=!]=|[<>(),]"),
)
# Compiled on first use: start-up counts.
_PATTERN: Final = "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS)
_CURES: Final = {
    "=": "Write == for equal.",
    "&": "Write and.",
    "|": "Write or.",
    "!": "Write not.",
    "%": "A score is a number from 0 to 1.",
}


@dataclass(frozen=True)
class Token:
    """One word, number or sign.

    Attributes:
        kind: ``word``, ``quoted``, ``number``, ``duration``, ``clock``, ``sign`` or
            ``end``.
        text: The characters; of a quoted name, what stands between the quotes.
        position: Index of its first character in the rule.
        width: How many characters of the rule it has.
    """

    kind: str
    text: str
    position: int
    width: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a rule, and one of kind ``end``.

    Raises:
        RuleError: A character belongs to nothing that a rule may hold.
    """
    if len(text) > LONGEST:
        sentence = f"A rule may have {LONGEST} characters; this one has {len(text)}."
        raise RuleError(f"{sentence} Make two rules of it.", text, LONGEST)
    position = 0
    pattern = re.compile(_PATTERN)
    while position < len(text):
        match = pattern.match(text, position)
        if match is None or match.lastgroup is None:
            raise _wrong(text, position)
        words, kind = match[0], match.lastgroup
        if kind == "quoted":
            yield Token(kind, _unquoted(words), position, len(words))
        elif kind != "space":
            yield Token(kind, words, position, len(words))
        position = match.end()
    yield Token("end", "", len(text), 1)


def quoted_name(name: str) -> str:
    """Return a name as a rule holds it: in quotes unless it is one plain word."""
    if re.fullmatch(r"[^\W\d][\w-]*", name) and name not in KEYWORDS:
        return name
    if '"' in name and "'" not in name and "\\" not in name:
        return f"'{name}'"
    escaped = name.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


KEYWORDS: Final = frozenset(
    {"and", "or", "not", "for", "until", "without", "in", "out", "at", "per", "is"}
    | {"any", "crosses", "time", "weekday", "camera", "frame"}
)
"""Words with a meaning; a label or region of that name stands in quotes."""


_LONG_UNIT: Final = (
    "([0-9]+)(?:(s)ec(?:ond)?s?|(m)inutes?|(m)ins|(h)(?:r|our)s?|(d)ays?)"
)


def _unquoted(words: str) -> str:
    return re.sub(r"\\(.)", r"\1", words[1:-1])


def _wrong(text: str, position: int) -> RuleError:
    rest = text[position:]
    char = rest[0]
    if char in "\"'":
        sentence = f"The quote {char} has no end. Close it with {char}."
        return RuleError(sentence, text, position, len(rest))
    if match := re.match(r"-?[0-9.][\w.%-]*", rest):
        word = match[0]
        cure = f"Put a name in quotes, as in {quoted_name(word)}."
        if word.endswith("%"):
            cure = _CURES["%"]
        elif unit := re.fullmatch(_LONG_UNIT, word):
            cure = f"Write {''.join(part for part in unit.groups() if part)}."
        elif re.match(r"[0-9.]+[a-zA-Z]", word):
            cure = f"Durations are as 500ms, 3s, 1m30s, 12h. {cure}"
        sentence = f"'{word}' is no number, duration or time. {cure}"
        return RuleError(sentence, text, position, len(word))
    cure = _CURES.get(char, "Put a name that holds it in quotes.")
    return RuleError(f"{shown(char)} has no meaning here. {cure}", text, position)
