"""Read NumPy's files: what the headers say is checked before any memory is taken."""

from __future__ import annotations

import errno
import math
import os
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt

from .file_limit import refusal

ONLY: Final = ""
"""The name of the array of an ``.npy`` file."""

_MAGIC: Final = b"\x93NUMPY"
_TAIL: Final = 65536 + 256  # the longest comment, and what stands before it
_MOST_DIRECTORY: Final = 64 * 2**20
# What numpy and zipfile raise for other files and damaged ones. Python's own parser
# reads the headers (SyntaxError, TokenError, RecursionError, MemoryError of nesting).
_DAMAGED: Final = (
    ArithmeticError,
    AttributeError,
    EOFError,
    KeyError,
    MemoryError,
    NotImplementedError,
    RecursionError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True)
class ArrayHeader:
    """What a file says about one array.

    Attributes:
        shape: Its shape.
        dtype: The type of its numbers or texts.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def bytes(self) -> int:
        """Return how much memory the array takes."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_arrays(
    path: str | os.PathLike[str],
    *,
    names: Collection[str] | None = None,
    memory: Callable[[dict[str, ArrayHeader]], int] | None = None,
) -> dict[str, npt.NDArray[Any]]:
    """Read an ``.npy`` or ``.npz`` file as arrays by name.

    Args:
        path: The file.
        names: Read only these of an ``.npz``; None means all.
        memory: Returns the bytes that the caller's work on the arrays takes, from
            their headers; None means that of the arrays themselves. It may raise
            ValueError for headers that are not those of the caller's file.

    Returns:
        The arrays by their names; the one of an ``.npy`` is called :data:`ONLY`.

    Raises:
        OSError: It cannot be read, or it takes too much memory (``EFBIG``);
            ``strerror`` says why.
        ValueError: It is damaged, holds Python objects, or is no such file.
    """
    with open(path, "rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        try:
            if stream.read(len(_MAGIC)) == _MAGIC:
                stream.seek(0)
                header = _header(stream, size)
                _check(path, {ONLY: header}, memory, size)
                stream.seek(0)
                return {ONLY: _array(stream)}
            _check_directory(stream, size)
            stream.seek(0)
            with zipfile.ZipFile(stream) as archive:
                members = _members(archive, names)
                headers = {}
                for name, member in members.items():
                    with archive.open(member) as part:
                        headers[name] = _header(part, member.file_size)
                _check(path, headers, memory, size)
                arrays = {}
                for name, member in members.items():
                    with archive.open(member) as part:
                        arrays[name] = _array(part)
                return arrays
        except _DAMAGED as error:
            words = str(error) or type(error).__name__
            raise ValueError(words) from error


def _check_directory(stream: IO[bytes], size: int) -> None:
    """Refuse a file that is no ZIP archive, or whose directory is huge.

    The archive's end says how large its directory is, which is read as a whole (PKWARE
    APPNOTE 4.3.14 and 4.3.16).
    """
    stream.seek(max(0, size - _TAIL))
    tail = stream.read(_TAIL)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) - end < 22:
        raise ValueError("it is no NumPy file (.npy or .npz)")
    length = int.from_bytes(tail[end + 12 : end + 16], "little")
    wide = tail.rfind(b"PK\x06\x06")
    if wide >= 0:
        length = max(
            length % 0xFFFFFFFF, int.from_bytes(tail[wide + 40 : wide + 48], "little")
        )
    if length > _MOST_DIRECTORY:
        raise ValueError("the directory of its archive is too large")


def _members(
    archive: zipfile.ZipFile, names: Collection[str] | None
) -> dict[str, zipfile.ZipInfo]:
    """Return the arrays of an archive by name; of two with one name the last."""
    members = {}
    for member in archive.infolist():
        name = member.filename.removesuffix(".npy")
        if name != member.filename and (names is None or name in names):
            # Others may take any memory for themselves, and numpy writes none of them.
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError(f"the array {name!r:.80} is compressed in another way")
            members[name] = member
    return members


def _header(stream: IO[bytes], size: int) -> ArrayHeader:
    """Return the header of an array, and check that the file can hold the array.

    Args:
        stream: At the array's beginning.
        size: Bytes of the whole array, with its header.
    """
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    elif version == (2, 0):
        shape, _, dtype = np.lib.format.read_array_header_2_0(stream)
    else:
        raise ValueError(f"version {version} of NumPy's format is not known")
    if dtype.hasobject:
        raise ValueError("it holds Python objects instead of numbers")
    if any(length < 0 for length in shape):
        raise ValueError(f"its header says the shape {shape}")
    header = ArrayHeader(tuple(shape), dtype)
    if header.bytes > size - stream.tell():
        raise ValueError(
            f"its header says {header.bytes} bytes, but {size - stream.tell()} follow"
        )
    return header


def _check(
    path: str | os.PathLike[str],
    headers: dict[str, ArrayHeader],
    memory: Callable[[dict[str, ArrayHeader]], int] | None,
    size: int,
) -> None:
    own = sum(header.bytes for header in headers.values())
    need = own if memory is None else memory(headers)
    words = refusal(need, size)
    if words is not None:
        raise OSError(errno.EFBIG, words, os.fspath(path))


def _array(stream: IO[bytes]) -> npt.NDArray[Any]:
    return np.asarray(np.lib.format.read_array(stream, allow_pickle=False))
