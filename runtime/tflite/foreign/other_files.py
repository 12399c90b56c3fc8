"""Sentences for files that are no TensorFlow Lite model, with what helps."""

from __future__ import annotations

from pathlib import Path

from .. import schema


def not_a_model(path: str, head: bytes, size: int) -> str:
    """Return the sentence for a file that is not a TensorFlow Lite model.

    Args:
        path: What the sentence calls it.
        head: Its first bytes.
        size: Its length in bytes.
    """
    convert = "Convert it with 'edgevision convert' first."
    picture = "a picture. Pass the model here, and the picture as a source."
    kinds = (
        (b"\x89PNG\r\n\x1a\n", picture),
        (b"\xff\xd8\xff", picture),
        (b"\x89HDF\r\n\x1a\n", f"a Keras HDF5 file. {convert}"),
        (b"PK\x03\x04", f"a ZIP archive, perhaps a .keras file. {convert}"),
        (b"version https://git-lfs", "a Git LFS pointer. Run: git lfs pull"),
        (b"\x08", f"perhaps an ONNX or TensorFlow graph. {convert}"),
    )
    for start, words in kinds:
        if head.startswith(start):
            return f"{path} is not a TensorFlow Lite model but {words}"
    if head.lstrip()[:1] == b"<":
        return (
            f"{path} is not a TensorFlow Lite model but a web page. "
            "Download the file itself."
        )
    return (
        f"{path} is not a TensorFlow Lite model: {bytes(head[4:8])!r} stands at byte 4 "
        f"of {size} where {schema.IDENTIFIER!r} was expected. "
        "Copy, download or convert it again."
    )


def not_a_file(path: Path) -> str:
    """Return the sentence for a folder."""
    if (path / "saved_model.pb").is_file():
        return (
            f"{path} is a SavedModel, not a .tflite file. "
            "Convert it with 'edgevision convert' first."
        )
    return f"{path} is a folder. Pass the path of a .tflite file."
