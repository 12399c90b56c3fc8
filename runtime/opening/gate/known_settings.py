"""The settings of files that were opened before, kept between processes.

A record belongs to the content of a file, as a verdict does, to its name, and to the
code that decided. It holds a model card and sentences, and nothing that is executed.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from typing import Any, Final

from .... import __version__
from ....card import ModelCard
from ....errors import ModelCardError
from ..evidence import Settings
from .verdicts import cache_folder, is_admitted, verdict_key

CHECKSUM_FILES: Final = ("SHA256SUMS", "sha256sums.txt")

_FOLDER: Final = "settings"
_IDENTIFIER: Final = b"TFL3"
_MOST_BYTES: Final = 16 * 2**20
_MOST_RECORDS: Final = 256
# The rooms whose code decides how a file is run.
_DECIDING: Final = ("opening", "tflite", "decoders", "labels", "image", "tensors")


def recall(path: str, backend: str | type | None) -> tuple[str, Settings] | None:
    """Return the hash and the settings of a file that was opened before.

    None means that the file must be looked into: it is new, changed or not readable, or
    a checksum file lies beside it.

    Args:
        path: The model's file.
        backend: What will run it.
    """
    folder, name = os.path.split(path)
    for place in (f"{name}.sha256", *CHECKSUM_FILES):
        if os.path.exists(os.path.join(folder, place)):
            return None
    try:
        sha256 = _digest(path)
        if not sha256 or not is_admitted(verdict_key(sha256, backend)):
            return None
        with open(_place(sha256), "rb") as file:
            record = json.loads(file.read(_MOST_BYTES))
        if record["name"] != name:
            return None
        settings = Settings(
            ModelCard.from_dict(record["card"]),
            {str(key): str(words) for key, words in record["evidence"].items()},
            tuple(map(str, record["assumptions"])),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ModelCardError):
        return None
    return sha256, settings


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
        folder = cache_folder(_FOLDER)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        _make_room(folder)
        place = _place(sha256)
        half = f"{place}.{os.getpid()}"
        descriptor = os.open(half, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(text.encode("utf-8"))
        os.replace(half, place)
    except (OSError, TypeError, ValueError, ModelCardError):
        # The next opening then looks into the file again.
        return


def _digest(path: str) -> str:
    """Return a model file's hash; empty for what is no regular file or no model."""
    # Before the file is opened: a named pipe blocks, a device never ends.
    if not stat.S_ISREG(os.stat(path).st_mode):
        return ""
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        # Before the hash, so that another file of gigabytes is refused at once.
        head = file.read(8)
        if head[4:] != _IDENTIFIER:
            return ""
        digest.update(head)
        while chunk := file.read(2**20):
            digest.update(chunk)
    return digest.hexdigest()


def _place(sha256: str) -> str:
    return os.path.join(
        cache_folder(_FOLDER), f"{sha256}-{__version__}-{_age_of_code()}.json"
    )


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


def _make_room(folder: str) -> None:
    """Remove the oldest half of the records when there are many."""
    records: list[tuple[float, Any]] = []
    for entry in os.scandir(folder):
        records.append((entry.stat().st_mtime, entry.path))
    if len(records) >= _MOST_RECORDS:
        for _, path in sorted(records)[: _MOST_RECORDS // 2]:
            os.unlink(path)
