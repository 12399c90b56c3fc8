"""Pictures for training, read once, with the class of their folder."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ...card import InputCard
from ...converters.datasets import check_time, class_folders, class_leaves
from ...errors import SourceError, TrainingError
from ...files import name_as_text
from ...runtime.frame import Image
from ...runtime.image import (
    Preprocessor,
    damage_warning,
    file_digest,
    has_pictures,
    list_folders,
    list_pictures,
    read_image,
)
from ...runtime.labels import SEPARATOR, split_labels
from ...runtime.results import ClassIds
from ...runtime.tensors import TensorSpec
from ..callbacks import OnLine

_IN_MEMORY: Final = 2**30
_READERS: Final = 4
_NOTHING: Final = hashlib.sha256().hexdigest()

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class PictureFiles:
    """Picture files, each content once, with their classes.

    Attributes:
        paths: The files.
        class_ids: int64 (N,), index into ``labels``.
        digests: SHA-256 of each file's bytes.
        labels: Names of the class folders, sorted.
        hierarchy: label -> parent label, of folders inside each other.
    """

    paths: tuple[Path, ...]
    class_ids: ClassIds
    digests: tuple[str, ...]
    labels: tuple[str, ...]
    hierarchy: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.paths)

    def subset(self, positions: Sequence[int]) -> PictureFiles:
        """Return the files at some positions, in that order."""
        return replace(
            self,
            paths=tuple(self.paths[i] for i in positions),
            class_ids=self.class_ids[list(positions)],
            digests=tuple(self.digests[i] for i in positions),
        )

    def counts(self) -> list[int]:
        """Return the number of pictures per class."""
        counts = np.bincount(self.class_ids, minlength=len(self.labels))
        return [int(count) for count in counts]


def find_pictures(
    root: Path, on_warning: OnLine, *, labels: tuple[str, ...] | None = None
) -> PictureFiles:
    """Return the pictures of class folders, copies left out.

    Class folders inside each other (``animal/bird/parrot``) are classes with ancestors.

    Args:
        root: The folder of class folders.
        on_warning: Called with a line about pictures that are left out.
        labels: The classes in their order; None takes the folders, sorted.

    Raises:
        TrainingError: A folder is no class, or a class has no pictures.
    """
    content = list_pictures(root)
    if content.note is not None:
        on_warning(content.note)
    leaves = class_leaves(class_folders(root))
    # A card holds text, and the name of a folder is any bytes.
    folders = {name_as_text(folder): folder for folder in leaves}
    inner = [map(name_as_text, folder.relative_to(root).parts) for folder in leaves]
    _, parents = split_labels(
        [SEPARATOR.join(names) for names in inner],
        name=f"the folders of {root}",
    )
    names = labels or tuple(sorted(folders))
    empty = [item.name for item in list_folders(root) if not has_pictures(item)]
    if empty:
        on_warning(
            f"The folder '{empty[0]}' in {root} holds no pictures and is no class."
        )
    strange = sorted(set(folders) - set(names))
    if strange:
        raise TrainingError(
            f"{root} has the folder '{strange[0]}', which is no class: "
            f"{', '.join(names)} were expected. Move it away, or rename it."
        )
    pictures = content.group(leaves)
    paths: list[Path] = []
    class_ids: list[int] = []
    for class_id, name in enumerate(names):
        members = pictures[folders[name]] if name in folders else []
        paths += members
        class_ids += [class_id] * len(members)
    with ThreadPoolExecutor(_READERS) as pool:
        digests = list(pool.map(_digest, paths))
    kept = _without_copies(paths, class_ids, digests, on_warning)
    return PictureFiles(
        tuple(paths[i] for i in kept),
        np.array([class_ids[i] for i in kept], np.int64),
        tuple(digests[i] for i in kept),
        names,
        parents,
    )


def without_copies(paths: Sequence[Path], on_warning: OnLine) -> PictureFiles:
    """Return plain pictures as one nameless class, copies left out.

    Args:
        paths: The files.
        on_warning: Called with a line about pictures that are left out.
    """
    with ThreadPoolExecutor(_READERS) as pool:
        digests = list(pool.map(_digest, paths))
    kept = _without_copies(paths, [0] * len(paths), digests, on_warning)
    return PictureFiles(
        tuple(paths[i] for i in kept),
        np.zeros(len(kept), np.int64),
        tuple(digests[i] for i in kept),
        ("",),
    )


def _without_copies(
    paths: Sequence[Path],
    class_ids: Sequence[int],
    digests: Sequence[str],
    on_warning: OnLine,
) -> list[int]:
    places: dict[str, list[int]] = {}
    for i, digest in enumerate(digests):
        # Files without a byte are damaged, not copies of each other.
        key = f"{digest} {i}" if digest == _NOTHING else digest
        places.setdefault(key, []).append(i)
    torn = [same for same in places.values() if len({class_ids[i] for i in same}) > 1]
    copies = sum(len(same) - 1 for same in places.values() if same not in torn)
    if torn:
        first = [str(paths[i]) for i in torn[0][:2]]
        on_warning(
            f"{len(torn)} pictures lie in several classes and are left out, such as "
            f"{first[0]} and {first[1]}."
        )
    if copies:
        on_warning(f"{copies} pictures are copies of others and are left out.")
    return sorted(same[0] for same in places.values() if same not in torn)


def _digest(path: Path) -> str:
    """Return a file's digest; for one that cannot be read, that of no bytes."""
    check_time()
    try:
        return file_digest(path)
    except SourceError:
        return _NOTHING  # reading it as a picture tells why


