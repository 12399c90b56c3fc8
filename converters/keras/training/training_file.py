"""Where a model's file keeps how it was trained: HDF5, ``.keras`` and SavedModel."""

from __future__ import annotations

import json
import zipfile
import zlib
from pathlib import Path
from typing import Any, Final

from .saved_metadata import root_metadata
from .training_config import TrainingConfig, parse_training

BESIDE_EXPORT: Final = "edgevision-training.json"
"""The file in an exported folder that says how the model in memory was compiled."""
_MAX_TEXT: Final = 64 * 2**20


def read_training(path: Path) -> TrainingConfig | None:
    """Return how a model's file says it was trained; None means that it does not.

    Args:
        path: A ``.keras`` or HDF5 file, or a SavedModel folder. Anything else, and
            anything damaged, says nothing.
    """
    try:
        if path.is_dir():
            beside = path / BESIDE_EXPORT
            if beside.is_file():
                with beside.open("rb") as stream:
                    return parse_training(stream.read(_MAX_TEXT))
            return parse_training(root_metadata(path).get("training_config"))
        with path.open("rb") as stream:
            head = stream.read(8)
        if head == b"\x89HDF\r\n\x1a\n":
            return parse_training(_hdf5_text(path))
        if head.startswith(b"PK\x03\x04"):
            return parse_training(_zipped_config(path))
    except (OSError, ValueError, KeyError, RuntimeError, zlib.error):
        return None
    return None


def write_training(model: Any, path: Path) -> None:
    """Write how a model in memory was compiled into a file that lost it.

    Args:
        model: A Keras model; one that was not compiled, or that cannot say how, leaves
            nothing.
        path: The SavedModel, which gets a file beside its own, or the HDF5 file.
    """
    try:
        config = model.get_compile_config()
        text = json.dumps(config, default=str)
    except (AttributeError, ValueError, TypeError, NotImplementedError):
        return
    if not config:
        return
    if path.is_dir():
        (path / BESIDE_EXPORT).write_text(text, "utf-8")
        return
    import h5py

    with h5py.File(path, "a") as file:
        file.attrs["training_config"] = text


def _hdf5_text(path: Path) -> Any:
    try:
        import h5py
    except ImportError:
        return None
    with h5py.File(path, "r") as file:
        return file.attrs.get("training_config")


def _zipped_config(path: Path) -> Any:
    try:
        with (
            zipfile.ZipFile(path) as archive,
            archive.open("config.json") as member,
        ):
            # A few kilobytes may unpack to gigabytes.
            text = member.read(_MAX_TEXT + 1)
    except (zipfile.BadZipFile, NotImplementedError):
        return None
    if len(text) > _MAX_TEXT:
        return None
    try:
        config = json.loads(text)
    except RecursionError:
        return None
    return config.get("compile_config") if isinstance(config, dict) else None
