"""The metadata in Ultralytics' exports, of current and older versions.

Today's exports append ``metadata.json``; older ones hold ``temp_meta.txt``, which is a
Python dictionary as ``repr`` writes it. Only literals are read from it, never code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from ...errors import ModelError, shown
from .archive import Archive

_FILES: Final = ("metadata.json", "temp_meta.json", "temp_meta.txt")
_MAX_BYTES: Final = 512 * 1024


def read_ultralytics(archive: Archive) -> Mapping[str, Any] | None:
    """Return the metadata of an Ultralytics export, None when there is none.

    Args:
        archive: The files behind the model.

    Raises:
        ModelError: It is larger than 512 KB, or not the dictionary that it should be.
    """
    for name in _FILES:
        text = archive.read(name, limit=_MAX_BYTES)
        if text is None:
            continue
        metadata = _parse(text, name)
        # Others call a file metadata.json too.
        if isinstance(metadata, dict) and "names" in metadata and "task" in metadata:
            return metadata
    return None


def _parse(text: bytes, name: str) -> Any:
    try:
        if text.lstrip()[:1] == b"{":
            try:
                return json.loads(text)
            except ValueError:
                import ast

                return ast.literal_eval(text.decode("utf-8").strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
        raise ModelError(
            f"The file {shown(name)} behind the model is not the dictionary that "
            f"Ultralytics writes: {error!s:.120}. Export the model again."
        ) from error
    return None
