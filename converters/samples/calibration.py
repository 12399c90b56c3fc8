"""Calibration sets: sample inputs that choose the ranges of quantized tensors.

Pictures pass through the runtime's own :class:`~edgevision.runtime.image.preprocess.
Preprocessor`, so that they are byte for byte what the same machine's camera path feeds.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...card import InputCard
from ...errors import CalibrationError, SourceError
from ...runtime.image import Preprocessor, damage_warning, set_digest
from ...runtime.tensors import TensorSpec
from ..datasets import ImageSet
from .pixel_values import Pixels

FEW: Final = 20
MAX_HELD_OUT: Final = 500


@dataclass(frozen=True)
class Calibration:
    """The pictures of a calibration set, at the model's size.

    Attributes:
        pixels: uint8 (N, H, W, C), channels in the model's order.
        digests: SHA-256 of each picture's bytes.
        warnings: What is odd about the set, in words.
        kept: Per picture its position in the set that was read.
        damaged: Per picture that cannot be read its position and the sentence why.
    """

    pixels: Pixels
    digests: tuple[str, ...]
    warnings: tuple[str, ...]
    kept: tuple[int, ...]
    damaged: Mapping[int, str]

    def to_dict(self) -> dict[str, Any]:
        """Return what the model card says of it."""
        return {"count": len(self.pixels), "sha256": set_digest(self.digests)}


def split(
    images: ImageSet, *, count: int, seed: int, verify: bool
) -> tuple[list[int], list[int]]:
    """Return positions for calibration, and others that verification may use.

    Args:
        images: All pictures at hand.
        count: Wanted for calibration.
        seed: Random seed.
        verify: Whether verification needs a part: then at least a fifth is kept apart.
    """
    most = len(images)
    if verify and most > 1:
        most = max(1, most - math.ceil(most / 5))
    order = images.draw(len(images), seed=seed)
    chosen = min(count, most)
    return order[:chosen], order[chosen : chosen + MAX_HELD_OUT] if verify else []


def read(images: ImageSet, card: InputCard) -> Calibration:
    """Read pictures and bring them to the model's size.

    Damaged ones are left out, for :func:`damage` to judge; so are those of one colour,
    which say nothing about the ranges of real pictures.

    Args:
        images: The drawn pictures.
        card: Size, channel order and resize rule; its mean and std are not used.

    Raises:
        CalibrationError: All pictures that can be read are of one colour each.
    """
    pixels = np.zeros((len(images), card.height, card.width, card.channels), np.uint8)
    prepare = pixel_preprocessor(card)
    digests: list[str] = []
    kept: list[int] = []
    plain: list[str] = []
    damaged: dict[int, str] = {}
    for i in range(len(images)):
        try:
            picture = images.image(i, color=card.color)
            digest = images.digest(i)
        except (SourceError, ValueError) as error:
            damaged[i] = str(error)
            continue
        if picture.min() == picture.max():
            plain.append(f"{images.label(i)} ({int(picture.flat[0])})")
            continue
        prepare.prepare(picture, out=pixels[len(kept) : len(kept) + 1])
        kept.append(i)
        digests.append(digest)
    if plain and not kept:
        raise CalibrationError(
            f"In all {len(plain)} calibration images, such as {plain[0]}, every pixel "
            "has the same value, which says nothing about real pictures. Pass pictures "
            "like those of the device."
        )
    warnings = list(_oddities(images.subset(kept)))
    if plain:
        more = f" and {len(plain) - 3} more" if len(plain) > 3 else ""
        warnings.append(
            f"{len(plain)} calibration images are left out, because all pixels of each "
            f"are equal: {', '.join(plain[:3])}{more}."
        )
    return Calibration(
        pixels[: len(kept)], tuple(digests), tuple(warnings), tuple(kept), damaged
    )


def readable(images: ImageSet) -> tuple[list[int], dict[int, str]]:
    """Return the positions of pictures that can be read, and why others cannot."""
    good: list[int] = []
    damaged: dict[int, str] = {}
    for i in range(len(images)):
        try:
            images.image(i)
        except (SourceError, ValueError) as error:
            damaged[i] = str(error)
        else:
            good.append(i)
    return good, damaged


def damage(images: ImageSet, looked_at: int, damaged: Mapping[int, str]) -> str | None:
    """Return the warning about the damaged pictures of a calibration set, or None.

    Args:
        images: All pictures at hand.
        looked_at: How many of them were read.
        damaged: Per damaged one its position and the sentence why.

    Raises:
        CalibrationError: Too much is damaged, by the rule of ``damage_warning``.
    """
    emptied = None
    if images.class_names:
        lost = Counter(images.classes[i] for i in damaged)
        sizes = Counter(images.classes)
        gone = sorted(key for key, count in lost.items() if count == sizes[key])
        emptied = images.class_names[gone[0]] if gone else None
    return damage_warning(
        [damaged[i] for i in sorted(damaged)],
        looked_at,
        emptied=emptied,
        what="calibration images",
        error=CalibrationError,
    )


def pixel_preprocessor(card: InputCard) -> Preprocessor:
    """Return the camera path up to the pixels, before normalization."""
    return Preprocessor(
        InputCard(
            width=card.width,
            height=card.height,
            color=card.color,
            resize=card.resize,
            crop_fraction=card.crop_fraction,
            interpolation=card.interpolation,
            pad_value=card.pad_value,
        ),
        TensorSpec(
            name="pixels",
            index=0,
            shape=(1, card.height, card.width, card.channels),
            dtype=np.dtype(np.uint8),
        ),
    )


def feed(
    rows: Mapping[str, npt.NDArray[Any]],
    names: Sequence[str],
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Callable[[], Iterator[list[npt.NDArray[Any]]]]:
    """Return the function that the converter calls for samples.

    Args:
        rows: Per input name N samples without batch axis of their own.
        names: Inputs in the function's order.
        on_progress: Called with the number of samples done and of all samples.
    """
    total = len(rows[names[0]])

    def samples() -> Iterator[list[npt.NDArray[Any]]]:
        for i in range(total):
            yield [rows[name][i : i + 1] for name in names]
            on_progress(i + 1, total)

    return samples


def named_rows(
    arrays: Mapping[str, npt.NDArray[Any]],
    shapes: Mapping[str, tuple[int, ...]],
    dtypes: Mapping[str, str],
    name: str,
) -> dict[str, npt.NDArray[Any]]:
    """Return sample inputs of a model that takes no single picture, checked.

    Args:
        arrays: By input name, (N, ...) each; one array of any name for a single input.
        shapes: Per input name, batch axis included.
        dtypes: Per input name.
        name: What errors call the file.

    Raises:
        CalibrationError: An input is missing, of another shape, or not finite.
    """
    if len(shapes) == 1 and len(arrays) == 1:
        arrays = {next(iter(shapes)): next(iter(arrays.values()))}
    missing = sorted(set(shapes) - set(arrays))
    if missing:
        raise CalibrationError(
            f"{name} holds the arrays {', '.join(sorted(arrays)) or 'none'}, but the "
            f"model's inputs are {', '.join(shapes)}. Save one array per input: "
            "numpy.savez('calibration.npz', "
            f"{', '.join(f'{_identifier(key)}=...' for key in shapes)})"
        )
    rows: dict[str, npt.NDArray[Any]] = {}
    for key, shape in shapes.items():
        array = np.asarray(arrays[key])
        if array.shape[1:] != shape[1:] or not len(array):
            raise CalibrationError(
                f"{name} has '{key}' of shape {array.shape}; (N, "
                f"{', '.join(map(str, shape[1:]))}) was expected."
            )
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise CalibrationError(
                f"{name} has values in '{key}' that are not finite. Remove those rows."
            )
        rows[key] = array.astype(dtypes[key])
    counts = {key: len(array) for key, array in rows.items()}
    if len(set(counts.values())) > 1:
        raise CalibrationError(
            f"{name} must hold the same number of samples for each input, got {counts}."
        )
    return rows


def _identifier(name: str) -> str:
    return name if name.isidentifier() else "input"


def _oddities(images: ImageSet) -> Iterable[str]:
    if len(images) < FEW:
        yield (
            f"Only {len(images)} calibration image{'s' * (len(images) != 1)}; ranges "
            f"are more reliable with {FEW} or more."
        )
    if images.class_names and len(set(images.classes)) == 1:
        only = images.class_names[images.classes[0]]
        yield f"All calibration images show one class ({only})."
