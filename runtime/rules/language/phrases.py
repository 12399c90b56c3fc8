"""The parts that several forms share: labels, and objects in a zone."""

from __future__ import annotations

from .conditions import Name, Subject
from .token_reader import TokenReader


def read_labels(reader: TokenReader) -> tuple[Name, ...]:
    """Take labels between commas; ``any`` gives none.

    Raises:
        RuleError: Something else comes next.
    """
    if reader.skip("any"):
        return ()
    return reader.listed(lambda: reader.name("a label", "person in yard"))


def read_subject(reader: TokenReader, example: str) -> Subject:
    """Take ``car, truck in lot``, where the zone may be left out.

    Raises:
        RuleError: Something else comes next.
    """
    labels = read_labels(reader)
    if not reader.skip("in"):
        return Subject(labels)
    zone = reader.name("a zone", example)
    return Subject(labels, None if zone.is_frame else zone)
