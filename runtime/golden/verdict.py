"""Whether a model computes here what it computed where it was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

_LEAST: Final = 1e-9


@dataclass(frozen=True)
class GoldenVerdict:
    """The result of one golden check.

    Attributes:
        passed: No output is off by more than its tolerance.
        weak: The stored answers could not have told a wrong runtime.
        inputs: How many of the eight inputs were asked.
        errors: Mean difference per output, in steps.
        tolerances: What is allowed per output; None for an output that proves nothing.
        words: One sentence without a full stop.
    """

    passed: bool
    weak: bool
    inputs: int
    errors: tuple[float, ...]
    tolerances: tuple[float | None, ...]
    words: str

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain JSON types."""
        return {
            "passed": self.passed,
            "weak": self.weak,
            "inputs": self.inputs,
            "errors": [round(error, 4) for error in self.errors],
            "tolerances": list(self.tolerances),
            "words": self.words,
        }


def verdict_of(
    errors: Sequence[float],
    tolerances: Sequence[float | None],
    inputs: int,
    name: str,
) -> GoldenVerdict:
    """Compare errors with what is allowed, and say so in a sentence.

    Args:
        errors: Mean difference per output, in steps.
        tolerances: What is allowed per output; None for one that proves nothing.
        inputs: How many inputs were asked.
        name: What computed, in words.
    """
    judged = [
        (error, allowed)
        for error, allowed in zip(errors, tolerances, strict=True)
        if allowed is not None
    ]
    passed = all(error <= allowed for error, allowed in judged)
    asked = "1 golden input" if inputs == 1 else f"{inputs} golden inputs"
    if not judged:
        words = (
            f"the golden check is weak: the answers of this model to {asked} would not "
            "tell a wrong runtime"
        )
    else:
        # A damaged card may allow nothing.
        error, allowed = max(judged, key=lambda pair: pair[0] / max(pair[1], _LEAST))
        words = (
            f"{asked} on {name}: off by {error:.2f} steps in the mean, "
            f"{allowed:.2f} are allowed"
        )
    return GoldenVerdict(
        passed, not judged, inputs, tuple(errors), tuple(tolerances), words
    )
