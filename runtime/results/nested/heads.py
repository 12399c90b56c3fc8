"""The results of a network with several heads: an age and a class, say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..classifications import Result
from ..drawable import Drawable


@dataclass(frozen=True, eq=False)
class Heads(Mapping[str, Result], Drawable):
    """One result per head of the network: a mapping of name to result.

    Attributes:
        results: Name of the head -> its result, in the model's order.
    """

    results: Mapping[str, Result]

    def __getitem__(self, name: str) -> Result:
        return self.results[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"heads": {name: the result's own dict}}``."""
        return {"heads": {name: one.to_dict() for name, one in self.items()}}
