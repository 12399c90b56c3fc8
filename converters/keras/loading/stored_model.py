"""What a model's file states about itself: structure, version, where weights are."""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ....errors import ConversionError
from ..file_kinds import refuse_bomb
from ..frozen_model import first_line

# HDF5 holds no more than this for a byte of the file, unless somebody means harm.
_MOST_UNPACKED: Final = 200
_SMALL: Final = 256 * 2**20


@dataclass(frozen=True)
class StoredModel:
    """A model in a file, before anything of it is built.

    Attributes:
        path: The file.
        container: "h5" or "zip", by the content of the file.
        version: Of the Keras that wrote the file, such as "2.4.0"; empty where the file
            does not say.
        backend: What that Keras computed with, such as "tensorflow" or "theano".
        config: The structure: ``class_name`` and ``config``.
    """

    path: Path
    container: str
    version: str
    backend: str
    config: dict[str, Any]

    @property
    def is_keras_2(self) -> bool:
        """Return whether Keras 2 or an older one wrote the file."""
        return not self.version.startswith("3.")


def read_stored(path: Path, kind: str) -> StoredModel:
    """Read the structure of a model from its file; nothing of it is built or run.

    Args:
        path: The file.
        kind: "h5" or "keras", from ``kind_of``.

    Raises:
        ConversionError: The file is damaged, or holds weights alone.
    """
    return _read_hdf5(path) if kind == "h5" else _read_zip(path)


def _read_zip(path: Path) -> StoredModel:
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_bomb(archive, path)
            config = json.loads(archive.read("config.json"))
            metadata = json.loads(archive.read("metadata.json"))
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        ValueError,
        OSError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise ConversionError(
            f"{path} is not a complete .keras file: {first_line(error)} Save it again."
        ) from error
    version = str(metadata.get("keras_version", "3."))
    return StoredModel(path, "zip", version, "tensorflow", _mapping(path, config))


def _read_hdf5(path: Path) -> StoredModel:
    import h5py

    try:
        with h5py.File(path, "r") as file:
            refuse_outside(file, path)
            text = file.attrs.get("model_config")
            version = _text(file.attrs.get("keras_version", ""))
            backend = _text(file.attrs.get("backend", ""))
    except (OSError, KeyError, RuntimeError, ValueError) as error:
        raise ConversionError(
            f"{path} cannot be read as HDF5: {first_line(error)} Copy or save it again."
        ) from error
    if text is None:
        raise ConversionError(
            f"{path} holds only weights, without a model. Save the whole "
            "model with model.save('net.keras') and convert that."
        )
    try:
        config = json.loads(_text(text))
    except (ValueError, RecursionError) as error:
        raise ConversionError(
            f"{path}: its model_config is not JSON: {first_line(error)} Save the model "
            "again."
        ) from error
    return StoredModel(path, "h5", version, backend, _mapping(path, config))


def refuse_outside(file: Any, path: Path) -> None:
    """Refuse an HDF5 file that reaches into other files, or that unpacks without end.

    Args:
        file: An open ``h5py.File``.
        path: For the sentence.

    Raises:
        ConversionError: It does.
    """
    import h5py

    size = max(path.stat().st_size, 1)
    unpacked = 0

    def check(group: Any, depth: int) -> None:
        nonlocal unpacked
        if depth > 100:
            raise ConversionError(
                f"{path} has groups inside groups without end. Save the model again."
            )
        for name in group:
            link = group.get(name, getlink=True)
            if not isinstance(link, h5py.HardLink):
                raise _outside(path, name)
            item = group[name]
            if isinstance(item, h5py.Group):
                check(item, depth + 1)
            elif isinstance(item, h5py.Dataset):
                if item.external or item.is_virtual:
                    raise _outside(path, name)
                unpacked += item.nbytes
                if unpacked > _MOST_UNPACKED * size + _SMALL:
                    raise ConversionError(
                        f"{path} has {size} bytes and would unpack to more than "
                        f"{unpacked / 2**20:.0f} MB, far more than a Keras model does. "
                        "Save the model again."
                    )

    check(file, 0)


def _outside(path: Path, name: str) -> ConversionError:
    return ConversionError(
        f"{path} holds a link ('{name}') instead of values, which a Keras model "
        "never does, and which may lead into other files. Save the model again."
    )


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _mapping(path: Path, config: Any) -> dict[str, Any]:
    if not isinstance(config, dict) or "class_name" not in config:
        raise ConversionError(
            f"{path}: its description of the model is no object with a class name. "
            "Save the model again."
        )
    return config
