"""ZIP archives that would unpack to far more than a model has."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

from ....errors import ModelError

_ALLOWANCE: Final = 64 * 2**20


def refuse_bomb(archive: zipfile.ZipFile, path: Path) -> None:
    """Refuse a ZIP that would unpack to far more bytes than a model has.

    Raises:
        ModelError: It would; the sentence says to how much.
    """
    packed = path.stat().st_size
    unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > 20 * packed + _ALLOWANCE:
        raise ModelError(
            f"{path} has {packed} bytes and would unpack to {unpacked / 2**20:.0f} MB, "
            "far more than a Keras model does. Save the model again."
        )
