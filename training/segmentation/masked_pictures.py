"""Pictures with masks: paired, read, split and batched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from ...card import InputCard
from ...converters.datasets import check_time
from ...errors import TrainingError
from ...runtime.geometry import Letterbox
from ...runtime.image import (
    PICTURE_SUFFIXES,
    damage_warning,
    file_digest,
    list_pictures,
    natural_order,
    walk_files,
)
from ...runtime.labels import read_labels, split_labels
from ...runtime.metrics import IGNORED
from ..callbacks import OnLine
from ..data import (
    IMAGE_FOLDERS,
    MASK_FOLDERS,
    Pixels,
    Positions,
    hold_back,
    picture_preprocessor,
    read_picture,
    shuffled_batches,
)
from .mask_files import MASK_ENDINGS, ClassMap, class_numbers, laid_in, read_class_map

LABEL_FILES: Final = ("labels.txt", "classes.txt")


@dataclass(frozen=True)
class MaskedPictures:
    """Pictures with the class of every pixel.

    Attributes:
        pixels: uint8 (N, H, W, C), in the network's order.
        masks: uint8 (N, H, W), class_ids; 255 where the class is unknown.
        digests: SHA-256 of each picture's bytes.
        labels: One text per class.
        hierarchy: label -> parent label.
    """

    pixels: Pixels
    masks: ClassMap
    digests: tuple[str, ...]
    labels: tuple[str, ...]
    hierarchy: dict[str, str]

    def __len__(self) -> int:
        return len(self.pixels)

    def subset(self, positions: list[int]) -> MaskedPictures:
        """Return the pictures at some positions."""
        return MaskedPictures(
            self.pixels[positions],
            self.masks[positions],
            tuple(self.digests[i] for i in positions),
            self.labels,
            self.hierarchy,
        )

    def split(
        self, share: float, *, seed: int
    ) -> tuple[MaskedPictures, MaskedPictures]:
        """Return pictures to learn from and held-out ones, by content and seed.

        Raises:
            TrainingError: There are fewer than two.
        """
        if len(self) < 2:
            raise TrainingError(
                "One picture with a mask is not enough: at least two are needed, one "
                "to learn from and one to hold out. Better are 100 or more."
            )
        held, kept = hold_back(range(len(self)), self.digests, share, seed=seed)
        return self.subset(sorted(kept)), self.subset(sorted(held))


def find_pairs(root: Path, on_warning: OnLine) -> list[tuple[Path, Path]]:
    """Return each picture of ``images/`` with the mask of its name in ``masks/``.

    Args:
        root: The folder of both.
        on_warning: Called with a line about pictures that have no mask.

    Raises:
        TrainingError: A folder is absent, or nothing has a partner.
    """
    images = _folder(root, IMAGE_FOLDERS, tuple(PICTURE_SUFFIXES))
    masks = _folder(root, MASK_FOLDERS, MASK_ENDINGS)
    if images is None or masks is None:
        raise TrainingError(
            f"{root} needs the folders images and masks, with a mask (.png) of the "
            "same name for every picture."
        )
    by_name = {
        path.relative_to(masks).with_suffix(""): path
        for path in natural_order(walk_files(masks, *MASK_ENDINGS))
    }
    pairs: list[tuple[Path, Path]] = []
    alone = 0
    content = list_pictures(images)
    if content.note is not None:
        on_warning(content.note)
    for path in content.paths:
        mask = by_name.get(path.relative_to(images).with_suffix(""))
        if mask is None:
            alone += 1
        else:
            pairs.append((path, mask))
    if not pairs:
        raise TrainingError(
            f"No picture in {images} has a mask of its name in {masks}. Name them "
            "alike: images/a.jpg and masks/a.png."
        )
    if alone:
        on_warning(f"{alone} pictures have no mask and are left out.")
    return pairs


def read_masked(
    root: Path,
    card: InputCard,
    on_warning: OnLine,
    *,
    labels: tuple[str, ...] | None = None,
) -> MaskedPictures:
    """Read pictures and masks as they are laid into the network's input.

    Args:
        root: The folder of ``images/`` and ``masks/``; a ``labels.txt`` in it names the
            classes.
        card: The network's input.
        on_warning: Called with a line about pictures that are left out.
        labels: One text per class, over the file's.

    Raises:
        TrainingError: Too many cannot be read, pictures and masks do not fit, or the
            masks hold another number
            of classes than there are labels.
    """
    pairs = find_pairs(root, on_warning)
    prepare = picture_preprocessor(card)
    pixels = np.empty((len(pairs), card.height, card.width, card.channels), np.uint8)
    masks = np.empty((len(pairs), card.height, card.width), np.uint8)
    known = np.empty(masks.shape, np.bool_)  # what is no padding
    digests: dict[str, int] = {}
    present: set[int] = set()
    bad: list[str] = []
    for path, mask_path in pairs:
        check_time()
        image = read_picture(path)
        if isinstance(image, str):
            bad.append(image)
            continue
        digest = file_digest(path)
        if digest in digests:
            continue
        mask = read_class_map(mask_path)
        if isinstance(mask, str):
            bad.append(mask)
            continue
        if mask.shape != image.shape[:2]:
            raise TrainingError(
                f"{path} is {image.shape[1]}x{image.shape[0]} pixels, its mask "
                f"{mask_path.name} {mask.shape[1]}x{mask.shape[0]}. Save masks of the "
                "picture's size."
            )
        at = len(digests)
        letterbox: Letterbox = prepare.prepare(image, out=pixels[at : at + 1])
        present |= set(np.unique(mask).tolist())
        masks[at] = laid_in(mask, letterbox)
        known[at] = laid_in(np.zeros_like(mask), letterbox) == 0
        digests[digest] = at
    count = len(digests)
    text = damage_warning(
        bad, len(pairs), what="pictures with masks", error=TrainingError
    )
    if text is not None:
        on_warning(text)
    if len(pairs) - len(bad) > count:
        copies = len(pairs) - len(bad) - count
        on_warning(f"{copies} pictures are copies of others and are left out.")
    classes, renamed = class_numbers(present)
    masks = masks[:count]
    for value, class_id in renamed.items():
        masks[(masks == value) & known[:count]] = class_id
    names = _labels(root, labels)
    if names and len(names) < classes:
        raise TrainingError(
            f"The masks of {root} hold class {classes - 1}, but there are {len(names)} "
            "labels, the first for class 0. Name every class."
        )
    counts = np.bincount(masks.reshape(-1), minlength=IGNORED)[:classes]
    absent = np.flatnonzero(counts == 0).tolist()
    if classes == 2 and absent:
        on_warning(
            f"No pixel of {root} is of class {absent[0]}. A segmenter needs at least "
            "two classes. Add masks that show both."
        )
    elif absent and not names:
        shown = ", ".join(map(str, sorted(present - {IGNORED})[:6]))
        on_warning(
            f"The masks of {root} hold {classes - len(absent)} of {classes} classes "
            f"({shown}{', ...' if classes - len(absent) > 6 else ''}). If these are "
            "shades of gray instead of class numbers, number the classes 0, 1, 2 "
            "and so on."
        )
    texts = names or ("background", *(str(i) for i in range(1, max(classes, 2))))
    labels_only, parents = split_labels(texts)
    return MaskedPictures(pixels[:count], masks, tuple(digests), labels_only, parents)


def masked_batches(
    data: MaskedPictures, *, batch_size: int, seed: int, augment: Any = None
) -> Any:
    """Return shuffled batches of pictures, float32 (N, H, W, C), and masks, int32.

    Args:
        data: Pictures and masks.
        batch_size: Pictures per step; fewer when there are fewer.
        seed: Random seed of the order.
        augment: Called with pictures, masks, the epoch and the number of the batch;
            returns both changed. None changes nothing.
    """

    def make_batch(positions: Positions, epoch: int, index: int) -> tuple[Any, Any]:
        chosen = np.sort(positions)
        pictures = data.pixels[chosen].astype(np.float32)
        masks = data.masks[chosen]
        if augment is not None:
            pictures, masks = augment(pictures, masks, epoch, index)
        return pictures, masks.astype(np.int32)

    return shuffled_batches(len(data), make_batch, batch_size=batch_size, seed=seed)


def _folder(
    root: Path, names: tuple[str, ...], endings: tuple[str, ...]
) -> Path | None:
    for name in names:
        folder = root / name
        if folder.is_dir() and any(True for _ in walk_files(folder, *endings)):
            return folder
    return None


def _labels(root: Path, labels_from_caller: tuple[str, ...] | None) -> tuple[str, ...]:
    if labels_from_caller is not None:
        return labels_from_caller
    for name in LABEL_FILES:
        if (root / name).is_file():
            return read_labels(root / name)
    return ()
