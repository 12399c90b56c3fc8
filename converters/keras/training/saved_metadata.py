"""What Keras 2 wrote about a model beside its SavedModel, read without TensorFlow.

Two files hold it: ``keras_metadata.pb`` (from Keras 2.5 on) and ``saved_model.pb`` of
older versions. Both are protocol buffers whose few fields of interest are walked here.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

_MAX_TEXT: Final = 64 * 2**20
_MAX_FIELDS: Final = 1_000_000
# Fields from the top to the text: SavedMetadata.nodes.metadata, and
# SavedModel.meta_graphs.object_graph_def.nodes.user_object.metadata.
_PLACES: Final = (
    ("keras_metadata.pb", (1, 5)),
    ("saved_model.pb", (2, 7, 1, 4, 3)),
)


def root_metadata(folder: Path) -> dict[str, Any]:
    """Return what Keras wrote about the model itself; {} when it wrote nothing.

    Args:
        folder: A SavedModel. A damaged file says nothing.

    Raises:
        OSError: A file cannot be read.
    """
    for name, fields in _PLACES:
        path = folder / name
        if not path.is_file() or not path.stat().st_size:
            continue
        with (
            path.open("rb") as stream,
            mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data,
            memoryview(data) as view,
        ):
            for text in _texts(view, fields):
                metadata = _parsed(text)
                if metadata:
                    return metadata
    return {}


def _parsed(text: bytes) -> dict[str, Any]:
    """Return a node's description when it is that of a model."""
    if len(text) > _MAX_TEXT:
        return {}
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(data, dict) or "training_config" not in data:
        return {}
    return data


def _texts(data: memoryview, fields: tuple[int, ...]) -> Iterator[bytes]:
    """Yield the bytes of all fields at the end of a path of field numbers."""
    for number, start, stop in _fields(data):
        if number != fields[0]:
            continue
        with data[start:stop] as inner:
            if len(fields) == 1:
                yield inner.tobytes()
            else:
                yield from _texts(inner, fields[1:])


def _fields(data: memoryview) -> Iterator[tuple[int, int, int]]:
    """Yield number, start and stop of each field of bytes; stop where it is damaged."""
    place = 0
    for _ in range(_MAX_FIELDS):
        if place >= len(data):
            return
        key, place = _varint(data, place)
        kind = key & 7
        if kind == 0:
            _, place = _varint(data, place)
        elif kind == 1:
            place += 8
        elif kind == 5:
            place += 4
        elif kind == 2:
            length, place = _varint(data, place)
            if place + length > len(data):
                return
            yield key >> 3, place, place + length
            place += length
        else:
            return


def _varint(data: memoryview, place: int) -> tuple[int, int]:
    """Return a number and the place behind it; a damaged one is past the end."""
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(data):
            return 0, len(data) + 1
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    return 0, len(data) + 1
