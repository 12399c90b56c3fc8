"""Held-out pictures: chosen by content, or in a folder of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from ...errors import TrainingError
from ..callbacks import OnLine
from .pictures import PictureFiles


def hold_back(
    places: Iterable[int], digests: Sequence[str], share: float, *, seed: int
) -> tuple[list[int], list[int]]:
    """Return the places of pictures to judge by, and of the others, both not empty.

    The choice depends on the contents and the seed, not on names or their order.

    Args:
        places: At least two, in ``digests``.
        digests: One per picture.
        share: Share of the held-out pictures, 0..1.
        seed: Decides which.
    """
    order = sorted(
        places, key=lambda i: hashlib.sha256(f"{seed} {digests[i]}".encode()).digest()
    )
    count = min(len(order) - 1, max(1, round(share * len(order))))
    return order[:count], order[count:]


def split(
    files: PictureFiles, share: float, *, seed: int
) -> tuple[PictureFiles, PictureFiles]:
    """Return training and held-out pictures, every class in both.

    The choice depends on the contents and the seed, not on names or their order.

    Raises:
        TrainingError: A class has fewer than two pictures.
    """
    kept: list[int] = []
    held: list[int] = []
    for class_id, label in enumerate(files.labels):
        places = np.flatnonzero(files.class_ids == class_id).tolist()
        if len(places) < 2:
            raise TrainingError(
                f"The class '{label}' has {len(places)} readable picture"
                f"{'' if len(places) == 1 else 's'}, and needs at least two: one to "
                "learn from and one to hold out. Better are 50 or more. Add "
                "pictures, or pass "
                "--validation with a folder of its own."
            )
        some, others = hold_back(places, files.digests, share, seed=seed)
        held += some
        kept += others
    return files.subset(sorted(kept)), files.subset(sorted(held))


def check_place(place: Path) -> None:
    """Refuse a place of held-out pictures that is no folder.

    Raises:
        TrainingError: It is none.
    """
    if not place.is_dir():
        raise TrainingError(f"Cannot validate on {place}: no such folder.")


def not_held(
    digests: Sequence[str],
    held: Sequence[str],
    place: Path,
    on_warning: OnLine,
) -> list[int]:
    """Return the positions of pictures that are not held out, by content.

    Args:
        digests: Digests of the pictures to learn from.
        held: Digests of the held-out pictures.
        place: Folder of the held-out pictures.
        on_warning: Called with a line about the pictures that are left out.
    """
    known = set(held)
    fresh = [i for i, digest in enumerate(digests) if digest not in known]
    if len(fresh) < len(digests):
        on_warning(
            f"{len(digests) - len(fresh)} pictures are in {place} too, and are left "
            "out of the training."
        )
    return fresh
