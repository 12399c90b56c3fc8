"""What a rule reports, in words and numbers: the sentence, the count, the regions."""

from __future__ import annotations

from collections.abc import Iterator

from .candidate import RuleCandidate
from .judgement import Judgement, Leaf
from .language import (
    And,
    CameraIs,
    Comparison,
    CountOf,
    Crosses,
    CrossingsOf,
    DwellOf,
    Free,
    Hold,
    IsIn,
    Lasting,
    Name,
    Not,
    Or,
    PlainNumber,
    RuleCondition,
    ScoreOf,
    Seen,
    Subject,
    Term,
    TimeIn,
    ValueOf,
    WeekdayIn,
)
from .moment import Moment


def spoken(seconds: float) -> str:
    """Return a duration as people write it, with its two largest units.

    Example:
        >>> [spoken(value) for value in (3.04, 0.5, 90, 43200, 93784)]
        ['3 s', '0.5 s', '1 min 30 s', '12 h', '1 d 2 h']
    """
    if seconds < 60:
        return f"{round(seconds, 1 if seconds < 10 else 0):g} s"
    rest, parts = round(seconds), []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}")
        elif parts:
            break
    return " ".join(parts[:2])


class Sentences:
    """The words of one rule.

    Args:
        condition: The rule's condition.
        judgement: The same as functions of a moment.
    """

    def __init__(self, condition: RuleCondition, judgement: Judgement) -> None:
        self._condition = condition
        self._leaves = {id(leaf.condition): leaf for leaf in judgement.leaves}
        self._labels = list(dict.fromkeys(_labels(judgement.leaves)))
        self._regions = list(dict.fromkeys(_regions(judgement.leaves)))
        self._is_of_object = judgement.is_of_object

    def sentence(self, moment: Moment, who: RuleCandidate) -> str:
        """Return what holds now, as ``person in yard for 3 s``."""
        return self._text(self._condition, moment, who) or str(self._condition)

    def label(self, who: RuleCandidate) -> str:
        """Return the class or the state of the camera that the rule is about."""
        if self._is_of_object:
            return who.label
        return self._labels[0] if len(self._labels) == 1 else ""

    def regions(self, moment: Moment, who: RuleCandidate) -> tuple[str, ...]:
        """Return the regions that it is about: those in which it holds now."""
        if not self._is_of_object:
            return tuple(self._regions)
        now = (leaf for leaf in self._leaves.values() if leaf.judge(moment, who))
        return tuple(dict.fromkeys(_regions(now)))

    def count(self, moment: Moment, who: RuleCandidate) -> int | None:
        """Return the first count that the rule compares; None where it counts not."""
        number = self._number(moment, who, CountOf, CrossingsOf)
        return None if number is None else int(number)

    def score(self, moment: Moment, who: RuleCandidate) -> float | None:
        """Return the score of the object, or the one that the rule compares."""
        if who.thing is not None:
            return who.thing.score
        return self._number(moment, who, ScoreOf)

    def _number(
        self, moment: Moment, who: RuleCandidate, *kinds: type[Term]
    ) -> float | None:
        for leaf in self._leaves.values():
            if isinstance(leaf.condition, Comparison):
                for term, number in zip(
                    leaf.condition.terms, leaf.numbers, strict=True
                ):
                    if isinstance(term, kinds):
                        return number(moment, who)
        return None

    def _text(self, part: RuleCondition, moment: Moment, who: RuleCandidate) -> str:
        if isinstance(part, Hold):
            text = self._text(part.part, moment, who)
            return f"{text} for {spoken(part.for_s)}" if text and part.for_s else text
        if isinstance(part, (And, Or)):
            texts = [self._text(one, moment, who) for one in part.joined]
            return " and ".join(text for text in texts if text)
        if isinstance(part, Not):
            return _negated(part.part)
        leaf = self._leaves[id(part)]
        if isinstance(part, (TimeIn, WeekdayIn)) or not leaf.judge(moment, who):
            return ""
        return _form(leaf, moment, who)


def _negated(part: RuleCondition) -> str:
    if isinstance(part, Seen):
        return f"no {_subject(part.subject)}"
    if isinstance(part, (TimeIn, WeekdayIn)):
        return ""
    return f"not {part}" if not part.parts else f"not ({part})"


