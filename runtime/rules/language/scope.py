"""The names that a rule may use with a certain model, camera and regions."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from ....card import ModelCard
from ....errors import shown
from .comparison import (
    Comparison,
    CountOf,
    CrossingsOf,
    DwellOf,
    ScoreOf,
    Term,
    ValueOf,
)
from .conditions import (
    CameraIs,
    Crosses,
    Free,
    IsIn,
    Name,
    Passage,
    RuleCondition,
    Seen,
    Subject,
    walk,
)
from .rule_error import RuleError

CAMERA_STATES: Final = ("covered", "dark", "blurred", "moved", "frozen")
"""What the camera watch tells about a camera."""

_LABELLED: Final = ("classification", "detection", "segmentation")
"""Tasks whose results have the labels of the card, and nothing else."""

_SHOWN: Final = 12  # of a thousand labels, so many stand in a sentence


@dataclass(frozen=True)
class Scope:
    """What a rule may name.

    Attributes:
        labels: Labels of the model; None means that they are not known.
        zones: Names of zones.
        lines: Names of lines.
        values: Names of the numbers that the model reads; None means not known.
        is_tracked: Whether objects have identities over time.
        is_watched: Whether the camera watch is on.
    """

    labels: Collection[str] | None = None
    zones: Collection[str] = ()
    lines: Collection[str] = ()
    values: Collection[str] | None = None
    is_tracked: bool = True
    is_watched: bool = True

    @classmethod
    def of_model(
        cls,
        card: ModelCard,
        *,
        zones: Collection[str] = (),
        lines: Collection[str] = (),
        is_watched: bool = False,
    ) -> Scope:
        """Return what a rule may name with a model.

        Args:
            card: The model's card.
            zones: Names of zones.
            lines: Names of lines.
            is_watched: Whether the camera watch is on.
        """
        output = card.output
        said = {*output.labels, *output.hierarchy.values()}
        labels: Collection[str] | None = said or None
        values: Collection[str] | None = ()
        if card.task == "pose":
            labels = {"person", *said}  # the labels may be those of keypoints
        elif card.task == "values":
            names = output.options.get("names") or output.labels
            labels, values = (), tuple(names) or None
        elif card.task not in _LABELLED:
            labels = values = None
        is_tracked = card.task in ("detection", "landmarks", "pose")
        return cls(labels, zones, lines, values, is_tracked, is_watched)

    def check(self, condition: RuleCondition, text: str) -> None:
        """Refuse a condition with a name that does not exist here.

        Args:
            condition: The condition.
            text: The rule's text, for the error.

        Raises:
            RuleError: A name does not exist, or something is missing that the
                condition needs.
        """
        for part in walk(condition):
            for fault, name in self._faults(part):
                width = name.width if name else 1
                position = name.position if name else part.position
                raise RuleError(fault, text, position, width)

    def _faults(self, part: RuleCondition) -> Iterator[tuple[str, Name | None]]:
        """Yield a sentence for each fault, with the name that it is about."""
        if isinstance(part, (IsIn, Seen)):
            yield from self._in_subject(part.subject)
        if isinstance(part, Crosses):
            yield from self._in_passage(part.passage)
        if isinstance(part, Free):
            yield from self._in_zone(part.region)
        if isinstance(part, CameraIs):
            yield from self._in_state(part.state)
        if isinstance(part, Comparison):
            for term in part.terms:
                yield from self._in_term(term)
        if not self.is_tracked and _needs_tracks(part):
            yield (
                f"'{part}' needs objects that are known again, and objects are not "
                "tracked here. Switch tracking on, or use seen(...), count(...) or "
                "score(...).",
                None,
            )

    def _in_term(self, term: Term) -> Iterator[tuple[str, Name | None]]:
        if isinstance(term, (CountOf, ScoreOf, DwellOf)):
            yield from self._in_subject(term.subject)
        if isinstance(term, CrossingsOf):
            yield from self._in_passage(term.passage)
        if isinstance(term, ValueOf) and self.values is not None:
            yield from _unknown("value", term.name, self.values)

    def _in_subject(self, subject: Subject) -> Iterator[tuple[str, Name | None]]:
        yield from self._in_labels(subject.labels)
        if subject.region is not None:
            yield from self._in_zone(subject.region)

    def _in_passage(self, passage: Passage) -> Iterator[tuple[str, Name | None]]:
        yield from self._in_labels(passage.labels)
        name = passage.region
        yield from _unknown("line or zone", name, [*self.lines, *self.zones])

    def _in_labels(self, labels: tuple[Name, ...]) -> Iterator[tuple[str, Name | None]]:
        for label in labels if self.labels is not None else ():
            yield from _unknown("label", label, self.labels or ())

    def _in_zone(self, name: Name) -> Iterator[tuple[str, Name | None]]:
        if name.is_frame:
            return
        if name.text in self.lines:
            yield (
                f"{shown(name.text)} is a line, and nothing is in a line. Write "
                f"crosses {name}, or name a zone: {_known(self.zones)}.",
                name,
            )
        yield from _unknown("zone", name, self.zones)

    def _in_state(self, name: Name) -> Iterator[tuple[str, Name | None]]:
        yield from _unknown("state of a camera", name, CAMERA_STATES)
        if not self.is_watched:
            yield (
                "The camera is not watched here. Switch the camera watch on, in an app "
                "by [watch].",
                name,
            )


_DRAWN: Final = {
    "zone": ", or write 'in frame' for the whole picture",
    "line": "",
    "line or zone": "",
}


def _needs_tracks(part: RuleCondition) -> bool:
    if isinstance(part, Comparison):
        return any(isinstance(term, (DwellOf, CrossingsOf)) for term in part.terms)
    return isinstance(part, (IsIn, Crosses))


def _unknown(
    kind: str, name: Name, known: Collection[str]
) -> Iterator[tuple[str, Name]]:
    if name.text in known and not name.is_frame:
        return
    if name.is_frame:
        yield f"'frame' is the whole picture, and no {kind}.", name
        return
    by_case = {one.lower(): one for one in known}
    close = difflib.get_close_matches(name.text.lower()[:200], by_case, n=1)
    hint = f" Did you mean {shown(by_case[close[0]])}?" if close else ""
    sentence = f"No {kind} {shown(name.text)} here.{hint} Known: {_known(known)}."
    if kind in _DRAWN and not known:
        sentence += f" Draw one with 'edgevision regions'{_DRAWN[kind]}."
    yield sentence, name


def _known(names: Collection[str]) -> str:
    some = sorted(names)
    rest = len(some) - _SHOWN
    more = f" and {rest} more" if rest > 0 else ""
    return ", ".join(some[:_SHOWN]) + more or "none"
