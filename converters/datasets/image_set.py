"""Sets of pictures on the host: folders, lists and arrays, split and drawn by seed."""

from __future__ import annotations

import hashlib
import random
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...errors import CalibrationError, SourceError
from ...runtime.frame import Image, as_bgr, read_image
from ...runtime.labels import SEPARATOR
from .annotations import BoxedPicture, BoxSet

ENDINGS: Final = (
    ".bmp",
    ".jpeg",
    ".jpg",
    ".pgm",
    ".png",
    ".ppm",
    ".tif",
    ".tiff",
    ".webp",
)


@dataclass(frozen=True)
class ImageSet:
    """Hold pictures as files or as arrays, with their classes where known.

    Attributes:
        items: Paths, or arrays (H, W) or (H, W, C) of pixels 0..255.
        classes: Per item an index into ``class_names``; empty when unknown.
        class_names: Names of the class folders, sorted; empty when unknown.
        name: What errors call the set.
        boxed: Per item its true boxes; empty when unknown.
        box_labels: One text per class of these boxes.
    """

    items: tuple[Path | npt.NDArray[Any], ...]
    classes: tuple[int, ...] = ()
    class_names: tuple[str, ...] = ()
    name: str = "the images"
    boxed: tuple[BoxedPicture, ...] = ()
    box_labels: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.items)

    def subset(self, positions: Iterable[int]) -> ImageSet:
        """Return the items at some positions, in that order."""
        chosen = list(positions)
        return replace(
            self,
            items=tuple(self.items[i] for i in chosen),
            classes=tuple(self.classes[i] for i in chosen) if self.classes else (),
            boxed=tuple(self.boxed[i] for i in chosen) if self.boxed else (),
        )

    def image(self, position: int, *, color: str = "rgb") -> Image:
        """Return one picture as uint8 (H, W, 3) BGR.

        Args:
            position: Of the item.
            color: Channel order of arrays; files have their own.

        Raises:
            SourceError: The file cannot be read, or ends half-way.
        """
        item = self.items[position]
        if isinstance(item, Path):
            return read_image(item)
        pixels = item if item.dtype == np.uint8 else np.rint(item).astype(np.uint8)
        return as_bgr(pixels, color="bgr" if color == "bgr" else "rgb")

    def label(self, position: int) -> str:
        """Return what messages call one item."""
        item = self.items[position]
        return str(item) if isinstance(item, Path) else f"{self.name}[{position}]"

    def digest(self, position: int) -> str:
        """Return the SHA-256 of one item's bytes."""
        item = self.items[position]
        try:
            data = item.read_bytes() if isinstance(item, Path) else item.tobytes()
        except OSError as error:
            raise SourceError(f"Cannot read {item}: {error.strerror}.") from error
        return hashlib.sha256(data).hexdigest()

    def draw(self, count: int, *, seed: int) -> list[int]:
        """Return positions of a class-balanced random choice, in drawn order.

        Args:
            count: How many; all when there are fewer.
            seed: Equal seeds draw equally, whatever order the disk lists files in.
        """
        groups: dict[int, list[int]] = {}
        for i in range(len(self.items)):
            groups.setdefault(self.classes[i] if self.classes else 0, []).append(i)
        generator = random.Random(seed)  # noqa: S311 - a choice, not a secret
        queues = [groups[key] for key in sorted(groups)]
        for queue in queues:
            generator.shuffle(queue)
        chosen: list[int] = []
        while len(chosen) < count and any(queues):
            generator.shuffle(queues)
            for queue in queues:
                if queue and len(chosen) < count:
                    chosen.append(queue.pop())
        return chosen


def open_images(place: str | Path) -> ImageSet:
    """Open a folder, a text file with a list of paths, or an ``.npy``/``.npz`` file.

    Raises:
        CalibrationError: Nothing is there, or it holds no pictures.
    """
    path = Path(place)
    if path.is_dir():
        return _open_folder(path)
    if not path.is_file():
        raise CalibrationError(
            f"Cannot read images from {path}: no such file or folder."
        )
    if path.suffix.lower() in (".npy", ".npz"):
        return _open_arrays(path)
    if path.suffix.lower() in ENDINGS:
        return ImageSet((path,), name=str(path))
    return _open_list(path)


def from_boxes(data: BoxSet) -> ImageSet:
    """Return the pictures of a data set with true boxes."""
    return ImageSet(
        tuple(picture.path for picture in data.pictures),
        name=data.name,
        boxed=data.pictures,
        box_labels=data.labels,
    )


def from_arrays(
    images: Any, labels: Any = None, *, name: str = "the images"
) -> ImageSet:
    """Wrap arrays of pixels 0..255.

    Args:
        images: (N, H, W, C), (N, H, W), or a sequence of pictures of any size.
        labels: N class indices, or None.
        name: What errors call the set.

    Raises:
        CalibrationError: The arrays are no pictures, or their numbers differ.
    """
    if isinstance(images, np.ndarray) and not images.ndim:
        raise CalibrationError(
            f"{name} holds a single number; pictures (N, H, W, C) were expected."
        )
    items = tuple(np.asarray(image) for image in images)
    if not items:
        raise CalibrationError(f"{name} holds no images.")
    for i, item in enumerate(items):
        if item.ndim not in (2, 3) or (item.ndim == 3 and item.shape[2] not in (1, 3)):
            raise CalibrationError(
                f"{name} must hold pictures of shape (H, W), (H, W, 1) or (H, W, 3), "
                f"got {item.shape} at position {i}."
            )
        if item.dtype.kind not in "uif":
            raise CalibrationError(
                f"{name} must hold numbers 0..255, got {item.dtype}."
            )
        if not item.size:
            raise CalibrationError(
                f"{name} holds a picture without pixels, of shape {item.shape}, at "
                f"position {i}. Remove it."
            )
        low, high = float(np.min(item)), float(np.max(item))
        if not (low >= 0 and high <= 255):
            raise CalibrationError(
                f"{name} holds values from {low:g} to {high:g} at position {i}; pixels "
                "0..255 were expected. Pass pictures before any normalization and let "
                "--normalize do it."
            )
    classes: tuple[int, ...] = ()
    if labels is not None:
        array = np.asarray(labels)
        if array.ndim == 2 and array.shape[1] > 1:
            array = array.argmax(axis=1)
        if array.dtype.kind not in "uif" or not np.isfinite(array).all():
            raise CalibrationError(
                f"{name} has labels that are no class numbers ({array.dtype}). Save "
                "one class index per image."
            )
        classes = tuple(int(value) for value in array.reshape(-1))
        if len(classes) != len(items):
            raise CalibrationError(
                f"{name} has {len(items)} images and {len(classes)} labels."
            )
    return ImageSet(items, classes, name=name)


