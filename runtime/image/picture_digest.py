"""Digests of picture files and of sets of them: equal content, equal digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ...errors import SourceError

_PIECE: Final = 2**20


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes.

    Raises:
        SourceError: It cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
        return digest.hexdigest()
    except OSError as error:
        raise SourceError(f"Cannot read {path}: {error.strerror}.") from error


def set_digest(digests: Iterable[str]) -> str:
    """Return one SHA-256 for a set of digests, whatever its order."""
    return hashlib.sha256("\n".join(sorted(digests)).encode("ascii")).hexdigest()
