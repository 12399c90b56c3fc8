"""A handful of pictures at the model's size, for a look before the real work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...card import InputCard
from ...errors import SourceError
from ..datasets import ImageSet
from .calibration import pixel_preprocessor
from .pixel_values import Pixels, twice_scaled


@dataclass(frozen=True, eq=False)
class FewPictures:
    """Pictures that were read, at the model's size.

    Attributes:
        images: The pictures, with their classes where known.
        pixels: uint8 (N, H, W, C), RGB or gray.
    """

    images: ImageSet
    pixels: Pixels


def few_pictures(
    images: ImageSet, card: InputCard, count: int, *, seed: int
) -> FewPictures | None:
    """Return some pictures of a set, evenly from its classes.

    Damaged ones and those of one colour are left out without a word: the same set is
    read again later, with one.

    Args:
        images: All pictures at hand.
        card: Size and resize rule.
        count: How many, at most.
        seed: Random seed.

    Returns:
        None means that there are none, or that their values are no pixels 0..255.
    """
    if twice_scaled(images):
        return None
    prepare = pixel_preprocessor(card)
    rows: list[Pixels] = []
    kept: list[int] = []
    for position in images.draw(min(len(images), 2 * count), seed=seed):
        try:
            picture = images.image(position, color="rgb")
        except (SourceError, ValueError):
            continue
        if picture.min() == picture.max():
            continue
        row = np.zeros((1, card.height, card.width, card.channels), np.uint8)
        prepare.prepare(picture, out=row)
        rows.append(row)
        kept.append(position)
        if len(kept) == count:
            break
    if not kept:
        return None
    return FewPictures(images.subset(kept), np.concatenate(rows))