def read_pictures(
    files: PictureFiles, card: InputCard, on_warning: OnLine
) -> tuple[PictureFiles, Pixels]:
    """Read pictures once, laid into the network's input as the device will do it.

    What cannot be read is left out and said, as long as it is little.

    Args:
        files: The pictures.
        card: Size, resize rule and channel order; its normalization is not applied.
        on_warning: Called with a line about pictures that are left out.

    Returns:
        The files that could be read, and uint8 (N, H, W, C) in the card's order; on
        disk, in a file without a name, where a gigabyte would not hold it.

    Raises:
        TrainingError: There is none, too many cannot be read, or all of a class.
    """
    if not len(files):
        raise TrainingError("There is no picture to read.")
    shape = (card.height, card.width, card.channels)
    pixels = _room((len(files), *shape))
    prepare = picture_preprocessor(card)
    good: list[int] = []
    bad: dict[int, str] = {}
    plain: list[Path] = []
    for i, image in enumerate(_read_all(files.paths)):
        if isinstance(image, str):
            bad[i] = image
            continue
        if image.min() == image.max():
            plain.append(files.paths[i])
        prepare.prepare(image, out=pixels[len(good) : len(good) + 1])
        good.append(i)
    read = files.subset(good)
    text = damage_warning(
        list(bad.values()),
        len(files),
        emptied=_emptied(files, read),
        error=TrainingError,
    )
    if text is not None:
        on_warning(text)
    if plain:
        shown = ", ".join(map(str, plain[:3]))
        more = f" and {len(plain) - 3} more" if len(plain) > 3 else ""
        on_warning(
            f"{len(plain)} of {len(files)} pictures show one single colour each and "
            f"are used as they are: {shown}{more}. Remove those that show nothing."
        )
    return read, pixels[: len(good)]


def _emptied(files: PictureFiles, read: PictureFiles) -> str | None:
    """Return the first class that had pictures and has none any more."""
    for label, before, after in zip(
        files.labels, files.counts(), read.counts(), strict=True
    ):
        if before and not after and len(files.labels) > 1:
            return label
    return None


def picture_preprocessor(card: InputCard) -> Preprocessor:
    """Return what lays pictures into the network's input as uint8 pixels."""
    return Preprocessor(
        replace(card, mean=(0.0,), std=(1.0,)),
        TensorSpec(
            "", 0, (1, card.height, card.width, card.channels), np.dtype(np.uint8)
        ),
    )


def _read_all(paths: Sequence[Path]) -> Iterator[Image | str]:
    """Yield pictures in order, or why there is none; a few are read ahead."""
    with ThreadPoolExecutor(_READERS) as pool:
        ahead = 4 * _READERS
        waiting = [pool.submit(read_picture, path) for path in paths[:ahead]]
        for number in range(len(paths)):
            check_time()
            yield waiting.pop(0).result()
            if number + ahead < len(paths):
                waiting.append(pool.submit(read_picture, paths[number + ahead]))


def read_picture(path: Path) -> Image | str:
    """Return a picture, BGR, or the sentence why it cannot be read."""
    try:
        return read_image(path)
    except SourceError as error:
        return str(error)


def _room(shape: tuple[int, ...]) -> Pixels:
    size = int(np.prod(shape, dtype=np.int64))
    if size <= _IN_MEMORY:
        return np.empty(shape, np.uint8)
    # It has no name, so it is gone when the process is.
    stream = tempfile.TemporaryFile(prefix="edgevision-")  # noqa: SIM115
    stream.truncate(size)
    return np.memmap(stream, np.uint8, "r+", shape=shape)


def digest_of(*sets: PictureFiles) -> str:
    """Return one SHA-256 for the contents and classes of some sets, in their order."""
    text = "\n".join(
        f"{digest} {class_id}"
        for files in sets
        for digest, class_id in zip(
            files.digests, files.class_ids.tolist(), strict=True
        )
    )
    return hashlib.sha256(text.encode("ascii")).hexdigest()
