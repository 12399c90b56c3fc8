"""Files that are written whole or not at all, and outputs that are not overwritten."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .errors import OutputExistsError

# Every model's opening comes here for a name, and on a small board pathlib and tempfile
# cost more than a frame: they are imported where a file is written.
if TYPE_CHECKING:
    from pathlib import Path


def write_text(path: str | Path, text: str, *, force: bool = False) -> None:
    """Write a text file whole or not at all, by a temporary name and a rename.

    Raises:
        OutputExistsError: The file exists and ``force`` is False.
    """
    write_bytes(path, utf8(text), force=force)


def utf8(text: str) -> bytes:
    r"""Return a text as UTF-8, with ``\udce9`` for a byte of a name that is none.

    Inside a JSON string that is the escape of this very character.
    """
    return text.encode("utf-8", "backslashreplace")


def name_as_text(path: str | os.PathLike[str]) -> str:
    """Return a file's name without its folder, with escapes for bytes of no UTF-8."""
    return utf8(os.path.basename(os.fspath(path))).decode("utf-8")


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
    """Write pieces, as they come, to a temporary name beside a file; replace the file.

    Args:
        target: The file.
        pieces: What it holds; where one cannot be made, nothing is left behind.
        mode: Its permissions; None means those that a new file gets.
    """
    import tempfile
    from pathlib import Path

    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(pieces)
        if mode is None:
            # mkstemp makes files that only the owner reads; give what open() would.
            mask = os.umask(0)
            os.umask(mask)
            mode = 0o666 & ~mask
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


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


@contextmanager
def native_path(path: str | os.PathLike[str]) -> Iterator[str]:
    """Yield a name of a file that libraries written in C++ can open.

    Names on Linux are any bytes, and Python keeps those that are no UTF-8 as lone
    surrogates; OpenCV crashes on them, and interpreters refuse them. For such a name
    this is a link to it, which is gone afterwards; a file that is open stays so.

    Args:
        path: The file; it need not exist.

    Raises:
        OSError: There is no folder for the link.
    """
    name = os.fspath(path)
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        import tempfile

        suffix = os.path.splitext(name)[1]
        with tempfile.TemporaryDirectory(prefix="edgevision-") as folder:
            # Encoders choose the format by the name's end.
            link = os.path.join(folder, "file" + (suffix if suffix.isascii() else ""))
            os.symlink(os.path.abspath(name), link)
            yield link
    else:
        yield name
