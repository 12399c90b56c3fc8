"""The kind of model that a path holds, and the error when it holds none."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final

from ....errors import ConversionError
from ....runtime.image import has_pictures
from .damaged_files import refuse_cut_hdf5, refuse_cut_zip
from .foreign_files import archive_sentence, foreign_sentence, hdf5_sentence
from .model_containers import models_in_archive, models_in_folder

_ADDRESS: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/+(?=[^/])")
_HEAD: Final = 4096
_HDF5: Final = b"\x89HDF\r\n\x1a\n"
_ZIP: Final = b"PK\x03\x04"


def kind_of(path: Path) -> str:
    """Return the kind of model that a file or folder holds, by its content.

    Returns:
        "keras" (a ZIP that Keras wrote), "h5", "saved-model"; or "archive" and "folder"
        for those that hold exactly one model, which ``inner_model`` finds.

    Raises:
        ConversionError: Nothing is there, or it is no trained Keras model; the sentence
            says what it is instead, and what to pass.
    """
    refuse_address(path)
    if not path.exists():
        raise ConversionError(f"Cannot convert {path}: no such file or folder.")
    if path.is_dir():
        return _folder_kind(path)
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        raise ConversionError(f"Cannot read {path}: {error.strerror}.") from error
    if head.startswith(_HDF5):
        refuse_cut_hdf5(path, head)
        sentence = hdf5_sentence(path)
        if sentence:
            raise ConversionError(sentence)
        return "h5"
    if head.startswith(_ZIP):
        return _archive_kind(path)
    raise ConversionError(foreign_sentence(path, head))


def refuse_address(path: Path, *, what: str = "convert") -> None:
    """Refuse a path that is an address on the web.

    Args:
        path: The path; ``Path`` makes ``https:/a`` of ``https://a``.
        what: The verb for the sentence.

    Raises:
        ConversionError: It is an address, and there is no such file.
    """
    address = _ADDRESS.match(str(path))
    if address is None or path.exists():
        return
    whole = f"{address[1]}://{str(path)[address.end() :]}"
    raise ConversionError(
        f"Cannot {what} {whole}: it is an address, and nothing is downloaded here. "
        "Download the file, then pass its path."
    )


def _archive_kind(path: Path) -> str:
    refuse_cut_zip(path)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    if "config.json" in names:
        return "keras"
    models = models_in_archive(path)
    if len(models) == 1:
        return "archive"
    if models:
        raise ConversionError(
            f"{path} is an archive that holds {len(models)} models: "
            f"{_some(models)}. Unpack it, and pass one of them."
        )
    raise ConversionError(archive_sentence(path, names))


def _folder_kind(path: Path) -> str:
    if (path / "saved_model.pb").is_file():
        return "saved-model"
    models = models_in_folder(path)
    if len(models) == 1:
        return "folder"
    if models:
        raise ConversionError(
            f"{path} holds {len(models)} models: {_some(models)}. Pass one of them, "
            f"such as {path / sorted(models)[0]}"
        )
    raise ConversionError(_folder_sentence(path))


def _some(names: list[str]) -> str:
    shown = sorted(names)[:4]
    return ", ".join(shown) + (", ..." if len(names) > len(shown) else "")


def _folder_sentence(path: Path) -> str:
    if has_pictures(path):
        return (
            f"{path} is a folder of pictures, where the trained model was expected. "
            f"Pass the model first, and the pictures as: --calibration {path}"
        )
    if (path / "checkpoint").is_file() or any(path.glob("*.index")):
        return (
            f"{path} holds a TensorFlow checkpoint: weights without a model. Build the "
            "model with its own code, load them (model.load_weights), save it with "
            "model.save('net.keras'), and convert that."
        )
    if (path / "model.json").is_file():
        return foreign_sentence(path / "model.json", _head(path / "model.json"))
    return (
        f"{path} is a folder without saved_model.pb, so it is no SavedModel. Pass "
        "a .keras or .h5 file, or a folder that model.export() wrote."
    )


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_HEAD)
