"""Words that were read in covered areas, and reports of rules without them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from .hidden_results import HIDDEN_LABEL
from .marked_things import kind_exactly

if TYPE_CHECKING:
    from ..rule_event import RuleEvent
    from ..tracking import Tracks

_MOST: Final = 4096  # words in memory; a report comes soon after its word was read


class HiddenWords:
    """Remember the labels that were taken from results, and take them from reports.

    A rule reports the label of a track, which a second model may have read from a
    number plate that is covered now.
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
        if tracks is None or self._words.keys().isdisjoint(tracks.labels):
            return tracks
        labels = (HIDDEN_LABEL if x in self._words else x for x in tracks.labels)
        return replace(tracks, labels=tuple(labels))

    def _hidden(self, rule_event: RuleEvent) -> RuleEvent:
        word = rule_event.label
        if word not in self._words:
            return rule_event
        sentence = rule_event.sentence.replace(word, HIDDEN_LABEL)
        return replace(rule_event, label=HIDDEN_LABEL, sentence=sentence)
