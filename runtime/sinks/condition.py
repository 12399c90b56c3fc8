"""The choice of events to keep: ``when=label:person,score:0.6,every:100``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...errors import SinkError
from ..event import Event
from .items import Item, items_of


@dataclass(frozen=True)
class Condition:
    """A choice of events, by what is in them or by their number.

    An event is chosen when one and the same class or box has one of the labels and
    at least the score. With ``every``, every n-th event is chosen as well.
    Without any condition all are chosen.

    Attributes:
        labels: The labels; empty means any label.
        score: The lowest score, 0..1; None means any score.
        every: 100 also chooses every hundredth event; 0 means none.
    """

    labels: tuple[str, ...] = ()
    score: float | None = None
    every: int = 0

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Read ``label:person,label:dog,score:0.6,every:100``.

        Raises:
            SinkError: A part is not of that form.
        """
        labels: list[str] = []
        score: float | None = None
        every = 0
        for part in filter(None, text.split(",")):
            name, _, value = part.partition(":")
            if name == "label" and value:
                labels.append(value)
            elif name == "score" and re.fullmatch(r"0(\.[0-9]+)?|1(\.0+)?", value):
                score = float(value)
            elif name == "every" and re.fullmatch(r"[1-9][0-9]{0,8}", value):
                every = int(value)
            else:
                raise SinkError(
                    f"when={text} is not usable at '{part}': expected label:TEXT, "
                    "score:0..1 or every:N, joined by commas."
                )
        return cls(tuple(labels), score, every)

    def holds(self, event: Event, count: int) -> bool:
        """Return whether an event is chosen.

        Args:
            event: The event.
            count: How many events came before it.
        """
        if self.every and count % self.every == 0:
            return True
        if not self.labels and self.score is None:
            return not self.every
        return any(self._fits(item) for item in items_of(event.result) or ())

    def _fits(self, item: Item) -> bool:
        if self.labels and item.label not in self.labels:
            return False
        return self.score is None or (
            item.score is not None and item.score >= self.score
        )
