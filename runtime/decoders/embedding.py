"""Decode an embedding, and name it by a gallery."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy.typing as npt

from ...errors import UnsupportedModelError, shown
from ..gallery import Gallery
from ..geometry import Letterbox
from ..results import Embedding, normalized
from ..tensors import TensorSpec
from .tensor_values import Levels


@dataclass(frozen=True, kw_only=True)
class EmbeddingOptions:
    """Options of the decoder ``embedding``.

    Attributes:
        gallery: A file of ``edgevision enroll``, or a gallery; None gives no names.
        score_threshold: Cosine similarity below which a picture is unknown, -1..1; None
            means the gallery's own.
    """

    gallery: str | os.PathLike[str] | Gallery | None = None
    score_threshold: float | None = None

    def __post_init__(self) -> None:
        threshold = self.score_threshold
        if threshold is not None and not -1.0 <= threshold <= 1.0:
            raise ValueError(f"score_threshold must be in -1..1, got {threshold}.")


class EmbeddingDecoder:
    """Turn one vector into an embedding of length 1.

    Tensors, one output, float or quantized: (1, D), (1, 1, 1, D) or (D,).

    Args:
        tensors: The one output.
        labels: Not used: names come from the gallery.
        model_size: Not used: an embedding has no place in the picture.
        options: None means the defaults.
    """

    Options: ClassVar[type] = EmbeddingOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int] | None = None,
        options: EmbeddingOptions | None = None,
    ) -> None:
        options = options or EmbeddingOptions()
        if len(tensors) != 1:
            raise UnsupportedModelError(
                f"An embedding model has one output, this one has {len(tensors)}. "
                "Pass --decoder if this is another kind of model."
            )
        spec = tensors[0]
        if not spec.shape or spec.size != spec.shape[-1] or spec.size < 2:
            raise UnsupportedModelError(
                f"Output '{spec.name}' has shape {spec.shape}; expected one vector "
                "(1, D). Pass --decoder if this is another kind of model."
            )
        self._levels = Levels(spec)
        self._threshold = options.score_threshold
        gallery = options.gallery
        if gallery is not None and not isinstance(gallery, Gallery):
            if not isinstance(gallery, (str, os.PathLike)):
                raise ValueError(
                    "gallery must be a file that 'edgevision enroll' wrote, got "
                    f"{shown(gallery)}."
                )
            gallery = Gallery.load(gallery)
        if gallery is not None and gallery.size != spec.size:
            raise UnsupportedModelError(
                f"The gallery holds embeddings of {gallery.size} values, but this "
                f"model returns {spec.size}. Run 'edgevision enroll' again with this "
                "model."
            )
        self._gallery = gallery

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Embedding:
        """Return one frame's embedding, with a name when there is a gallery."""
        vector = normalized(self._levels.real(outputs[0]).reshape(-1))
        if self._gallery is None:
            return Embedding(vector)
        label, score = self._gallery.nearest(vector, threshold=self._threshold)
        return Embedding(vector, label, score)
