"""The finding of a check: one line for people, one object for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

LEVELS: Final = ("ok", "note", "warning", "broken")


@dataclass(frozen=True)
class Finding:
    """The finding of one check.

    Attributes:
        level: ``ok``; ``note``: something that is not needed would not work;
            ``warning``: something works badly; ``broken``: something that is needed
            does not work.
        what: The fact, in one sentence.
        cure: What to do, in one sentence or command; empty when nothing is to be done.
    """

    level: str
    what: str
    cure: str = ""

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(
                f"level must be one of {', '.join(LEVELS)}, got {self.level!r}."
            )

    def to_dict(self) -> dict[str, str]:
        """Return the finding as plain JSON types."""
        return asdict(self)
