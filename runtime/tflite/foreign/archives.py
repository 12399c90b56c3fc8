"""Sentences for ZIP archives that somebody passes as a model."""

from __future__ import annotations

import shlex
import zipfile
from pathlib import Path

# A central directory is read whole, and a model's archive has no more members.
_MOST_BYTES = 8 * 2**30


def archive_words(path: str) -> str:
    """Return what a ZIP archive holds, and what helps.

    Args:
        path: The file, or a name for bytes in memory, which may be a Keras model.
    """
    names = _names(path)
    if names is None:
        return (
            "a ZIP archive, perhaps a .keras file. Convert it with 'edgevision "
            "convert' first."
        )
    last = {name.rpartition("/")[2] for name in names}
    models = [name for name in names if name.lower().endswith(".tflite")]
    if models:
        return _with_models(path, models)
    if "config.json" in names and "model.weights.h5" in last:
        return "a Keras model. Convert it with 'edgevision convert' first."
    if last & {"data.pkl", "constants.pkl"}:
        return (
            "a PyTorch model. Pass a .tflite file that was made from the same trained "
            "model; for Ultralytics: yolo export model=NAME.pt format=tflite"
        )
    if names and all(name.endswith(".npy") for name in names):
        return "a NumPy archive of arrays. Pass the path of a .tflite file."
    if last & {"keras_model.h5", "saved_model.pb", "config.json"}:
        return (
            "a ZIP archive with a Keras model. Convert it with 'edgevision convert' "
            "first."
        )
    shown = ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")
    return (
        f"a ZIP archive (it holds {shown or 'nothing'}). Pass the path of a .tflite "
        "file."
    )


def _with_models(path: str, models: list[str]) -> str:
    """Return the sentence for an archive that holds models for TensorFlow Lite."""
    folder = Path(path).with_suffix("").name
    unpack = f"unzip {shlex.quote(Path(path).name)} -d {shlex.quote(folder)}"
    shown = ", ".join(models[:4]) + (", ..." if len(models) > 4 else "")
    if Path(path).suffix == ".task":
        return (
            f"a bundle of MediaPipe's Tasks with {shown}. Unpack it ({unpack}), and "
            "run these files: a detector, then with --then the model for its regions."
        )
    return f"a ZIP archive with {shown}. Unpack it: {unpack}"


def _names(path: str) -> list[str] | None:
    try:
        if Path(path).stat().st_size > _MOST_BYTES:
            return None
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return None
