"""The verdicts on files that were opened before, kept between processes.

A verdict belongs to the content of a file: with one bit changed it is another file.
"""

from __future__ import annotations

import os
from typing import Final

from ...interpreter import DELEGATES, find_backend

# Raise it when a later version checks more.
_VERSION: Final = 1

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


def cache_folder(name: str) -> str:
    """Return a folder of this package in the user's cache.

    Raises:
        OSError: There is no home folder.
    """
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        home = os.path.expanduser("~")
        if home == "~":
            raise OSError("There is no home folder.")
        base = os.path.join(home, ".cache")
    return os.path.join(base, "edgevision", name)


def is_admitted(key: str) -> bool:
    """Return whether a verdict of this name says that the file may be opened."""
    if key in _admitted:
        return True
    try:
        return os.path.exists(os.path.join(cache_folder("admitted"), key))
    except OSError:
        # Nothing is remembered between processes.
        return False


def keep_verdict(key: str) -> None:
    """Write down that a file may be opened."""
    _admitted.add(key)
    try:
        folder = cache_folder("admitted")
        # Who can write here decides which files are run without a trial.
        os.makedirs(folder, mode=0o700, exist_ok=True)
        descriptor = os.open(os.path.join(folder, key), os.O_CREAT | os.O_WRONLY, 0o600)
        os.close(descriptor)
    except OSError:
        return
