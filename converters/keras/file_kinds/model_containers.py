"""Folders and archives that hold one model, such as Teachable Machine's download."""

from __future__ import annotations

import shutil
import stat
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from ....errors import ConversionError
from .zip_bombs import refuse_bomb

_GRAPH: Final = "saved_model.pb"
_SUFFIXES: Final = (".keras", ".h5", ".hdf5")
_LABELS: Final = "labels.txt"
_DEPTH: Final = 2
_MOST: Final = 2000


@dataclass(frozen=True)
class InnerModel:
    """A model inside a folder or an archive.

    Attributes:
        path: Where it lies now: in the folder, or unpacked.
        name: As the folder or archive calls it.
        labels: The file labels.txt beside it; None means that there is none.
    """

    path: Path
    name: str
    labels: Path | None


def models_in_folder(path: Path) -> list[str]:
    """Return the models in a folder and in the folders in it, by relative path."""
    names: list[str] = []
    pending = [(path, 0)]
    while pending and len(names) < _MOST:
        folder, depth = pending.pop()
        for item in sorted(folder.iterdir())[:_MOST]:
            if item.is_dir() and depth < _DEPTH and not item.name.startswith("."):
                if (item / _GRAPH).is_file():
                    names.append(f"{item.relative_to(path)}/{_GRAPH}")
                else:
                    pending.append((item, depth + 1))
            elif item.suffix.lower() in _SUFFIXES:
                names.append(str(item.relative_to(path)))
    return _models(names)


def models_in_archive(path: Path) -> list[str]:
    """Return the models in a ZIP archive, by the names of its members."""
    with zipfile.ZipFile(path) as archive:
        return _models(archive.namelist())


def inner_model(path: Path, workspace: Path) -> InnerModel:
    """Return the one model in a folder or archive; unpack it where need be.

    Args:
        path: What ``kind_of`` calls "folder" or "archive".
        workspace: Where an archive is unpacked.

    Raises:
        ConversionError: The archive would write outside, or unpack without end.
    """
    if path.is_dir():
        name = models_in_folder(path)[0]
        root = path
    else:
        name = models_in_archive(path)[0]
        root = workspace / "unpacked"
        _unpack(path, name, root)
    labels = (root / name).parent / _LABELS
    return InnerModel(root / name, name, labels if labels.is_file() else None)


def _models(names: Iterable[str]) -> list[str]:
    """Return which names are models: a folder with a graph, or a file by its suffix."""
    rows = [name for name in names if not _is_hidden(name)]
    folders = {
        str(PurePosixPath(name).parent)
        for name in rows
        if PurePosixPath(name).name == _GRAPH
    }
    files = {
        name
        for name in rows
        if PurePosixPath(name).suffix.lower() in _SUFFIXES
        and not name.lower().endswith(".weights.h5")
        and not any(_is_inside(name, folder) for folder in folders)
    }
    return sorted(folders | files)


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith((".", "__MACOSX")) for part in parts)


def _is_inside(name: str, folder: str) -> bool:
    return folder == "." or name == folder or name.startswith(f"{folder}/")


def _unpack(path: Path, name: str, root: Path) -> None:
    """Unpack one model of an archive, and the labels beside it."""
    labels = str(PurePosixPath(name).parent / _LABELS)
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_bomb(archive, path)
            for info in archive.infolist():
                wanted = _is_inside(info.filename, name) or info.filename == labels
                if wanted and not info.is_dir():
                    _unpack_member(archive, info, path, root)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise ConversionError(
            f"{path} cannot be unpacked: {error}. Download or copy it again."
        ) from error


def _unpack_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, root: Path
) -> None:
    place = PurePosixPath(info.filename)
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    if place.is_absolute() or ".." in place.parts or "\\" in info.filename or is_link:
        raise ConversionError(
            f"{path} holds {info.filename!r}, which would be written outside its "
            "folder. It is not unpacked; get the model from another place."
        )
    target = root / place
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(info) as source, target.open("xb") as file:
        shutil.copyfileobj(source, file, 2**20)
