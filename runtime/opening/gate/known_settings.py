"""The settings of files that were opened before, kept between processes.

A record belongs to the content of a file, as a verdict does, to its name, and to the
code that decided. It holds a model card and sentences, and nothing that is executed.
"""

from __future__ import annotations

import json
import os
from typing import Final

from .... import __version__
from ....card import ModelCard
from ....errors import ModelCardError
from ...process import SealedFile
from ..evidence import Settings
from .own_folder import keep, read_kept
from .verdicts import is_admitted, verdict_key

CHECKSUM_FILES: Final = ("SHA256SUMS", "sha256sums.txt")

_FOLDER: Final = "settings"
_IDENTIFIER: Final = b"TFL3"
_MOST_BYTES: Final = 16 * 2**20
_MOST_RECORDS: Final = 256
# The rooms whose code decides how a file is run.
_DECIDING: Final = ("opening", "tflite", "decoders", "labels", "image", "tensors")


def recall(
    path: str, backend: str | type | None
) -> tuple[SealedFile | None, Settings | None]:
    """Return a file's bytes, and the settings if it was opened before.

    Without settings the file must be looked into: it is new or changed, or a checksum
    file lies beside it. Without bytes it cannot be read, or is no model.

    Args:
        path: The model's file.
        backend: What will run it.
    """
    folder, name = os.path.split(path)
    try:
        content = SealedFile.read(path, _look)
    except (OSError, ValueError):
        return None, None
    for place in (f"{name}.sha256", *CHECKSUM_FILES):
        if os.path.exists(os.path.join(folder, place)):
            return content, None
    try:
        if not is_admitted(verdict_key(content.sha256, backend)):
            return content, None
        record = json.loads(read_kept(_FOLDER, _name(content.sha256), _MOST_BYTES))
        if record["name"] != name:
            return content, None
        settings = Settings(
            ModelCard.from_dict(record["card"]),
            {str(key): str(words) for key, words in record["evidence"].items()},
            tuple(map(str, record["assumptions"])),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ModelCardError):
        return content, None
    return content, settings


def keep_settings(path: str, sha256: str, settings: Settings) -> None:
    """Write down how a file is run when the caller passes no options.

    Args:
        path: The model's file, which may be opened.
        sha256: Its hash.
        settings: How it is run.
    """
    record = {
        "name": os.path.basename(path),
        "card": settings.card.to_dict(),
        "evidence": dict(settings.evidence),
        "assumptions": list(settings.assumptions),
    }
    try:
        text = json.dumps(record, ensure_ascii=False)
        if ModelCard.from_dict(json.loads(text)["card"]) != settings.card:
            return
        keep(_FOLDER, _name(sha256), text.encode("utf-8"), most=_MOST_RECORDS)
    except (OSError, TypeError, ValueError, ModelCardError):
        # The next opening then looks into the file again.
        return


def _look(head: bytes, size: int) -> None:
    if head[4:8] != _IDENTIFIER:
        raise ValueError("It is no model.")


def _name(sha256: str) -> str:
    return f"{sha256}-{__version__}-{_age_of_code()}.json"


def _age_of_code() -> str:
    """Return when the code that decides was last changed, and its size."""
    runtime = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
    newest = size = 0
    rooms = [os.path.join(runtime, room) for room in _DECIDING]
    # The list grows while it is read: rooms have rooms of their own.
    for room in rooms:
        for entry in os.scandir(room):
            if entry.name.endswith(".py"):
                status = entry.stat()
                newest = max(newest, status.st_mtime_ns)
                size += status.st_size
            elif entry.is_dir() and entry.name != "__pycache__":
                rooms.append(entry.path)
    return f"{newest:x}-{size:x}"
