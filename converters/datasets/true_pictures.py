"""The pictures that a model should answer with, matched with those that it is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ...errors import CalibrationError
from ...runtime.image import list_pictures
from .image_set import ImageSet


def with_true_pictures(
    images: ImageSet, folder: Path, on_note: Callable[[str], None]
) -> ImageSet:
    """Return a set of picture files with the true picture of each.

    A true picture has the name of its picture; the ending may differ.

    Args:
        images: The pictures that the model is asked.
        folder: The true ones, also in its sub-folders.
        on_note: Called with a sentence when some pictures have none.

    Raises:
        CalibrationError: The folder has none for any picture, or two of one name.
    """
    if not folder.is_dir():
        raise CalibrationError(
            f"Cannot read true pictures from {folder}: no such folder. Pass --truth "
            "with a folder of pictures that have the names of those of --verify."
        )
    paths = list_pictures(folder).paths
    by_name = {path.stem: path for path in paths}
    twice = [name for name, n in Counter(path.stem for path in paths).items() if n > 1]
    targets = tuple(
        by_name.get(item.stem) if isinstance(item, Path) else None
        for item in images.items
    )
    wanted = {item.stem for item in images.items if isinstance(item, Path)}
    if wanted & set(twice):
        name = min(wanted & set(twice))
        raise CalibrationError(
            f"{folder} holds several true pictures called '{name}'. Give every picture "
            "a name of its own."
        )
    missing = sum(target is None for target in targets)
    if missing == len(targets):
        raise CalibrationError(
            f"{folder} holds no true picture for any of the {len(targets)} of "
            f"{images.name}. A true picture must have the name of its picture."
        )
    if missing:
        on_note(
            f"{missing} of the {len(targets)} pictures of {images.name} have no true "
            f"picture in {folder}; they do not count for the accuracy."
        )
    return replace(images, targets=targets)
