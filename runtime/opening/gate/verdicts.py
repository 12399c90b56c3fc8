"""The verdicts on files that were opened before, kept between processes.

A verdict belongs to the content of a file: with one bit changed it is another file.
"""

from __future__ import annotations

import contextlib
import os
from typing import Final

from ...interpreter import DELEGATES, find_backend
from .own_folder import keep, read_kept

# Raise it when a later version checks more.
_VERSION: Final = 1
_FOLDER: Final = "admitted"

_admitted: set[str] = set()


def verdict_key(
    sha256: str,
    backend: str | type | None,
    delegate: str | os.PathLike[str] | None = None,
) -> str:
    """Return the name of a verdict: file, backend, its version, and this check's.

    A delegate's library is part of the name: it runs other files than the backend does.
    """
    # The backend is imported next in any case: the model is about to be opened.
    used = find_backend(backend)
    key = f"{sha256}-{used.name}-{used.version}-{_VERSION}"
    library = "" if delegate is None else os.fspath(delegate)
    if library and library not in DELEGATES:
        import hashlib

        key += "-" + hashlib.sha256(os.fsencode(library)).hexdigest()[:16]
    return key


def is_admitted(key: str) -> bool:
    """Return whether a verdict of this name says that the file may be opened."""
    if key in _admitted:
        return True
    try:
        read_kept(_FOLDER, key, 1)
    except OSError:
        # There is none, or somebody else could have written it.
        return False
    return True


def keep_verdict(key: str) -> None:
    """Write down that a file may be opened."""
    _admitted.add(key)
    with contextlib.suppress(OSError):
        keep(_FOLDER, key, b"")
