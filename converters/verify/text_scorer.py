"""Text: whether two models read the same characters."""

from __future__ import annotations

from collections.abc import Sequence

from ...runtime.decoders import named_decoder
from ...runtime.geometry import Letterbox
from ...runtime.results import Text
from ...runtime.tensors import TensorSpec
from ..plan import OutputPlan
from .scorer import Outputs, Scorer


class TextScorer(Scorer):
    """Compare whole lines, through the runtime's own decoder."""

    metric = "lines that read the same"
    error_name = "character_error_rate"
    counts = True

    def __init__(
        self,
        plan: OutputPlan,
        floats: Sequence[TensorSpec],
        tensors: Sequence[TensorSpec],
        model_size: tuple[int, int],
    ) -> None:
        self._float, self._file = (
            named_decoder(
                plan.decoder,
                specs,
                model_size=model_size,
                labels=plan.labels,
                options=plan.options,
            )
            for specs in (floats, tensors)
        )

    def read_float(self, outputs: Outputs, letterbox: Letterbox) -> str:
        """Return the float model's line."""
        return _text(self._float.decode(outputs, letterbox))

    def read(self, outputs: Outputs, letterbox: Letterbox) -> str:
        """Return the file's line."""
        return _text(self._file.decode(outputs, letterbox))

    def score(self, reference: str, other: str) -> float:
        """Return 1 where the lines are equal."""
        return float(reference == other)

    def error(self, reference: str, other: str) -> float:
        """Return the edit distance by the length of the float model's line."""
        return edit_distance(reference, other) / max(1, len(reference))


def edit_distance(one: str, other: str) -> int:
    """Return how many characters must be added, removed or replaced (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, character in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, target in enumerate(other, 1):
            change = before + (character != target)
            before = row[j]
            row[j] = min(change, row[j] + 1, row[j - 1] + 1)
    return row[-1]


def _text(result: object) -> str:
    if not isinstance(result, Text):
        raise TypeError(f"a text was expected, got a {type(result).__name__}.")
    return result.text
