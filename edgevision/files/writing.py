"""Files that are written whole or not at all, and outputs that are not overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..errors import OutputExistsError
from .names import utf8

if TYPE_CHECKING:
    from pathlib import Path


def write_text(path: str | Path, text: str, *, force: bool = False) -> None:
    """Write a text file whole or not at all, by a temporary name and a rename.

    Raises:
        OutputExistsError: The file exists and ``force`` is False.
    """
    write_bytes(path, utf8(text), force=force)


def write_bytes(path: str | Path, data: bytes, *, force: bool = False) -> None:
    """Write a file whole or not at all, by a temporary name and a rename.

    Raises:
        OutputExistsError: The file exists and ``force`` is False.
    """
    from pathlib import Path

    target = Path(path)
    refuse_existing(target, force=force)
    write_pieces(target, [data])


def write_pieces(
    target: Path, pieces: Iterable[bytes], *, mode: int | None = None
) -> None:
    """Write pieces, as they come, to a hidden part file; rename it to a file's name.

    Its content is on the disk before it has the name, so that a power loss leaves the
    old file or the new one.

    Args:
        target: The file.
        pieces: What it holds; where one cannot be made, nothing is left behind.
        mode: Its permissions; None means those that a new file gets.
    """
    from .parts import PartFile

    part = PartFile(target.parent, mode)
    try:
        for piece in pieces:
            part.write(piece)
        part.publish(target)
    finally:
        part.discard()


def refuse_existing(path: str | Path, *, force: bool) -> None:
    """Refuse to replace a file unless forced; meant to be asked before long work.

    Raises:
        OutputExistsError: The file exists and ``force`` is False, or it is a device
            or a pipe: renaming a new file to its name would destroy it.
    """
    from pathlib import Path

    path = Path(path)
    if not path.exists():
        return
    if not (path.is_file() or path.is_dir()):
        raise OutputExistsError(
            f"{path} is a device or a pipe, which a new file would replace. "
            "Choose another output."
        )
    if not force:
        raise OutputExistsError(f"{path} already exists. Pass --force to replace it.")


def refuse_filled(folder: Path, *, force: bool) -> None:
    """Refuse to write into a folder that holds something, unless forced.

    Raises:
        OutputExistsError: The folder holds something, and ``force`` is False.
    """
    if not force and folder.is_dir() and any(folder.iterdir()):
        raise OutputExistsError(
            f"{folder} already holds files. Pass --force to write into it."
        )
