"""The ZIP of small files behind a ``.tflite``: card, labels, other tools' files."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from typing import Final

from ...card import FILE_NAME
from ...errors import ModelError
from ...runtime.tflite import ModelFile
from .tflite_metadata import LABEL_FILE

_MAX_MEMBER: Final = 16 * 2**20
_ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)
_CENTRAL: Final = b"PK\x01\x02"


def kept_members(model: ModelFile) -> dict[str, bytes]:
    """Return the files behind a model that a new card and labels do not replace.

    Raises:
        ModelError: Files that the model's metadata name cannot be read.
    """
    try:
        metadata = model.tflite_metadata
    except ModelError:
        metadata = None
    replaced = {FILE_NAME, LABEL_FILE}
    if metadata is not None:
        missing = metadata.file_names - set(model.archive.names)
        if missing and model.archive.problem:
            raise ModelError(
                f"{model.path}: {model.archive.problem}, among them "
                f"{', '.join(sorted(missing))}. Copy or download the model again."
            )
        for tensor in metadata.outputs:
            if tensor.label_file is not None:
                replaced.add(tensor.label_file.name)
    kept = {}
    for name in model.archive.names:
        # Ultralytics declares its own metadata as a label file.
        if name not in replaced or name.startswith(("temp_meta", "metadata.json")):
            data = model.archive.read(name, limit=_MAX_MEMBER)
            if data is not None:
                kept[name] = data
    return kept


def zip_at(members: Mapping[str, bytes], position: int) -> bytes:
    """Return a ZIP of uncompressed files that will lie at ``position``.

    MediaPipe and the Task Library refuse compressed files. The dates are fixed, so the
    same card gives the same bytes.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
        # zipfile counts from the start of the ZIP; readers, from that of the file.
        start = archive.start_dir
    content = bytearray(stream.getvalue())
    if position + len(content) >= 2**32:
        # Too large for 32 bits; readers also accept positions from the ZIP's start.
        return bytes(content)
    at = start
    while content[at : at + 4] == _CENTRAL:
        lengths = struct.unpack_from("<HHH", content, at + 28)
        _add(content, at + 42, position)
        at += 46 + sum(lengths)
    _add(content, at + 16, position)
    return bytes(content)


def _add(data: bytearray, at: int, value: int) -> None:
    struct.pack_into("<I", data, at, struct.unpack_from("<I", data, at)[0] + value)
