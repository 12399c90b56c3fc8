"""From the text of a comparison to its numbers and signs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ....errors import unknown_name
from .comparison import (
    SIGNS,
    Comparison,
    CountOf,
    CrossingsOf,
    DwellOf,
    Lasting,
    PlainNumber,
    ScoreOf,
    Term,
    ValueOf,
)
from .conditions import Passage
from .phrases import read_labels, read_subject
from .token_reader import TokenReader
from .tokens import Token

_KINDS: Final[dict[type, str]] = {
    CountOf: "a count",
    CrossingsOf: "a count",
    ScoreOf: "a score",
    ValueOf: "a value",
    DwellOf: "a duration",
}
_LONGEST_WINDOW_S: Final = 31 * 86400.0


def read_comparison(reader: TokenReader) -> Comparison:
    """Take a comparison such as ``2 < count(person) <= 5``.

    Raises:
        RuleError: It is none, or compares what cannot be compared.
    """
    start = reader.next
    places = [start]
    terms, signs = [_term(reader)], []
    while reader.is_at(*SIGNS):
        signs.append(reader.take().text)
        places.append(reader.next)
        terms.append(_term(reader))
    if not signs:
        reader.refuse(f"expected one of {' '.join(SIGNS)}, as in {_example(terms[0])}")
    _check(reader, terms, places)
    window_s, period = _window(reader, terms)
    return Comparison(
        tuple(terms), tuple(signs), window_s, period, position=start.position
    )


def _example(term: Term) -> str:
    limit = "0.8" if isinstance(term, ScoreOf) else "4"
    return f"{term} > {'10s' if isinstance(term, DwellOf) else limit}"


def _term(reader: TokenReader) -> Term:
    token = reader.next
    if token.kind == "number":
        reader.take()
        return PlainNumber(float(token.text))
    if token.kind == "duration":
        return Lasting(reader.duration("10s"))
    if not reader.is_at_call:
        reader.refuse(
            "expected a number, or one of the names before a bracket: "
            f"{', '.join(TERMS)}"
        )
    if token.text not in TERMS:
        reader.fail(unknown_name("number", token.text, TERMS), token)
    reader.take()
    reader.take()
    term = TERMS[token.text](reader)
    reader.expect(")", str(term))
    return term


def _count(reader: TokenReader) -> Term:
    return CountOf(read_subject(reader, "count(car in lot)"))


def _score(reader: TokenReader) -> Term:
    return ScoreOf(read_subject(reader, "score(defect in belt)"))


def _value(reader: TokenReader) -> Term:
    return ValueOf(reader.name("the name of a value", "value(age)"))


def _dwell(reader: TokenReader) -> Term:
    subject = read_subject(reader, "dwell(person in shelf)")
    if subject.region is None:
        reader.refuse("expected 'in' and a zone, as in dwell(person in shelf)")
    return DwellOf(subject)


def _crossings(reader: TokenReader) -> Term:
    example = "crossings(gate in) or crossings(car at gate in)"
    place = reader.place
    labels = read_labels(reader)
    if reader.skip("at"):
        region = reader.name("a line or zone", example)
    else:
        labels, reader.place = (), place
        region = reader.name("a line or zone", example)
    direction = reader.skip("in", "out")
    return CrossingsOf(Passage(labels, region, direction.text if direction else ""))


TERMS: Final[dict[str, Callable[[TokenReader], Term]]] = {
    "count": _count,
    "score": _score,
    "value": _value,
    "dwell": _dwell,
    "crossings": _crossings,
}
"""What stands before a bracket and is a number, and what reads the bracket."""


def _check(reader: TokenReader, terms: list[Term], places: list[Token]) -> None:
    kinds = {_KINDS[type(term)] for term in terms if type(term) in _KINDS}
    if not kinds:
        reader.fail(
            "Two plain numbers are compared. Compare something of the picture, as in "
            "count(person) > 2.",
            places[0],
        )
    if len(kinds) > 1:
        both = " with ".join(sorted(kinds))
        reader.fail(f"This compares {both}. Compare each with a number.", places[0])
    kind = kinds.pop()
    for term, place in zip(terms, places, strict=True):
        if isinstance(term, (PlainNumber, Lasting)) and (cure := _misfit(term, kind)):
            reader.fail(cure, place)


def _misfit(term: PlainNumber | Lasting, kind: str) -> str:
    """Return what is wrong with a constant beside a kind of number; or nothing."""
    if kind == "a duration":
        cure = f"Write {term}s or {term}m." if isinstance(term, PlainNumber) else ""
        return f"A duration has a unit. {cure}" if cure else ""
    if isinstance(term, Lasting):
        return f"{kind.capitalize()} is a number and no duration: leave out the unit."
    if kind == "a count" and (term.value < 0 or term.value != int(term.value)):
        return "A count is a whole number from 0 on."
    if kind == "a score" and not 0 <= term.value <= 1:
        share = PlainNumber(term.value / 100)
        cure = f" Write {share}." if 1 < term.value <= 100 else ""
        return f"A score is a number from 0 to 1.{cure}"
    return ""


def _window(reader: TokenReader, terms: list[Term]) -> tuple[float, str]:
    token = reader.next
    if not reader.skip("in", "per"):
        return 0.0, ""
    if not any(isinstance(term, CrossingsOf) for term in terms):
        reader.fail(
            f"'{token.text}' after a comparison counts crossings, and there are none "
            "here. For how long something holds is written as 'for 1h'.",
            token,
        )
    if token.text == "per":
        period = reader.skip("day", "hour")
        return 0.0, (period or reader.refuse("expected 'per day' or 'per hour'")).text
    span = reader.next
    window_s = reader.duration("crossings(gate) > 100 in 1h")
    if not 1 <= window_s <= _LONGEST_WINDOW_S:
        reader.fail("A window is from 1s to 31d.", span)
    return window_s, ""
