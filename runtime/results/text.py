"""The text that a model reads from a picture: a number plate, a word, a meter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .drawable import Drawable


@dataclass(frozen=True)
class Text(Drawable):
    """A line of text.

    Attributes:
        text: The characters; empty where the model reads none.
        scores: float32 (N,), the score of each character, 0..1; ones where the model
            returns no scores.
    """

    text: str
    scores: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.text)

    @property
    def score(self) -> float:
        """Return the mean score of the characters; 0 without any."""
        return float(self.scores.mean()) if len(self.scores) else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"text": ..., "score": ..., "scores": [...]}``."""
        return {
            "text": self.text,
            "score": round(self.score, 6),
            "scores": [round(value, 6) for value in self.scores.tolist()],
        }
