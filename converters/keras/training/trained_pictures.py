"""The pictures that a network was trained on, known again by their content.

A ``.keras`` file of ``edgevision train`` has one more member, ``edgevision-pictures``:
the first six bytes of each picture file's SHA-256, sorted. A hundred thousand pictures
take 600 kB, and one foreign picture in three thousand million is taken for one of them.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ....errors import ModelCardError

MEMBER: Final = "edgevision-pictures"
_BYTES: Final = 6
_MOST: Final = 64 * 2**20
_DIGITS: Final = 64


@dataclass(frozen=True)
class TrainedPictures:
    """The digests of a training's pictures; empty where they are not known.

    Attributes:
        prefixes: The first six bytes of each SHA-256.
    """

    prefixes: frozenset[bytes] = frozenset()

    def __bool__(self) -> bool:
        """Return whether anything is known."""
        return bool(self.prefixes)

    def __contains__(self, digest: str) -> bool:
        """Return whether a picture was trained on.

        Args:
            digest: The SHA-256 of its file, in hexadecimal digits.
        """
        return _prefix(digest) in self.prefixes


def append_trained_pictures(path: str | Path, digests: Iterable[str]) -> None:
    """Add the digests of a training's pictures to a ``.keras`` file.

    It changes the file in place: do it before the file gets its final name.

    Args:
        path: The file.
        digests: SHA-256 of each picture's file; others are left out.
    """
    prefixes = sorted({_prefix(item) for item in digests if len(item) == _DIGITS})
    if prefixes:
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(MEMBER, b"".join(prefixes))


def read_trained_pictures(path: str | Path) -> TrainedPictures:
    """Return the pictures that a ``.keras`` file says it was trained on.

    Raises:
        ModelCardError: The list is there, and damaged.
    """
    path = Path(path)
    if not path.is_file() or not zipfile.is_zipfile(path):
        return TrainedPictures()
    try:
        with zipfile.ZipFile(path) as archive:
            if MEMBER not in archive.namelist():
                return TrainedPictures()
            with archive.open(MEMBER) as member:
                data = member.read(_MOST + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError) as error:
        raise ModelCardError(
            f"{path}: the list of the pictures that it was trained on cannot be read "
            f"({error}). "
            "Copy or save the model again."
        ) from error
    if len(data) > _MOST or len(data) % _BYTES:
        raise ModelCardError(
            f"{path}: the list of the pictures that it was trained on has {len(data)} "
            f"bytes, which is no list of digests of {_BYTES} bytes. Copy or save the "
            "model again."
        )
    return TrainedPictures(
        frozenset(data[i : i + _BYTES] for i in range(0, len(data), _BYTES))
    )


def _prefix(digest: str) -> bytes:
    return bytes.fromhex(digest[: 2 * _BYTES])
