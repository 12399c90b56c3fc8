"""Sentences for files that are no trained Keras model: what they are, what to pass."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ....runtime.image import is_picture

# The first bytes of picture files, which people pass instead of the model by mistake.
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_ARCHIVES: Final = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}
# The number that PyTorch pickled first, before its files were ZIP archives.
_TORCH: Final = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19"
_PICKLES: Final = (".pkl", ".pickle", ".joblib", ".sav")
_GROUPS: Final = frozenset({"layers", "_layer_checkpoint_dependencies"})
_REBUILD: Final = (
    "Build the model with its own code, then model.load_weights({name!r}) and "
    "model.save('net.keras'), and convert net.keras."
)


def foreign_sentence(path: Path, head: bytes) -> str:
    """Return the error for a file that is no trained Keras model.

    Args:
        path: The file.
        head: Its first bytes, up to 4096.
    """
    for rule in (_tensors, _not_there, _other_frameworks, _graphs, _texts):
        sentence = rule(path, head)
        if sentence:
            return sentence
    return (
        f"{path} is neither a .keras file, a Keras .h5 file nor a SavedModel folder: "
        f"it begins with {head[:8]!r}. Pass what model.save() or model.export() wrote."
    )


def archive_sentence(path: Path, names: Sequence[str]) -> str:
    """Return the error for a ZIP archive that holds no Keras model.

    Args:
        path: The archive.
        names: Of its members.
    """
    if any(name.rpartition("/")[2] in ("data.pkl", "constants.pkl") for name in names):
        return _torch(path)
    if names and all(name.endswith(".npy") for name in names):
        return (
            f"{path} is a NumPy archive of arrays, where the trained model was "
            "expected. Pass the model first, and arrays with --calibration."
        )
    lite = [name for name in names if name.lower().endswith(".tflite")]
    if lite:
        return (
            f"{path} is an archive with a .tflite file ({lite[0]}), which is converted "
            "already. Unpack it, and run it with: edgevision run"
        )
    if any(name.rpartition("/")[2] == "model.json" for name in names):
        return _tensorflow_js(path)
    shown = ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")
    return (
        f"{path} is a ZIP archive without a Keras model in it"
        f"{f' (it holds {shown})' if shown else ''}. Pass a .keras or .h5 file, or a "
        "folder or archive with one."
    )


def hdf5_sentence(path: Path) -> str:
    """Return the error for an HDF5 file that holds no whole Keras model; else "".

    Without h5py nothing can be said: "", too.
    """
    try:
        import h5py
    except ImportError:
        return ""
    try:
        with h5py.File(path, "r") as file:
            if "model_config" in file.attrs:
                return ""
            names = list(file)
            is_keras = (
                path.name.endswith(".weights.h5")
                or "layer_names" in file.attrs
                or "keras_version" in file.attrs
                or not _GROUPS.isdisjoint(names)
            )
    except (OSError, KeyError, RuntimeError, ValueError):
        # The loader reads more of it, and knows more to say.
        return ""
    if is_keras:
        return (
            f"{path} holds only weights, without a model. "
            f"{_REBUILD.format(name=path.name)}"
        )
    shown = ", ".join(names[:4]) or "nothing"
    return (
        f"{path} is an HDF5 file without a Keras model in it (it holds {shown}). Pass "
        "what model.save('net.keras') wrote."
    )


def _tensors(path: Path, head: bytes) -> str:
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
    if head.startswith(b"\x93NUMPY"):
        return (
            f"{path} is a NumPy array, where the trained model was expected. Pass the "
            "model first, and arrays with --calibration."
        )
    return ""


def _not_there(path: Path, head: bytes) -> str:
    if head.startswith(b"version https://git-lfs"):
        return (
            f"{path} is a Git LFS pointer and not the model itself. Fetch the file "
            "with: git lfs pull"
        )
    if not head:
        return f"{path} is empty. Copy the model again."
    if not any(head):
        return f"{path} begins with {len(head)} zero bytes. Download or copy it again."
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<script")):
        return (
            f"{path} is a web page (HTML), not the model: the address led to a page "
            "about the file. Download the file itself; on GitHub that is the button "
            "'Download raw file'."
        )
    for first, name in _ARCHIVES.items():
        if head.startswith(first):
            return (
                f"{path} is a compressed {name} archive. Unpack it, and pass the model "
                "in it."
            )
    if head[257:262] == b"ustar":
        return f"{path} is a tar archive. Unpack it, and pass the model in it."
    return ""


def _other_frameworks(path: Path, head: bytes) -> str:
    suffix = path.suffix.lower()
    if _TORCH in head[:64] or suffix in (".pt", ".pth"):
        return _torch(path)
    if suffix in _PICKLES or (head[:1] == b"\x80" and 2 <= head[1] <= 5):
        return (
            f"{path} is a pickle: Python objects whose code runs when it is opened, so "
            "it is not opened here. Load it where it was made, save the Keras model in "
            "it with model.save('net.keras'), and convert that."
        )
    # An ONNX model begins with its version, 3 or more; a SavedModel's is 1.
    is_onnx = head[:1] == b"\x08" and head[1] >= 3 and head[2:3] in b"\x12\x1a\x3a\x42"
    if suffix == ".onnx" or (is_onnx and suffix != ".pb"):
        return (
            f"{path} is an ONNX file. Only Keras models are converted; pass the Keras "
            "model if there is one."
        )
    if suffix in (".caffemodel", ".prototxt", ".weights", ".mlmodel", ".engine"):
        return (
            f"{path} is a model of another framework ({suffix}). Only Keras models are "
            "converted; pass the Keras model if there is one."
        )
    return ""


def _graphs(path: Path, head: bytes) -> str:
    if path.name in ("saved_model.pb", "keras_metadata.pb"):
        return f"{path} is a part of a SavedModel. Pass its folder: {path.parent}"
    if head.startswith(b"\x08\x01\x12"):
        return (
            f"{path} is the graph of a SavedModel under another name. Pass the "
            "whole folder, in which it is called saved_model.pb."
        )
    if path.suffix == ".pb" or (head[:1] == b"\n" and b"Placeholder" in head):
        return (
            f"{path} is a frozen graph of TensorFlow 1: it does not say which of its "
            "nodes are inputs and outputs. Pass the Keras model that it was made from, "
            "or a SavedModel folder."
        )
    name = path.name
    if name.endswith((".index", ".meta")) or ".data-0000" in name or ".ckpt" in name:
        return (
            f"{path} is a part of a TensorFlow checkpoint: weights without a model. "
            f"{_REBUILD.format(name=name.partition('.index')[0])}"
        )
    return ""


def _texts(path: Path, head: bytes) -> str:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The end of what was read may be half a character.
        if error.start < len(head) - 3:
            return ""
        text = head[: error.start].decode("utf-8")
    if any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in text):
        return ""
    if text.lstrip().startswith("{"):
        return _json(path, text)
    if text.startswith("model_checkpoint_path"):
        return (
            f"{path} is the list of a TensorFlow checkpoint: weights without a model. "
            f"{_REBUILD.format(name=path.parent.name + '/...')}"
        )
    line = next((x.strip() for x in text.splitlines() if x.strip()), "")[:60]
    return (
        f"{path} is a text file, where the trained model was expected; it begins "
        f"{line!r}. Pass what model.save() or model.export() wrote."
    )


def _json(path: Path, text: str) -> str:
    if '"weightsManifest"' in text or '"modelTopology"' in text:
        return _tensorflow_js(path)
    if '"class_name"' in text and '"config"' in text:
        return (
            f"{path} is the structure of a Keras model without its weights. In Keras: "
            f"keras.models.model_from_json(open({path.name!r}).read()), then load the "
            "weights and save it with model.save('net.keras')."
        )
    try:
        whole = json.loads(path.read_text("utf-8")) if len(text) < 4000 else {}
    except ValueError:
        whole = {}
    keys = ", ".join(list(whole)[:4]) if isinstance(whole, dict) else ""
    return (
        f"{path} is a JSON file{f' with {keys}' if keys else ''}, where the trained "
        "model was expected. Pass what model.save() or model.export() wrote."
    )


def _torch(path: Path) -> str:
    return (
        f"{path} is a PyTorch file. Only Keras models are converted; export it to "
        ".tflite or .onnx with PyTorch's own tools."
    )


def _tensorflow_js(path: Path) -> str:
    return (
        f"{path} is a TensorFlow.js model. Pass the Keras model that it was made from; "
        "Teachable Machine has it under Export Model, Tensorflow, Keras."
    )
