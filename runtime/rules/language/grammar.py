"""From a rule's text to its condition.

::

    rule       = all {"or" all}
    all        = lasting {"and" lasting}
    lasting    = negated ["for" DURATION] ["until" (DURATION "without" | ending)]
    ending     = negated ["for" DURATION]
    negated    = "not" negated | "(" rule ")" | one of the forms below
    object     = labels "in" (ZONE | "frame")
    crossing   = [labels] "crosses" REGION ["in" | "out"]
    seen       = "seen" "(" labels ["in" ZONE] ")"
    free       = "free" "(" ZONE ")"
    camera     = "camera" "is" STATE
    time       = "time" "in" HH:MM ".." HH:MM {"," ...}
    weekday    = "weekday" "in" DAY [".." DAY] {"," ...}
    comparison = term SIGN term {SIGN term} ["in" DURATION | "per" ("day" | "hour")]
    labels     = "any" | LABEL {"," LABEL}
"""

from __future__ import annotations

from typing import Final, NoReturn

from ....errors import unknown_name
from ...durations import duration_text
from .comparison import SIGNS
from .comparison_grammar import TERMS, read_comparison
from .conditions import (
    DAYS,
    And,
    CameraIs,
    Crosses,
    Free,
    Hold,
    IsIn,
    Name,
    Not,
    Or,
    Passage,
    RuleCondition,
    Seen,
    Subject,
    TimeIn,
    WeekdayIn,
)
from .phrases import read_labels, read_subject
from .token_reader import TokenReader

_DEEPEST: Final = 40
_EXAMPLE: Final = "person in yard for 3s"
FUNCTIONS: Final = ("seen", "free", *TERMS)
"""Every name that stands before a bracket."""


_EXAMPLES: Final = {
    "seen": "seen(cat)",
    "free": "free(space1)",
    "count": "count(car in lot) > 4",
    "score": "score(defect) > 0.8",
    "value": "value(age) > 60",
    "dwell": "dwell(person in shelf) > 10s",
    "crossings": "crossings(gate in) > 100 in 1h",
}


def parse(text: str) -> RuleCondition:
    """Return the condition of a rule's text.

    Args:
        text: As ``person in yard for 3s and time in 22:00..06:00``.

    Raises:
        RuleError: The text is no rule; it holds the sentence and the place.
    """
    reader = TokenReader(text)
    condition = _any_of(reader, 0)
    if reader.next.kind == "end":
        return condition
    if reader.is_at("for", "until"):
        reader.refuse(
            "one 'for' and then one 'until' may follow a condition. To say more about "
            f"it, put it in brackets: ({condition}) {reader.next.text} ..."
        )
    if isinstance(condition, IsIn) and reader.is_at(*SIGNS):
        reader.refuse(f"only numbers are compared, as in count({condition}) > 2")
    small = reader.next.text.lower()
    if small in ("and", "or", "for", "until"):
        return reader.refuse(f"write it in small letters: {small}")
    return reader.refuse("expected 'and', 'or', 'for', 'until' or the end of the rule")


def _any_of(reader: TokenReader, depth: int) -> RuleCondition:
    position = reader.next.position
    parts = [_all_of(reader, depth)]
    while reader.skip("or"):
        parts.append(_all_of(reader, depth))
    return parts[0] if len(parts) == 1 else Or(_flat(Or, parts), position=position)


def _all_of(reader: TokenReader, depth: int) -> RuleCondition:
    position = reader.next.position
    parts = [_lasting(reader, depth)]
    while reader.skip("and"):
        parts.append(_lasting(reader, depth))
    return parts[0] if len(parts) == 1 else And(_flat(And, parts), position=position)


def _flat(
    kind: type[And] | type[Or], parts: list[RuleCondition]
) -> tuple[RuleCondition, ...]:
    """Return the parts, and those of a part of the same kind in its place."""
    return tuple(
        inner
        for part in parts
        for inner in (part.parts if isinstance(part, kind) else (part,))
    )


def _lasting(reader: TokenReader, depth: int) -> RuleCondition:
    position = reader.next.position
    part = _negated(reader, depth)
    for_s = _for(reader)
    if not reader.skip("until"):
        return Hold(part, for_s, position=position) if for_s else part
    if reader.next.kind == "duration" or reader.next.kind == "number":
        until_s = reader.duration("until 5s without")
        reader.expect("without", f"until {duration_text(until_s)} without")
        return Hold(part, for_s, until_s, position=position)
    start = reader.next.position
    end = _negated(reader, depth)
    lasts_s = _for(reader)
    if lasts_s:
        end = Hold(end, lasts_s, position=start)
    return Hold(part, for_s, None, end, position=position)


def _for(reader: TokenReader) -> float:
    """Return the seconds behind ``for``; 0 without that word."""
    if not reader.skip("for"):
        return 0.0
    token = reader.next
    duration = reader.duration("for 3s")
    if not duration:
        reader.fail("'for 0s' says nothing. Leave it out, or write for 1s.", token)
    return duration


