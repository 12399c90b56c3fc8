"""Make a gallery: look at folders of pictures, one name per folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from ...errors import SourceError, UnsupportedModelError
from ..frame import read_image
from ..metrics import recall_at_k
from ..results import Embedding
from .gallery import Gallery, best_threshold

if TYPE_CHECKING:
    from ..model import Model

SUFFIXES: Final = frozenset(
    {".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".ppm"}
)


@dataclass(frozen=True)
class Enrolled:
    """Hold a new gallery, and how well it tells its own pictures apart.

    Attributes:
        gallery: Ready to save.
        counts: Name -> pictures.
        recall: Share of pictures whose nearest other picture has the same name; None
            where no name has two pictures.
        unreadable: Files that could not be read; they are left out.
    """

    gallery: Gallery
    counts: Mapping[str, int]
    recall: float | None
    unreadable: tuple[str, ...]


def named_pictures(folders: Sequence[Path]) -> dict[str, list[Path]]:
    """Return name -> pictures: a folder's subfolders are names, else it is one.

    Raises:
        SourceError: A folder does not exist, or there is no picture in any.
    """
    found: dict[str, list[Path]] = {}
    for folder in folders:
        if not folder.is_dir():
            raise SourceError(
                f"{folder} is no folder. Pass folders of pictures, one per name, or a "
                "folder of such folders."
            )
        inner = sorted(path for path in folder.iterdir() if path.is_dir())
        for named in inner or [folder]:
            pictures = sorted(
                path for path in named.iterdir() if path.suffix.lower() in SUFFIXES
            )
            if pictures:
                found.setdefault(named.resolve().name, []).extend(pictures)
    if not found:
        names = ", ".join(map(str, folders))
        raise SourceError(
            f"There are no pictures in {names}. Put some into one folder per name."
        )
    return found


def enroll(
    model: Model,
    folders: Sequence[Path],
    *,
    threshold: float | None = None,
    model_sha256: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Enrolled:
    """Return a gallery of the pictures in folders.

    Args:
        model: A model whose decoder is ``embedding``.
        folders: As :func:`named_pictures` reads them.
        threshold: Cosine similarity below which a picture is unknown, -1..1; None
            chooses it between same and different names.
        model_sha256: Kept in the gallery.
        progress: Called with pictures done and pictures in all.

    Raises:
        SourceError: There are no folders or pictures, or none can be read.
        UnsupportedModelError: The model gives no embeddings.
        ValueError: The threshold is out of range.
    """
    if threshold is not None and not -1.0 <= threshold <= 1.0:
        raise ValueError(f"the threshold must be in -1..1, got {threshold}.")
    pictures = named_pictures(folders)
    total = sum(map(len, pictures.values()))
    vectors: list[np.ndarray] = []
    labels: list[str] = []
    unreadable: list[str] = []
    for name, paths in pictures.items():
        for path in paths:
            try:
                image = read_image(path)
            except SourceError:
                unreadable.append(str(path))
                continue
            result = model(image)
            if not isinstance(result, Embedding):
                raise UnsupportedModelError(
                    f"{model.card.name} gives {type(result).__name__.lower()}, not "
                    "embeddings. Pass --decoder embedding to use its output as one."
                )
            vectors.append(result.embedding)
            labels.append(name)
            if progress is not None:
                progress(len(labels) + len(unreadable), total)
    if not vectors:
        raise SourceError(f"None of the {total} pictures could be read.")
    table = np.stack(vectors)
    counts = {name: labels.count(name) for name in dict.fromkeys(labels)}
    if threshold is None:
        threshold = best_threshold(table, labels)
    gallery = Gallery(table, tuple(labels), threshold, model_sha256)
    pairs = max(counts.values()) > 1
    recall = recall_at_k(table, labels) if pairs else None
    return Enrolled(gallery, counts, recall, tuple(unreadable))
