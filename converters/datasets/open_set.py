"""Open sets of pictures: a folder, a list of paths, one picture, a file of arrays."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from ...errors import CalibrationError, shown
from ...files import name_as_text
from ...runtime.image import SUFFIX_HINT, has_pictures, is_picture, list_pictures
from ...runtime.labels import SEPARATOR
from ...runtime.memory import read_file, refusal
from .array_set import open_arrays
from .classes import class_folders, class_leaves
from .image_set import ImageSet

_PATH: Final = 600  # bytes of memory of one
_MOST_LIST: Final = 2**26  # bytes of a list: a million paths


def open_images(place: str | Path) -> ImageSet:
    """Open a folder, a text file with a list of paths, or an ``.npy``/``.npz`` file.

    Raises:
        CalibrationError: Nothing is there, or it holds no pictures.
        SourceError: The folder cannot be read.
    """
    path = Path(place)
    if path.is_dir():
        return _open_folder(path)
    if not path.is_file():
        raise CalibrationError(
            f"Cannot read images from {path}: no such file or folder."
        )
    if path.suffix.lower() in (".npy", ".npz"):
        return open_arrays(path)
    if is_picture(path):
        return ImageSet((path,), name=str(path))
    return _open_list(path)


def _open_folder(path: Path) -> ImageSet:
    content = list_pictures(path)
    notes = () if content.note is None else (content.note,)
    if not content.paths:
        raise CalibrationError(
            f"{path} holds no images ({SUFFIX_HINT}). {content.note or ''}".rstrip()
        )
    folders = class_folders(path)
    if len(folders) < 2 or has_pictures(path, deep=False):
        return ImageSet(content.paths, name=str(path), notes=notes, folder=path)
    leaves = class_leaves(folders)
    pictures = content.group(leaves)
    return ImageSet(
        tuple(picture for leaf in leaves for picture in pictures[leaf]),
        tuple(i for i, leaf in enumerate(leaves) for _ in pictures[leaf]),
        tuple(
            # A card holds text, and the name of a folder is any bytes.
            SEPARATOR.join(map(name_as_text, leaf.relative_to(path).parts))
            for leaf in leaves
        ),
        name=str(path),
        notes=notes,
        folder=path,
    )


def _open_list(path: Path) -> ImageSet:
    try:
        lines = read_file(path, most=_MOST_LIST).decode("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CalibrationError(
            f"Cannot read {path} as a list of image files: {error}. Pass a folder, an "
            ".npy or .npz file, or a text file with one path per line."
        ) from error
    problem = refusal(_PATH * len(lines), path.stat().st_size)
    if problem is not None:
        raise CalibrationError(f"Cannot read {path} as a list of files: {problem}.")
    items: list[Path] = []
    for line in filter(None, map(str.strip, lines)):
        item = path.parent / line
        # Path.is_file() fails for a name that is too long.
        if not os.path.isfile(item):
            raise CalibrationError(
                f"{path} lists {shown(item, 200)}, which does not exist."
            )
        items.append(item)
    if not items:
        raise CalibrationError(f"{path} lists no image files.")
    return ImageSet(tuple(items), name=str(path), folder=path.parent)
