"""Numbers of a moment that a rule compares, and the comparison of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ...durations import duration_text
from .conditions import Name, Passage, RuleCondition, Subject, label_text

SIGNS: Final = ("<", "<=", ">", ">=", "==", "!=")


@dataclass(frozen=True)
class PlainNumber:
    """A number that stands in the rule."""

    value: float

    def __str__(self) -> str:
        """Return the number as short as it reads back."""
        return str(np.format_float_positional(self.value, trim="-"))


@dataclass(frozen=True)
class Lasting:
    """A duration that stands in the rule, in seconds."""

    value: float

    def __str__(self) -> str:
        """Return the duration as ``1m30s``."""
        return duration_text(self.value)


@dataclass(frozen=True)
class CountOf:
    """How many objects there are."""

    subject: Subject

    def __str__(self) -> str:
        """Return ``count(car in lot)``."""
        return f"count({self.subject})"


@dataclass(frozen=True)
class ScoreOf:
    """The highest score, 0..1; 0 where nothing is there."""

    subject: Subject

    def __str__(self) -> str:
        """Return ``score(defect)``."""
        return f"score({self.subject})"


@dataclass(frozen=True)
class ValueOf:
    """A number that the model reads from the picture."""

    name: Name

    def __str__(self) -> str:
        """Return ``value(age)``."""
        return f"value({self.name})"


@dataclass(frozen=True)
class DwellOf:
    """For how many seconds one object has been in a zone."""

    subject: Subject

    def __str__(self) -> str:
        """Return ``dwell(person in shelf)``."""
        return f"dwell({self.subject})"


@dataclass(frozen=True)
class CrossingsOf:
    """How many objects crossed a line, or entered or left a zone."""

    passage: Passage

    def __str__(self) -> str:
        """Return ``crossings(car at gate in)``."""
        what = self.passage
        labels = f"{label_text(what.labels)} at " if what.labels else ""
        direction = f" {what.direction}" if what.direction else ""
        return f"crossings({labels}{what.region}{direction})"


Term = PlainNumber | Lasting | CountOf | ScoreOf | ValueOf | DwellOf | CrossingsOf


@dataclass(frozen=True)
class Comparison(RuleCondition):
    """Numbers with signs between them, such as ``2 < count(person) <= 5``.

    Attributes:
        terms: At least two.
        signs: One less, each of ``SIGNS``.
        window_s: Seconds up to now in which crossings count; 0 means no such limit.
        period: ``day`` or ``hour``: crossings count since its start by the local
            clock; empty means no such limit.
    """

    terms: tuple[Term, ...]
    signs: tuple[str, ...]
    window_s: float = 0.0
    period: str = ""

    def __str__(self) -> str:
        """Return ``crossings(gate in) > 100 in 1h``."""
        text = str(self.terms[0])
        for sign, term in zip(self.signs, self.terms[1:], strict=True):
            text += f" {sign} {term}"
        if self.window_s:
            text += f" in {duration_text(self.window_s)}"
        return text + (f" per {self.period}" if self.period else "")
