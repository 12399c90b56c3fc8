"""Make a gallery from folders of pictures, one name per folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...errors import SourceError, UnsupportedModelError
from ...files import name_as_text
from ..image import (
    damage_warning,
    has_pictures,
    list_folders,
    list_pictures,
    read_image,
)
from ..metrics import recall_at_k
from ..results import Embedding
from .gallery import Gallery, best_threshold

if TYPE_CHECKING:
    from ..model import Model


def _ignore(*_: object) -> None:
    """Ignore what is reported."""


@dataclass(frozen=True)
class Enrollment:
    """A new gallery, and how well it tells its own pictures apart.

    Attributes:
        gallery: Ready to save.
        counts: Name -> number of pictures.
        recall: Share of pictures whose nearest other picture has the same name; None
            where no name has two pictures.
        unreadable: Files that could not be read; they are left out.
    """

    gallery: Gallery
    counts: Mapping[str, int]
    recall: float | None
    unreadable: tuple[str, ...]


def named_pictures(
    folders: Sequence[Path], *, on_note: Callable[[str], None] = _ignore
) -> dict[str, list[Path]]:
    """Return name -> pictures of folders.

    A folder that holds folders of pictures has one name for each of them; any other
    folder is one name.

    Args:
        folders: The folders.
        on_note: Called with a sentence about files that are left out.

    Raises:
        SourceError: A folder does not exist, or there is no picture in any.
    """
    pictures: dict[str, list[Path]] = {}
    for folder in folders:
        if not folder.is_dir():
            raise SourceError(
                f"{folder} is no folder. Pass folders of pictures, one per name, or a "
                "folder of such folders."
            )
        content = list_pictures(folder)
        if content.note is not None:
            on_note(content.note)
        inner = [item for item in list_folders(folder) if has_pictures(item)]
        beside = len(list_pictures(folder, deep=False).paths) if inner else 0
        if beside:
            on_note(
                f"{beside} pictures lie in {folder} itself, beside the folders of "
                "names, and are left out. Move them into the folder of their name."
            )
        for named, paths in content.group(inner or [folder]).items():
            if paths:
                # A gallery holds text, and the name of a folder is any bytes.
                name = name_as_text(named.resolve())
                pictures.setdefault(name, []).extend(paths)
    if not pictures:
        names = ", ".join(map(str, folders))
        raise SourceError(
            f"There are no pictures in {names}. Put some into one folder per name."
        )
    return pictures


def enroll(
    model: Model,
    folders: Sequence[Path],
    *,
    threshold: float | None = None,
    model_sha256: str = "",
    on_progress: Callable[[int, int], None] = _ignore,
    on_note: Callable[[str], None] = _ignore,
) -> Enrollment:
    """Return a gallery of the pictures in folders.

    Args:
        model: A model whose decoder is ``embedding``.
        folders: As :func:`named_pictures` reads them.
        threshold: Cosine similarity below which a picture is unknown, -1..1; None
            means that it is chosen between same and different names.
        model_sha256: Stored in the gallery.
        on_progress: Called with the number of pictures done and of all pictures.
        on_note: Called with a sentence about files that are left out by their name.

    Raises:
        SourceError: There are no folders or pictures, or too many pictures cannot be
            read, or none of one name.
        UnsupportedModelError: The model gives no embeddings.
        ValueError: The threshold is out of range.
    """
    if threshold is not None and not -1.0 <= threshold <= 1.0:
        raise ValueError(f"the threshold must be in -1..1, got {threshold}.")
    pictures = named_pictures(folders, on_note=on_note)
    total = sum(map(len, pictures.values()))
    vectors: list[np.ndarray] = []
    labels: list[str] = []
    unreadable: dict[str, str] = {}
    for name, paths in pictures.items():
        for path in paths:
            try:
                vectors.append(_embedding(model, path))
                labels.append(name)
            except SourceError as error:
                unreadable[str(path)] = str(error)
            on_progress(len(labels) + len(unreadable), total)
    counts = {name: labels.count(name) for name in dict.fromkeys(labels)}
    # The report names each file; the rule only refuses where too many are lost.
    damage_warning(
        list(unreadable.values()),
        total,
        emptied=next((name for name in pictures if name not in counts), None),
        group="name",
        error=SourceError,
    )
    table = np.stack(vectors)
    if threshold is None:
        threshold = best_threshold(table, labels)
    gallery = Gallery(table, tuple(labels), threshold, model_sha256)
    pairs = max(counts.values()) > 1
    recall = recall_at_k(table, labels) if pairs else None
    return Enrollment(gallery, counts, recall, tuple(unreadable))


def _embedding(model: Model, path: Path) -> np.ndarray:
    result = model(read_image(path))
    if not isinstance(result, Embedding):
        raise UnsupportedModelError(
            f"{model.card.name} gives {type(result).__name__.lower()}, not "
            "embeddings. Pass --decoder embedding to use its output as one."
        )
    return result.embedding
