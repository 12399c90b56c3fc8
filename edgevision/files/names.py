"""Names of files, which are any bytes: as text, and for libraries written in C++."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


def utf8(text: str) -> bytes:
    r"""Return a text as UTF-8, with ``\udce9`` for a byte of a name that is none.

    Inside a JSON string that is the escape of this very character.
    """
    return text.encode("utf-8", "backslashreplace")


def name_as_text(path: str | os.PathLike[str]) -> str:
    """Return a file's name without its folder, with escapes for bytes of no UTF-8."""
    return utf8(os.path.basename(os.fspath(path))).decode("utf-8")


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
