"""Known faces, products, parts: embeddings with names, kept in one ``.npz`` file."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ...errors import ModelError
from ...files import write_bytes
from ..memory import ArrayHeader, read_arrays
from ..results import UNKNOWN, Vector, normalized

SCHEMA: Final = 1
DEFAULT_THRESHOLD: Final = 0.5
_ARRAYS: Final = ("schema", "embeddings", "labels", "threshold", "model")
# A text of Python, with its place in a tuple.
_TEXT: Final = 100
_ROWS: Final = 256


@dataclass(frozen=True)
class Gallery:
    """Embeddings, and the names of what they show.

    Attributes:
        embeddings: float32 (N, D), each of length 1.
        labels: N names; several embeddings may have one name.
        threshold: Cosine similarity below which a picture is unknown.
        model: SHA-256 of the model that they come from; empty when it is not known.
    """

    embeddings: npt.NDArray[np.float32]
    labels: tuple[str, ...]
    threshold: float = DEFAULT_THRESHOLD
    model: str = field(default="")

    def __post_init__(self) -> None:
        if self.embeddings.ndim != 2 or len(self.embeddings) != len(self.labels):
            raise ValueError(
                f"embeddings must have shape ({len(self.labels)}, D), got "
                f"{self.embeddings.shape}."
            )
        if not len(self.labels):
            raise ValueError("a gallery must hold at least one embedding.")

    @property
    def size(self) -> int:
        """Return the number of values of an embedding."""
        return int(self.embeddings.shape[1])

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name once, in order."""
        return tuple(sorted(set(self.labels)))

    def nearest(
        self, vector: Vector, *, threshold: float | None = None
    ) -> tuple[str, float]:
        """Return the most similar name and the cosine similarity.

        The name is ``unknown`` when the similarity is below the threshold.

        Args:
            vector: float32 (D,), of length 1.
            threshold: Instead of the gallery's own.
        """
        scores = self.embeddings @ vector
        best = int(scores.argmax())
        score = float(scores[best])
        limit = self.threshold if threshold is None else threshold
        return (self.labels[best] if score >= limit else UNKNOWN), score

    def save(self, path: str | os.PathLike[str], *, force: bool = False) -> None:
        """Write the gallery, whole or not at all.

        Raises:
            OutputExistsError: The file exists and ``force`` is not set.
            ModelError: The file cannot be written.
        """
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            schema=np.asarray(SCHEMA),
            embeddings=self.embeddings,
            labels=np.asarray(self.labels, dtype=str),
            threshold=np.asarray(self.threshold),
            model=np.asarray(self.model),
        )
        try:
            write_bytes(Path(path), buffer.getvalue(), force=force)
        except OSError as error:
            raise ModelError(
                f"Cannot write the gallery {os.fspath(path)}: {error.strerror}. "
                "Choose another place with --output."
            ) from error

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Gallery:
        """Read a gallery that :meth:`save` wrote.

        Raises:
            ModelError: The file cannot be read or is no gallery.
        """
        try:
            data = read_arrays(path, names=_ARRAYS, memory=_memory)
            schema = int(data["schema"])
            gallery = cls(
                normalized(data["embeddings"]),
                tuple(str(label) for label in data["labels"]),
                float(data["threshold"]),
                str(data["model"]),
            )
        except OSError as error:
            raise ModelError(
                f"Cannot read the gallery {os.fspath(path)}: "
                f"{error.strerror or error}. Make one with 'edgevision enroll'."
            ) from error
        except (ValueError, TypeError, OverflowError) as error:
            raise ModelError(
                f"{os.fspath(path)} is no gallery: {error}. "
                "Make one with 'edgevision enroll'."
            ) from error
        if schema > SCHEMA:
            raise ModelError(
                f"{os.fspath(path)} has schema {schema}; this EdgeVision reads up to "
                f"{SCHEMA}. Upgrade edgevision on this device."
            )
        return gallery


def _memory(headers: dict[str, ArrayHeader]) -> int:
    """Return the bytes that reading a gallery takes.

    Raises:
        ValueError: The headers are not those of a gallery.
    """
    missing = sorted(set(_ARRAYS) - set(headers))
    if missing:
        raise ValueError(f"it has no array '{missing[0]}'")
    embeddings, labels = headers["embeddings"], headers["labels"]
    if len(embeddings.shape) != 2 or labels.shape != embeddings.shape[:1]:
        raise ValueError(
            f"it has embeddings of shape {embeddings.shape} and labels of shape "
            f"{labels.shape}"
        )
    if any(headers[name].shape for name in ("schema", "threshold", "model")):
        raise ValueError("its schema, threshold or model is not a single value")
    if embeddings.dtype.kind not in "fiu" or labels.dtype.kind != "U":
        raise ValueError(
            f"its embeddings are {embeddings.dtype} and its labels {labels.dtype}"
        )
    # Beside the arrays themselves, float32 copies of the embeddings while their lengths
    # become 1, and the labels as texts.
    count = math.prod(embeddings.shape)
    texts = labels.shape[0] * _TEXT + labels.bytes
    return sum(header.bytes for header in headers.values()) + 20 * count + texts


def best_threshold(embeddings: npt.NDArray[np.float32], labels: Sequence[str]) -> float:
    """Return the similarity that best tells same from different names.

    Half-way between the median similarity of each picture with its nearest of the same
    name and with its nearest of another; :data:`DEFAULT_THRESHOLD` when there is only
    one name, or one picture of each.

    Args:
        embeddings: float32 (N, D), each of length 1.
        labels: N names.
    """
    names = np.asarray(labels)
    inside = np.full(len(names), -np.inf, np.float32)
    outside = inside.copy()
    # Some rows at a time: ten thousand pictures have a hundred million pairs.
    for start in range(0, len(names), _ROWS):
        rows = slice(start, start + _ROWS)
        scores = embeddings[rows] @ embeddings.T
        np.fill_diagonal(scores[:, start:], -np.inf)
        same = names[rows, None] == names[None]
        inside[rows] = np.where(same, scores, -np.inf).max(axis=1)
        outside[rows] = np.where(same, -np.inf, scores).max(axis=1)
    inside, outside = inside[np.isfinite(inside)], outside[np.isfinite(outside)]
    if inside.size == 0 or outside.size == 0:
        return DEFAULT_THRESHOLD
    return round(float((np.median(inside) + np.median(outside)) / 2), 3)
