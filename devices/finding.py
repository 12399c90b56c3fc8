"""What a check found: one line for people, one object for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

LEVELS: Final = ("ok", "note", "warning", "broken")


@dataclass(frozen=True)
class Finding:
    """Hold what one check found.

    Attributes:
        level: ``ok``; ``note`` for what would not work if it were wanted; ``warning``
            for what works badly; ``broken`` for what is needed and does not work.
        what: What is so, in one sentence.
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
        """Return plain JSON types."""
        return asdict(self)