def _open_folder(path: Path) -> ImageSet:
    folders = sorted(
        item
        for item in path.iterdir()
        if item.is_dir() and not item.name.startswith(".") and any(_pictures(item))
    )
    direct = [item for item in path.iterdir() if _is_picture(item)]
    if direct or len(folders) < 2:
        files = tuple(sorted(_pictures(path)))
        if not files:
            raise CalibrationError(
                f"{path} holds no images ({', '.join(e[1:] for e in ENDINGS)})."
            )
        return ImageSet(files, name=str(path))
    items: list[Path] = []
    classes: list[int] = []
    leaves = class_leaves(folders)
    for index, leaf in enumerate(leaves):
        found = sorted(_pictures(leaf))
        items += found
        classes += [index] * len(found)
    names = tuple(SEPARATOR.join(leaf.relative_to(path).parts) for leaf in leaves)
    return ImageSet(tuple(items), tuple(classes), names, name=str(path))


def class_leaves(folders: Sequence[Path]) -> list[Path]:
    """Return the folders that are classes, of ``animal/bird/parrot`` the last one.

    A folder with pictures of its own is one class, whatever lies below it; one with
    nothing but folders of pictures holds a class for each. Where a last name comes
    twice (``cat/images`` and ``dog/images``), nothing is meant by it and the folders
    themselves are the classes.

    Args:
        folders: The class folders at the top.
    """
    leaves = [leaf for folder in folders for leaf in _nested(folder)]
    names = {leaf.name for leaf in leaves} | {folder.name for folder in folders}
    deep = [leaf for leaf in leaves if leaf not in folders]
    if len(names) < len(folders) + len(deep):
        return list(folders)
    return leaves


def _nested(folder: Path) -> list[Path]:
    if any(_is_picture(item) for item in folder.iterdir()):
        return [folder]
    inner = sorted(
        item
        for item in folder.iterdir()
        if item.is_dir() and not item.name.startswith(".") and any(_pictures(item))
    )
    return [leaf for item in inner for leaf in _nested(item)]


def _pictures(folder: Path) -> Iterable[Path]:
    return (item for item in folder.rglob("*") if _is_picture(item))


def _is_picture(path: Path) -> bool:
    return (
        path.suffix.lower() in ENDINGS
        and not path.name.startswith(".")
        and path.is_file()
    )


def _open_list(path: Path) -> ImageSet:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CalibrationError(
            f"Cannot read {path} as a list of image files: {error}. Pass a folder, an "
            ".npy or .npz file, or a text file with one path per line."
        ) from error
    items = [path.parent / line.strip() for line in lines if line.strip()]
    if not items:
        raise CalibrationError(f"{path} lists no image files.")
    for item in items:
        if not item.is_file():
            raise CalibrationError(f"{path} lists {item}, which does not exist.")
    return ImageSet(tuple(items), name=str(path))


def _open_arrays(path: Path) -> ImageSet:
    arrays = read_arrays(path)
    numbered = sorted(key for key in arrays if key.startswith("image_"))
    keys = [key for key in arrays if key not in ("labels", "y", "classes")]
    named = [key for key in ("images", "x", "arr_0") if key in arrays]
    chosen = named[0] if named else keys[0] if len(keys) == 1 else None
    labels = next((arrays[k] for k in ("labels", "y", "classes") if k in arrays), None)
    if numbered and len(numbered) == len(keys):
        return from_arrays([arrays[key] for key in numbered], labels, name=str(path))
    if chosen is None:
        raise CalibrationError(
            f"{path} holds the arrays {', '.join(sorted(arrays))}; for a model with "
            "one image input, one array named 'images' was expected."
        )
    return from_arrays(arrays[chosen], labels, name=str(path))


def read_arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Read an ``.npy`` or ``.npz`` file as arrays by name.

    Raises:
        CalibrationError: It is damaged, or holds Python objects.
    """
    try:
        # NumPy leaves a damaged archive open when it opens the file itself.
        with path.open("rb") as stream:
            loaded = np.load(stream, allow_pickle=False)
            if isinstance(loaded, np.ndarray):
                return {"images": loaded}
            with loaded:
                return {key: loaded[key] for key in loaded.files}
    except (
        OSError,
        ValueError,
        KeyError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise CalibrationError(f"Cannot read {path} as arrays: {error}.") from error


def digest_of(digests: Sequence[str]) -> str:
    """Return one SHA-256 for a set, whatever its order."""
    return hashlib.sha256("\n".join(sorted(digests)).encode("ascii")).hexdigest()
