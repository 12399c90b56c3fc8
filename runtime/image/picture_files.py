"""Picture files in folders: which are taken, in which order, and what is skipped.

Every command that takes a folder of pictures asks here, so that the same folder means
the same pictures to ``train``, ``convert``, ``run``, ``enroll`` and ``benchmark``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ...errors import SourceError
from .picture_formats import NO_DECODER, PICTURE_SUFFIXES, is_picture

# Folders with small copies of the pictures beside them; those with a dot are hidden.
_COPIES: Final = frozenset({"__MACOSX", "@eaDir"})
_DIGITS: Final = re.compile(r"([0-9]+)")


@dataclass(frozen=True)
class PictureFolder:
    """The picture files below a folder, and what was skipped on the way.

    Attributes:
        folder: The folder.
        paths: The pictures, in natural order (2 before 10).
        hidden_files: Pictures with a hidden name, such as ``._a.jpg``.
        hidden_folders: Folders with pictures that are hidden or hold small copies,
            such as ``.thumbnails`` and ``__MACOSX``.
        closed_folders: Folders that may not be read.
        other_files: Pictures of a format that OpenCV has no decoder for.
    """

    folder: Path
    paths: tuple[Path, ...]
    hidden_files: tuple[Path, ...] = ()
    hidden_folders: tuple[Path, ...] = ()
    closed_folders: tuple[Path, ...] = ()
    other_files: tuple[Path, ...] = ()

    def group(self, folders: Iterable[Path]) -> dict[Path, list[Path]]:
        """Return the pictures below each of some folders that exclude each other.

        Args:
            folders: Folders below this one, such as those of classes.
        """
        groups: dict[Path, list[Path]] = {folder: [] for folder in folders}
        for path in self.paths:
            for parent in path.parents:
                if parent in groups:
                    groups[parent].append(path)
                    break
        return groups

    @property
    def note(self) -> str | None:
        """Return the sentence that says what was skipped, or None."""
        groups = [
            _group(self.folder, paths, words)
            for paths, words in (
                (self.hidden_files, "hidden picture files"),
                (self.hidden_folders, "hidden folders of pictures"),
                (self.closed_folders, "folders that may not be read"),
                (self.other_files, "pictures of a format that OpenCV does not read"),
            )
            if paths
        ]
        if not groups:
            return None
        return f"Left out of {self.folder}: {'; '.join(groups)}."


@dataclass
class _Skipped:
    hidden_files: list[Path] = field(default_factory=list)
    hidden_folders: list[Path] = field(default_factory=list)
    closed_folders: list[Path] = field(default_factory=list)


def list_pictures(folder: str | Path, *, deep: bool = True) -> PictureFolder:
    """Return the pictures of a folder and of the folders in it.

    Hidden files and folders (``._a.jpg``, ``.thumbnails``) and folders of small copies
    (``__MACOSX``, ``@eaDir``) are skipped and kept in the result. Links to folders are
    followed, and every folder is read once, so that a link to a parent ends.

    Args:
        folder: The folder; its own name may be hidden.
        deep: Whether the folders in it are read too.

    Raises:
        SourceError: The folder cannot be read.
    """
    folder = Path(folder)
    skipped = _Skipped()
    paths: list[Path] = []
    others: list[Path] = []
    for path in _walk(folder, deep=deep, skipped=skipped):
        suffix = path.suffix.lower()
        if suffix in PICTURE_SUFFIXES:
            paths.append(path)
        elif suffix in NO_DECODER:
            others.append(path)
    return PictureFolder(
        folder,
        natural_order(paths),
        natural_order(p for p in skipped.hidden_files if is_picture(p)),
        natural_order(p for p in skipped.hidden_folders if _shows_pictures(p)),
        natural_order(skipped.closed_folders),
        natural_order(others),
    )


def has_pictures(folder: Path, *, deep: bool = True) -> bool:
    """Return whether there is any picture in a folder, without reading all of it."""
    return any(
        is_picture(path) for path in _walk(folder, deep=deep, skipped=_Skipped())
    )


def walk_files(folder: Path, *suffixes: str) -> Iterator[Path]:
    """Yield the files of some suffixes below a folder, in no order.

    The rules for hidden files and links are those of :func:`list_pictures`.

    Args:
        folder: The folder.
        suffixes: In lower case, with the dot, such as ``.xml``.

    Raises:
        SourceError: The folder cannot be read.
    """
    for path in _walk(folder, deep=True, skipped=_Skipped()):
        if path.suffix.lower() in suffixes:
            yield path


def list_folders(folder: Path) -> tuple[Path, ...]:
    """Return the folders directly in a folder that are neither hidden nor copies.

    They are sorted by character and not in natural order, as Keras numbers the classes
    of a folder: ``class10`` comes before ``class2``.

    Raises:
        SourceError: The folder cannot be read.
    """
    return tuple(
        sorted(
            Path(entry.path)
            for entry in _entries(folder)
            if _is_folder(entry) and not is_hidden(entry.name)
        )
    )


def is_hidden(name: str) -> bool:
    """Return whether a file or folder of this name is skipped in a folder."""
    return name.startswith(".") or name in _COPIES


def natural_order(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return paths sorted as people count: ``2.jpg`` before ``10.jpg``."""
    return tuple(sorted(paths, key=natural_key))


def natural_key(path: Path) -> tuple[list[list[tuple[int, str]]], str]:
    """Return what :func:`natural_order` sorts a path by."""
    parts = [
        [
            (int(piece), "") if position % 2 else (0, piece)
            for position, piece in enumerate(_DIGITS.split(part))
        ]
        for part in path.parts
    ]
    return parts, str(path)


def _walk(folder: Path, *, deep: bool, skipped: _Skipped) -> Iterator[Path]:
    """Yield the files below a folder in no order; each folder is read once."""
    done = {_identity(folder)}
    waiting: list[Path] = []
    links: list[Path] = []
    entries = _entries(folder)
    while True:
        for entry in entries:
            path = Path(entry.path)
            if _is_folder(entry):
                if is_hidden(entry.name):
                    skipped.hidden_folders.append(path)
                elif deep:
                    (links if entry.is_symlink() else waiting).append(path)
            # A link to nothing is said when it is read; a pipe would wait for ever.
            elif path.is_file() or not path.exists():
                if is_hidden(entry.name):
                    skipped.hidden_files.append(path)
                else:
                    yield path
        entries = []
        while not entries and (waiting or links):
            # What lies in the folder itself comes before links, whatever their names.
            if not waiting:
                links.sort(key=natural_key, reverse=True)
            place = waiting.pop() if waiting else links.pop()
            identity = _identity(place)
            if identity in done:
                continue
            done.add(identity)
            try:
                entries = _entries(place)
            except SourceError:
                skipped.closed_folders.append(place)
        if not entries:
            return


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise SourceError(
            f"Cannot read the folder {folder}: {error.strerror}. Check its name and "
            "its permissions."
        ) from error


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a link to itself


def _identity(folder: Path) -> tuple[int, int]:
    try:
        status = folder.stat()
    except OSError:
        return 0, 0
    return status.st_dev, status.st_ino


def _shows_pictures(folder: Path) -> bool:
    try:
        return has_pictures(folder)
    except SourceError:
        return False


def _group(folder: Path, paths: tuple[Path, ...], words: str) -> str:
    shown = paths[0].relative_to(folder)
    count = f"{len(paths)}, such as " if len(paths) > 1 else ""
    return f"{words} ({count}{shown})"
