"""Conditions as a tree: what a rule's text means, and its text in one spelling.

Each class is one form of the language. ``str`` of a condition is a text that reads as
the same condition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ...durations import duration_text
from .tokens import quoted_name

FRAME: Final = "frame"
"""The name that stands for the whole picture where a region is wanted."""

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Name:
    """A label, region or value as the rule names it.

    Attributes:
        text: The name.
        position: Index of its first character in the rule's text.
        width: How many characters of the rule it has.
        is_frame: Whether it is the bare word ``frame``, for the whole picture.
    """

    text: str
    position: int = field(default=0, compare=False)
    width: int = field(default=1, compare=False)
    is_frame: bool = False

    def __str__(self) -> str:
        """Return the name, in quotes where it needs them."""
        return self.text if self.is_frame else quoted_name(self.text)


@dataclass(frozen=True)
class Subject:
    """Objects of some labels, perhaps in a zone.

    Attributes:
        labels: Any of these; empty means every label.
        region: The zone that they are in; None means anywhere.
    """

    labels: tuple[Name, ...] = ()
    region: Name | None = None

    def __str__(self) -> str:
        """Return ``car, truck in lot``."""
        return label_text(self.labels) + (f" in {self.region}" if self.region else "")


@dataclass(frozen=True)
class Passage:
    """Objects of some labels that cross a line, or enter or leave a zone.

    Attributes:
        labels: Any of these; empty means every label.
        region: The line or zone.
        direction: ``in``, ``out`` or empty for both.
    """

    labels: tuple[Name, ...]
    region: Name
    direction: str = ""


@dataclass(frozen=True)
class RuleCondition:
    """Something that holds or not at a moment; the base class of all forms.

    Attributes:
        position: Index of its first character in the rule's text.
    """

    position: int = field(default=0, compare=False, kw_only=True)

    @property
    def parts(self) -> tuple[RuleCondition, ...]:
        """Return the conditions that this one is made of."""
        return ()


@dataclass(frozen=True)
class And(RuleCondition):
    """All parts hold."""

    joined: tuple[RuleCondition, ...]

    @property
    def parts(self) -> tuple[RuleCondition, ...]:
        """Return the conditions that are joined."""
        return self.joined

    def __str__(self) -> str:
        """Return the parts joined by ``and``."""
        return " and ".join(_inner(part, And, Or) for part in self.joined)


@dataclass(frozen=True)
class Or(RuleCondition):
    """At least one part holds."""

    joined: tuple[RuleCondition, ...]

    @property
    def parts(self) -> tuple[RuleCondition, ...]:
        """Return the conditions that are joined."""
        return self.joined

    def __str__(self) -> str:
        """Return the parts joined by ``or``."""
        return " or ".join(_inner(part, Or) for part in self.joined)


@dataclass(frozen=True)
class Not(RuleCondition):
    """The part does not hold."""

    part: RuleCondition

    @property
    def parts(self) -> tuple[RuleCondition, ...]:
        """Return the one part."""
        return (self.part,)

    def __str__(self) -> str:
        """Return ``not`` and the part."""
        return f"not {_inner(self.part, And, Or, Hold)}"


@dataclass(frozen=True)
class Hold(RuleCondition):
    """The part has held for some time, and has not been over for some time since.

    Attributes:
        part: The condition.
        for_s: Seconds that it must hold without a break; 0 means that a moment does.
        until_s: Seconds without it that end this; None means at once.
        until: What ends this instead; None means that ``until_s`` does.
    """

    part: RuleCondition
    for_s: float = 0.0
    until_s: float | None = None
    until: RuleCondition | None = None

    @property
    def parts(self) -> tuple[RuleCondition, ...]:
        """Return the condition, and what ends it."""
        return (self.part,) if self.until is None else (self.part, self.until)

    def __str__(self) -> str:
        """Return ``PART for 3s until 5s without``."""
        text = _inner(self.part, And, Or, Hold)
        if self.for_s:
            text += f" for {duration_text(self.for_s)}"
        if self.until is not None:
            end = self.until
            is_plain = isinstance(end, Hold) and (
                end.until is None and end.until_s is None
            )
            text += f" until {_inner(end, And, Or, *(() if is_plain else (Hold,)))}"
        elif self.until_s is not None:
            text += f" until {duration_text(self.until_s)} without"
        return text


@dataclass(frozen=True)
class IsIn(RuleCondition):
    """One object is in a zone, or in the picture."""

    subject: Subject

    def __str__(self) -> str:
        """Return ``person in yard``."""
        return str(self.subject)


@dataclass(frozen=True)
class Crosses(RuleCondition):
    """One object crosses a line at this moment, or enters or leaves a zone."""

    passage: Passage

    def __str__(self) -> str:
        """Return ``car crosses gate in``."""
        what = self.passage
        labels = f"{label_text(what.labels)} " if what.labels else ""
        return f"{labels}crosses {what.region}{_after(what.direction)}"


@dataclass(frozen=True)
class Seen(RuleCondition):
    """At least one object is there, or the class of the picture is."""

    subject: Subject

    def __str__(self) -> str:
        """Return ``seen(cat)``."""
        return f"seen({self.subject})"


@dataclass(frozen=True)
class Free(RuleCondition):
    """Nothing is in a zone."""

    region: Name

    def __str__(self) -> str:
        """Return ``free(space1)``."""
        return f"free({self.region})"


@dataclass(frozen=True)
class CameraIs(RuleCondition):
    """The camera watch reports a state of the camera."""

    state: Name

    def __str__(self) -> str:
        """Return ``camera is covered``."""
        return f"camera is {self.state}"


@dataclass(frozen=True)
class TimeIn(RuleCondition):
    """The local time of day is in a span.

    Attributes:
        spans: Pairs of minutes after midnight, the second one not included; a span
            whose end is before its start goes over midnight.
    """

    spans: tuple[tuple[int, int], ...]

    def __str__(self) -> str:
        """Return ``time in 22:00..06:00``."""
        spans = ", ".join(f"{_clock(a)}..{_clock(b)}" for a, b in self.spans)
        return f"time in {spans}"


@dataclass(frozen=True)
class WeekdayIn(RuleCondition):
    """The local day of the week is in a span.

    Attributes:
        spans: Pairs of first and last day, 0 for Monday; both are included, and a span
            may go over Sunday.
    """

    spans: tuple[tuple[int, int], ...]

    def __str__(self) -> str:
        """Return ``weekday in mon..fri``."""
        spans = (DAYS[a] if a == b else f"{DAYS[a]}..{DAYS[b]}" for a, b in self.spans)
        return f"weekday in {', '.join(spans)}"


def walk(condition: RuleCondition) -> Iterator[RuleCondition]:
    """Yield a condition and all that it is made of, from left to right."""
    yield condition
    for part in condition.parts:
        yield from walk(part)


def label_text(labels: tuple[Name, ...]) -> str:
    """Return labels as a rule holds them; ``any`` for none."""
    return ", ".join(map(str, labels)) or "any"


def _inner(part: RuleCondition, *needs_brackets: type[RuleCondition]) -> str:
    return f"({part})" if isinstance(part, needs_brackets) else str(part)


def _after(word: str) -> str:
    return f" {word}" if word else ""


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