def _form(leaf: Leaf, moment: Moment, who: RuleCandidate) -> str:
    form = leaf.condition
    if isinstance(form, IsIn):
        region = form.subject.region
        place = "" if region is None or region.is_frame else f" in {region.text}"
        return f"{who.label}{place}"
    if isinstance(form, Crosses):
        direction = _direction(form, moment, who)
        return f"{who.label} crosses {form.passage.region.text}{direction}"
    if isinstance(form, Seen):
        return _subject(form.subject)
    if isinstance(form, Free):
        return f"{form.region.text} is free"
    if isinstance(form, CameraIs):
        return f"camera is {form.state.text}"
    if isinstance(form, Comparison):
        texts = [
            _term(form, term, number(moment, who), who)
            for term, number in zip(form.terms, leaf.numbers, strict=True)
        ]
        return " and ".join(text for text in texts if text)
    return str(form)


def _direction(form: Crosses, moment: Moment, who: RuleCandidate) -> str:
    for crossing in moment.crossings:
        if (
            crossing.region == form.passage.region.text
            and crossing.track_id == who.track_id
        ):
            return f" {crossing.direction}"
    return f" {form.passage.direction}" if form.passage.direction else ""


def _term(
    form: Comparison, term: Term, number: float | None, who: RuleCandidate
) -> str:
    if isinstance(term, (PlainNumber, Lasting)) or number is None:
        return ""
    if isinstance(term, CountOf):
        is_one = int(number) == 1
        return f"{int(number) or 'no'} {_subject(term.subject, is_one)}"
    if isinstance(term, ScoreOf):
        return f"{_subject(term.subject)} with score {number:.2f}"
    if isinstance(term, ValueOf):
        return f"{term.name.text} is {number:.4g}"
    if isinstance(term, DwellOf):
        region = term.subject.region
        place = "" if region is None or region.is_frame else f" in {region.text}"
        return f"{who.label}{place} for {spoken(number)}"
    what = term.passage
    labels = " or ".join(name.text for name in what.labels)
    span = f" within {spoken(form.window_s)}" if form.window_s else ""
    span = f" this {form.period}" if form.period else span
    direction = f" {what.direction}" if what.direction else ""
    crossings = "crossing" if int(number) == 1 else "crossings"
    return (
        f"{int(number) or 'no'} {f'{labels} ' if labels else ''}"
        f"{crossings} of {what.region.text}{direction}{span}"
    )


def _subject(subject: Subject, is_one: bool = True) -> str:
    # Labels are the model's words, which nobody can put into the plural.
    thing = "object" if is_one else "objects"
    labels = " or ".join(name.text for name in subject.labels) or thing
    region = subject.region
    return f"{labels} in {region.text}" if region is not None else labels


def _names(leaf: Leaf) -> Iterator[tuple[str, Name]]:
    form = leaf.condition
    if isinstance(form, (IsIn, Seen)):
        yield from _subject_names(form.subject)
    elif isinstance(form, Crosses):
        yield from (("label", name) for name in form.passage.labels)
        yield "region", form.passage.region
    elif isinstance(form, Free):
        yield "region", form.region
    elif isinstance(form, CameraIs):
        yield "label", form.state
    elif isinstance(form, Comparison):
        for term in form.terms:
            if isinstance(term, (CountOf, ScoreOf, DwellOf)):
                yield from _subject_names(term.subject)
            elif isinstance(term, CrossingsOf):
                yield from (("label", name) for name in term.passage.labels)
                yield "region", term.passage.region


def _subject_names(subject: Subject) -> Iterator[tuple[str, Name]]:
    yield from (("label", name) for name in subject.labels)
    if subject.region is not None and not subject.region.is_frame:
        yield "region", subject.region


def _labels(leaves: list[Leaf]) -> Iterator[str]:
    for leaf in leaves:
        yield from (name.text for kind, name in _names(leaf) if kind == "label")


def _regions(leaves: Iterator[Leaf] | list[Leaf]) -> Iterator[str]:
    for leaf in leaves:
        yield from (name.text for kind, name in _names(leaf) if kind == "region")
