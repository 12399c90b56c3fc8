"""Folders of pictures that are classes: ``cat/``, ``dog/``, ``animal/bird/parrot/``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...runtime.image import has_pictures, list_folders


def class_folders(root: Path) -> list[Path]:
    """Return the folders in a folder that hold pictures, sorted as Keras numbers them.

    Raises:
        SourceError: The folder cannot be read.
    """
    return [folder for folder in list_folders(root) if has_pictures(folder)]


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
    if has_pictures(folder, deep=False):
        return [folder]
    return [leaf for item in class_folders(folder) for leaf in _nested(item)]
