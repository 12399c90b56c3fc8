"""Words that were read in covered areas; tracks, regions and reports without them."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from .hidden_results import HIDDEN_LABEL
from .marked_things import kind_exactly

if TYPE_CHECKING:
    from ..regions import RegionSnapshot, RegionState
    from ..rule_event import RuleEvent
    from ..tracking import Tracks

_MOST: Final = 4096  # words in memory; a report comes soon after its word was read


class HiddenWords:
    """Remember the labels that were taken from results, and take them from the rest.

    A rule reports the label of a track, and a zone counts by it, which a second model
    may have read from a number plate that is covered now.
    """

    def __init__(self) -> None:
        self._words: OrderedDict[str, None] = OrderedDict()

    def add(self, result: Any, redacted: Any) -> None:
        """Remember the labels that only the first of two results has.

        Args:
            result: As the model returned it.
            redacted: The same with labels hidden.
        """
        # Only there are labels what a second model read.
        if kind_exactly(result) != "RefinedDetections":
            return
        left = set(redacted.labels)
        for word in result.labels:
            if word not in left:
                self._words[word] = None
                self._words.move_to_end(word)
        while len(self._words) > _MOST:
            self._words.popitem(last=False)

    def without(self, rule_events: tuple[RuleEvent, ...]) -> tuple[RuleEvent, ...]:
        """Return reports in whose labels and sentences no such word is."""
        if not self._words or not rule_events:
            return rule_events
        return tuple(self._hidden(one) for one in rule_events)

    def without_of(self, tracks: Tracks | None) -> Tracks | None:
        """Return tracks whose labels are no such words."""
        if tracks is None or not self._has_any(tracks.labels):
            return tracks
        labels = tuple(map(self._shown, tracks.labels))
        return replace(tracks, labels=labels)

    def without_of_regions(
        self, regions: RegionSnapshot | None
    ) -> RegionSnapshot | None:
        """Return regions in whose stays, counts and crossings no such word is."""
        if regions is None or not self._words or not self._has_any(_labels_of(regions)):
            return regions
        states = {name: self._state(one) for name, one in regions.states.items()}
        crossings = tuple(
            replace(one, label=self._shown(one.label)) for one in regions.crossings
        )
        return replace(regions, states=states, crossings=crossings)

    def _state(self, state: RegionState) -> RegionState:
        stays = tuple(replace(one, label=self._shown(one.label)) for one in state.stays)
        return replace(
            state,
            stays=stays,
            counts_in=self._counts(state.counts_in),
            counts_out=self._counts(state.counts_out),
        )

    def _counts(self, counts: Mapping[str, int]) -> dict[str, int]:
        shown: dict[str, int] = {}
        for label, number in counts.items():
            label = self._shown(label)
            shown[label] = shown.get(label, 0) + number
        return shown

    def _shown(self, label: str) -> str:
        return HIDDEN_LABEL if label in self._words else label

    def _has_any(self, labels: Iterable[str]) -> bool:
        """Return whether any of some labels is such a word; these are kept in mind."""
        known = [label for label in labels if label in self._words]
        for label in known:
            self._words.move_to_end(label)
        return bool(known)

    def _hidden(self, rule_event: RuleEvent) -> RuleEvent:
        # The sentence of an event stays, and may hold an earlier word of its track.
        sentence = rule_event.sentence
        inside = [word for word in self._words if word and word in sentence]
        for word in sorted(inside, key=len, reverse=True):
            whole = rf"(?<!\w){re.escape(word)}(?!\w)"
            sentence = re.sub(whole, HIDDEN_LABEL, sentence)
        label = self._shown(rule_event.label)
        return replace(rule_event, label=label, sentence=sentence)


def _labels_of(regions: RegionSnapshot) -> Iterator[str]:
    for state in regions.states.values():
        yield from (stay.label for stay in state.stays)
        yield from state.counts_in
        yield from state.counts_out
    yield from (crossing.label for crossing in regions.crossings)
