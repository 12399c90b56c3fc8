"""Files that were cut off on their way: their own headers state a larger size."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

from ....errors import ConversionError

_CURE: Final = "Most likely a download was cut off. Download or copy it again."


def refuse_cut_hdf5(path: Path, head: bytes) -> None:
    """Refuse an HDF5 file that is shorter than its superblock states.

    Args:
        path: The file.
        head: Its first bytes.

    Raises:
        ConversionError: It is.
    """
    version = head[8] if len(head) > 8 else 0
    # HDF5 File Format Specification, "Superblock": the end-of-file address.
    start = {0: 40, 1: 44, 2: 28, 3: 28}.get(version)
    if start is None or len(head) < start + 8:
        return
    stated = int.from_bytes(head[start : start + 8], "little")
    size = path.stat().st_size
    if size < stated < 2**63:
        raise ConversionError(
            f"{path} has {size} bytes, and its header states {stated}. {_CURE}"
        )


def refuse_cut_zip(path: Path) -> None:
    """Refuse a ZIP without its end, where the list of its members stands.

    Raises:
        ConversionError: It has none.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ConversionError(
            f"{path} begins like a .keras file or another ZIP archive, but it is not a "
            f"complete one: {error}. {_CURE}"
        ) from error
