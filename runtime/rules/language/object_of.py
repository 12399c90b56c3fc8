"""Whether a rule is about one object at a time, and about objects of which labels.

``person in yard`` is about one object, ``count(car in lot) > 4`` about all of them
together. A rule that joins conditions about one object means the same object in each;
what can never be true of one object, or is about none, is refused here with what to
write instead.
"""

from __future__ import annotations

from typing import Final, NoReturn

from .comparison import Comparison, DwellOf
from .conditions import And, Crosses, Hold, IsIn, Not, Or, RuleCondition, Subject, walk
from .rule_error import RuleError

Labels = frozenset[str]
ANY: Final[Labels] = frozenset()
"""Objects of every label."""


def object_labels(condition: RuleCondition, text: str) -> Labels | None:
    """Return the labels of the object that a rule is about.

    Args:
        condition: The whole condition of the rule.
        text: The rule's text, for the error.

    Returns:
        The labels, ``ANY`` for every label; None where the rule is about no single
        object, so that it has one event at a time.

    Raises:
        RuleError: The rule can never be true, or does not say which object it means.
    """
    for part in walk(condition):
        if isinstance(part, Hold) and part.for_s and _is_moment(part.part):
            _refuse(
                f"'{part.part}' is true for one moment only, so never for some time. "
                "Leave out 'for'.",
                text,
                part,
            )
    labels = _labels(condition, text)
    if labels is None:
        for part in walk(condition):
            if _own_labels(part) is not None:
                _refuse_negated(part, text)
    else:
        _check_negated(condition, labels, text)
    return labels


def is_about_object(condition: RuleCondition) -> bool:
    """Return whether a condition holds for one object or not for it."""
    return any(_own_labels(part) is not None for part in walk(condition))


def _labels(condition: RuleCondition, text: str) -> Labels | None:
    """Return of which labels an object must be for the condition to hold."""
    if (own := _own_labels(condition)) is not None:
        return own
    if isinstance(condition, Hold):
        return _labels(condition.part, text)
    if isinstance(condition, And):
        return _labels_of_all(condition, text)
    if isinstance(condition, Or):
        return _labels_of_any(condition, text)
    return None


def _labels_of_all(condition: And, text: str) -> Labels | None:
    common: Labels | None = None
    first: RuleCondition | None = None
    for part in condition.joined:
        labels = _labels(part, text)
        if labels is None:
            continue
        if common is None or first is None:
            common, first = labels, part
            continue
        both = _both(common, labels)
        if both is None:
            _refuse(
                f"No object is both of '{first}' and of '{part}'. A rule is about one "
                f"object; of the other write {_instead(part)}.",
                text,
                part,
            )
        common = both
    return common


def _labels_of_any(condition: Or, text: str) -> Labels | None:
    parts = [(part, _labels(part, text)) for part in condition.joined]
    objects = [(part, labels) for part, labels in parts if labels is not None]
    if not objects:
        return None
    if len(objects) < len(parts):
        part = objects[0][0]
        _refuse(
            f"'or' joins '{part}', which is about one object, with something that is "
            f"about none. Write two rules, or {_instead(part)}.",
            text,
            part,
        )
    if any(labels == ANY for _, labels in objects):
        return ANY
    return frozenset().union(*(labels for _, labels in objects))


def _check_negated(condition: RuleCondition, labels: Labels, text: str) -> None:
    """Refuse ``person in yard and not car in lot``: a person is never a car."""
    for part in walk(condition):
        hidden = _negated_parts(part)
        for inner in hidden:
            for each in walk(inner):
                own = _own_labels(each)
                if own is not None and _both(labels, own) is None:
                    _refuse(
                        f"This rule is about one object of "
                        f"{' or '.join(sorted(labels))}, which is never one of "
                        f"'{each}'. Of the others write {_instead(each)}.",
                        text,
                        each,
                    )


def _negated_parts(part: RuleCondition) -> tuple[RuleCondition, ...]:
    if isinstance(part, Not):
        return (part.part,)
    if isinstance(part, Hold) and part.until is not None:
        return (part.until,)
    return ()


def _refuse_negated(part: RuleCondition, text: str) -> NoReturn:
    _refuse(
        f"The rule does not say of which object '{part}' is not true. Write "
        f"{_instead(part)}: that is about all of them.",
        text,
        part,
    )


def _own_labels(condition: RuleCondition) -> Labels | None:
    """Return the labels of a form that is about one object; None for other forms."""
    if isinstance(condition, IsIn):
        return _texts(condition.subject)
    if isinstance(condition, Crosses):
        return frozenset(name.text for name in condition.passage.labels)
    if isinstance(condition, Comparison):
        for term in condition.terms:
            if isinstance(term, DwellOf):
                return _texts(term.subject)
    return None


def _texts(subject: Subject) -> Labels:
    return frozenset(name.text for name in subject.labels)


def _both(one: Labels, other: Labels) -> Labels | None:
    """Return the labels in both sets; None where there are none."""
    if not one or not other:
        return one or other
    return one & other or None


def _instead(part: RuleCondition) -> str:
    """Return how the same is said of all objects together."""
    if isinstance(part, Hold):
        return _instead(part.part)
    if isinstance(part, IsIn):
        region = part.subject.region
        is_frame = region is not None and region.is_frame
        subject = Subject(part.subject.labels) if is_frame else part.subject
        return f"seen({subject})"
    if isinstance(part, Crosses):
        what = part.passage
        labels = ", ".join(map(str, what.labels))
        at = f"{labels} at " if labels else ""
        direction = f" {what.direction}" if what.direction else ""
        return f"crossings({at}{what.region}{direction}) > 0 in 10s"
    return "seen(...) or count(...)"


def _is_moment(condition: RuleCondition) -> bool:
    """Return whether a condition is true for single moments only."""
    if isinstance(condition, Crosses):
        return True
    if isinstance(condition, And):
        return any(map(_is_moment, condition.joined))
    if isinstance(condition, Or):
        return all(map(_is_moment, condition.joined))
    return False


def _refuse(sentence: str, text: str, part: RuleCondition) -> NoReturn:
    raise RuleError(sentence, text, part.position, _width(part, text))


def _width(part: RuleCondition, text: str) -> int:
    """Return how far the mark goes: to the end of the part's own spelling, or less."""
    spelling = str(part)
    is_same = text[part.position : part.position + len(spelling)] == spelling
    return len(spelling) if is_same else 1
