"""The kind of model that a path holds, and the error when it holds none."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final

from ...errors import ConversionError
from ...runtime.image import has_pictures, is_picture

_ADDRESS: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/+(?=[^/])")
_HEAD: Final = 64
# The first bytes of picture files, which people pass instead of the model by mistake.
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"BM", b"II*\0", b"MM\0*")


def kind_of(path: Path) -> str:
    """Return "keras", "h5" or "saved-model" for a file or folder, by its content.

    Raises:
        ConversionError: Nothing is there, or it is no trained Keras model; the sentence
            says what it is instead, and what to pass.
    """
    refuse_address(path)
    if not path.exists():
        raise ConversionError(f"Cannot convert {path}: no such file or folder.")
    if path.is_dir():
        if (path / "saved_model.pb").is_file():
            return "saved-model"
        raise ConversionError(_folder_sentence(path))
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        raise ConversionError(f"Cannot read {path}: {error.strerror}.") from error
    if head[:8] == b"\x89HDF\r\n\x1a\n":
        return "h5"
    if head[:4] == b"PK\x03\x04" and not _is_torch(path):
        return "keras"
    raise ConversionError(_file_sentence(path, head))


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


def _folder_sentence(path: Path) -> str:
    if has_pictures(path):
        return (
            f"{path} is a folder of pictures, where the trained model was expected. "
            f"Pass the model first, and the pictures as: --calibration {path}"
        )
    return (
        f"{path} is a folder without saved_model.pb, so it is no SavedModel. Pass "
        "a .keras or .h5 file, or a folder that model.export() wrote."
    )


def _file_sentence(path: Path, head: bytes) -> str:
    """Return the error for a file that is no trained Keras model."""
    suffix = path.suffix.lower()
    if head[4:8] == b"TFL3":
        return (
            f"{path} is a .tflite file already. Pass the trained Keras model that it "
            "was made from, run it with: edgevision run, or look at it with: "
            "edgevision inspect"
        )
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and is_picture(path)):
        return (
            f"{path} is a picture, where the trained model was expected. Pass the "
            "model first, and pictures with --calibration."
        )
    if head.startswith(b"version https://git-lfs"):
        return (
            f"{path} is a Git LFS pointer and not the model itself. Fetch the file "
            "with: git lfs pull"
        )
    if not head:
        return f"{path} is empty. Copy the model again."
    if path.name == "saved_model.pb":
        return f"{path} is a part of a SavedModel. Pass its folder: {path.parent}"
    if suffix in (".pt", ".pth") or head[:4] == b"PK\x03\x04":
        return (
            f"{path} is a PyTorch file. Only Keras models are converted; export it to "
            ".tflite or .onnx with PyTorch's own tools."
        )
    if suffix == ".onnx":
        return (
            f"{path} is an ONNX file. Only Keras models are converted; pass the Keras "
            "model if there is one."
        )
    return f"{path} is neither a .keras file, a Keras .h5 file nor a SavedModel folder."


def _is_torch(path: Path) -> bool:
    """Return whether a ZIP is PyTorch's, which holds a pickle named data.pkl."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith("/data.pkl") for name in archive.namelist())
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
