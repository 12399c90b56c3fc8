"""Files that are written whole or not at all, and outputs that are not overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import EdgeVisionError, OutputExistsError, shown
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

    Raises:
        OSError: The disk does not take it; the error names the file, not its part.
    """
    from .parts import PartFile

    with _about(target):
        part = PartFile(target.parent, mode)
    try:
        for piece in pieces:
            with _about(target):
                part.write(piece)
        with _about(target):
            part.publish(target)
    finally:
        part.discard()


@contextmanager
def _about(target: Path) -> Iterator[None]:
    """Let an error of the system name the file, instead of its part or nothing."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from error


def refuse_existing(path: str | Path, *, force: bool) -> None:
    """Refuse to replace a file unless forced; meant to be asked before long work.

    Raises:
        OutputExistsError: The file exists and ``force`` is False, or it is a device
            or a pipe: renaming a new file to its name would destroy it.
        EdgeVisionError: A file of that name cannot be made: its folder does not exist,
            or the name is too long.
    """
    from pathlib import Path

    path = Path(path)
    try:
        path.lstat()
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise EdgeVisionError(
                f"Cannot write {shown(path, 200)}: there is no folder "
                f"{shown(path.parent, 200)}. Make it, or choose another output."
            ) from None
    except OSError as error:
        raise EdgeVisionError(
            f"Cannot write {shown(path, 200)}: {error.strerror}. Choose another output."
        ) from error
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
