"""A picture as a vector: similar pictures have similar vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .drawable import Drawable

Vector = npt.NDArray[np.float32]

UNKNOWN: Final = "unknown"


@dataclass(frozen=True)
class Embedding(Drawable):
    """The embedding of one picture and, with a gallery, the name of what it shows.

    Attributes:
        embedding: float32 (D,), of length 1 (all zeros when the model gave zeros).
        label: The nearest of the gallery, ``unknown`` below its threshold; None without
            a gallery.
        score: Cosine similarity with the nearest, -1..1; None without a gallery.
    """

    embedding: Vector
    label: str | None = None
    score: float | None = None

    def __post_init__(self) -> None:
        if self.embedding.ndim != 1:
            raise ValueError(
                f"embedding must have shape (D,), got {self.embedding.shape}."
            )

    def __len__(self) -> int:
        return len(self.embedding)

    def similarity(self, other: Embedding) -> float:
        """Return the cosine similarity with another embedding, -1..1."""
        return float(self.embedding @ other.embedding)

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"label", "score"}`` with a gallery, ``{"embedding"}`` without."""
        if self.label is None or self.score is None:
            return {"embedding": [round(v, 6) for v in self.embedding.tolist()]}
        return {"label": self.label, "score": round(self.score, 6)}


def normalized(vectors: npt.ArrayLike) -> Vector:
    """Return vectors (..., D) with length 1, float32; zeros and NaN become zeros."""
    values = np.nan_to_num(
        np.asarray(vectors, np.float32), nan=0.0, posinf=0.0, neginf=0.0
    )
    # Divided by the largest first: the square of a large float32 overflows.
    peak = np.abs(values).max(axis=-1, keepdims=True, initial=0.0)
    values = np.divide(values, peak, out=np.zeros_like(values), where=peak > 0)
    length = np.linalg.norm(values, axis=-1, keepdims=True)
    unit: Vector = np.divide(
        values, length, out=np.zeros_like(values), where=length > 0
    )
    return unit