def _negated(reader: TokenReader, depth: int) -> RuleCondition:
    token = reader.next
    if depth > _DEEPEST:
        reader.fail(f"Brackets and 'not' go deeper than {_DEEPEST}.", token)
    if reader.skip("not"):
        return Not(_negated(reader, depth + 1), position=token.position)
    if reader.skip("("):
        inner = _any_of(reader, depth + 1)
        reader.expect(")", "(person in yard or person in porch) for 3s")
        return inner
    return _form(reader)


def _form(reader: TokenReader) -> RuleCondition:
    token = reader.next
    position = token.position
    if token.kind in ("number", "duration"):
        return read_comparison(reader)
    if reader.is_at_call:
        if token.text in TERMS:
            return read_comparison(reader)
        return _function(reader)
    if token.kind == "word" and token.text in ("time", "weekday", "camera"):
        return _around(reader)
    if token.kind == "end":
        reader.refuse(f"expected a condition, as in {_EXAMPLE}")
    labels = () if reader.is_at("crosses") else read_labels(reader)
    if reader.skip("crosses"):
        region = reader.name("a line or zone", "car crosses gate")
        direction = reader.skip("in", "out")
        what = Passage(labels, region, direction.text if direction else "")
        return Crosses(what, position=position)
    if reader.skip("in"):
        region = reader.name("a zone", "person in yard, or person in frame")
        return IsIn(Subject(labels, region), position=position)
    return _refuse_labels(reader, labels)


def _refuse_labels(reader: TokenReader, labels: tuple[Name, ...]) -> NoReturn:
    what = str(Subject(labels))
    if what in FUNCTIONS:
        reader.refuse(f"expected a bracket, as in {_EXAMPLES[what]}")
    sentence = f"'{what}' alone is no condition. Write {what} in ZONE, {what} in frame"
    if labels:
        first, last = labels[0], labels[-1]
        width = last.position + last.width - first.position
        at = Name(what, first.position, width)
        hint = f" For several labels write them with a comma: {what}, truck in lot."
        sentence += f" or seen({what}).{hint if reader.is_at('or') else ''}"
        reader.fail(sentence, at)
    reader.refuse("expected 'in' or 'crosses', as in any in yard")


def _function(reader: TokenReader) -> RuleCondition:
    token = reader.take()
    if token.text not in FUNCTIONS:
        reader.fail(unknown_name("function", token.text, FUNCTIONS), token)
    reader.expect("(", "seen(cat)")
    condition: RuleCondition
    if token.text == "seen":
        condition = Seen(read_subject(reader, "seen(cat)"), position=token.position)
    else:
        zone = reader.name("a zone", "free(space1)")
        condition = Free(zone, position=token.position)
    reader.expect(")", str(condition))
    return condition


def _around(reader: TokenReader) -> RuleCondition:
    """Read what is about the camera or the clock and not about objects."""
    word = reader.take()
    if word.text == "camera":
        reader.expect("is", "camera is covered")
        state = reader.name("a state", "camera is covered")
        return CameraIs(state, position=word.position)
    if word.text == "time":
        reader.expect("in", "time in 22:00..06:00")
        spans = reader.listed(lambda: _time_span(reader))
        return TimeIn(spans, position=word.position)
    reader.expect("in", "weekday in mon..fri")
    days = reader.listed(lambda: _day_span(reader))
    return WeekdayIn(days, position=word.position)


def _time_span(reader: TokenReader) -> tuple[int, int]:
    token = reader.next
    start = _clock(reader)
    reader.expect("..", "time in 22:00..06:00")
    last = reader.next
    end = _clock(reader)
    if start == end:
        reader.fail(
            f"{token.text}..{last.text} is no time at all, or all of the day. Write "
            "two different times, or leave it out.",
            token,
        )
    return start, end


def _clock(reader: TokenReader) -> int:
    token = reader.next
    if token.kind != "clock":
        reader.refuse("expected a time of day, as in time in 22:00..06:00")
    hours, minutes = map(int, token.text.split(":"))
    if minutes > 59 or hours * 60 + minutes > 24 * 60:
        reader.refuse("expected a time of day from 00:00 to 24:00")
    reader.take()
    return (hours * 60 + minutes) % (24 * 60)


def _day_span(reader: TokenReader) -> tuple[int, int]:
    first = _day(reader)
    return first, _day(reader) if reader.skip("..") else first


def _day(reader: TokenReader) -> int:
    token = reader.next
    if token.kind != "word" or token.text not in DAYS:
        hint = (
            f". Write {token.text[:3].lower()}"
            if token.text[:3].lower() in DAYS
            else ""
        )
        reader.refuse(f"expected a day: {', '.join(DAYS)}{hint}")
    reader.take()
    return DAYS.index(token.text)
