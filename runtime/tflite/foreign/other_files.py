"""Sentences for files that are no TensorFlow Lite model, with what helps.

A file is known by its content; by its name only where its kind has no mark of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from .. import schema
from .archives import archive_words

_CONVERT: Final = "Convert it with 'edgevision convert' first."
_FROM_SOURCE: Final = (
    "Pass a .tflite file that was made from the same trained model; for Ultralytics: "
    "yolo export model=NAME.pt format=tflite"
)


class OtherFormat(NamedTuple):
    """A format of files that are no TensorFlow Lite model.

    Attributes:
        words: What such a file is, and what helps.
        marks: What it may begin with; empty where it has no mark of its own.
        suffixes: How its name ends, where its content does not say it.
    """

    words: str
    marks: tuple[bytes, ...] = ()
    suffixes: tuple[str, ...] = ()


_NPU: Final = "which only that hardware's own runtime runs"

FORMATS: Final = (
    OtherFormat(
        "a picture. Pass the model here, and the picture as a source.",
        (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*"),
    ),
    OtherFormat(f"a Keras HDF5 file. {_CONVERT}", (b"\x89HDF\r\n\x1a\n",)),
    OtherFormat("a Git LFS pointer. Run: git lfs pull", (b"version https://git-lfs",)),
    OtherFormat(
        f"a model for a Hailo NPU (.hef), {_NPU} (HailoRT). {_FROM_SOURCE}",
        (b"\x01HEF",),
        (".hef", ".har"),
    ),
    OtherFormat(
        f"a model for a Rockchip NPU (.rknn), {_NPU} (RKNN Lite). {_FROM_SOURCE}",
        (b"RKNN",),
        (".rknn",),
    ),
    OtherFormat(
        "a TensorRT engine, which runs only on the kind of GPU and the version of "
        f"TensorRT that built it, and not here. {_FROM_SOURCE}",
        (b"ptrt", b"ftrt"),
        (".engine", ".trt", ".plan"),
    ),
    OtherFormat(
        f"a model for a K210 or K230 (.kmodel), {_NPU}. {_FROM_SOURCE}",
        (b"LDMK",),
        (".kmodel",),
    ),
    OtherFormat(
        f"a model for Sony's IMX500 camera (.rpk), {_NPU}. {_FROM_SOURCE}",
        (),
        (".rpk",),
    ),
    OtherFormat(
        f"a compiled model for a VeriSilicon NPU (.nb), {_NPU}. {_FROM_SOURCE}",
        (b"VPMN",),
        (".nb",),
    ),
    OtherFormat(
        f"a model for another NPU, {_NPU}. {_FROM_SOURCE}",
        (b"IMOD",),
        (".om", ".dlc", ".cvimodel", ".axmodel", ".blob", ".bmodel", ".joint"),
    ),
    OtherFormat(
        "an executable of Edge Impulse (.eim), and not opened: it is a program. "
        "Download the block 'TensorFlow Lite' of the same project's dashboard.",
        (b"\x7fELF",),
        (".eim",),
    ),
    OtherFormat(f"a network for ncnn. {_FROM_SOURCE}", (b"7767517",), (".param",)),
    OtherFormat(f"a model for MNN. {_FROM_SOURCE}", (), (".mnn",)),
    OtherFormat(
        f"a Core ML model, for Apple's devices. {_FROM_SOURCE}",
        (),
        (".mlmodel", ".mlpackage"),
    ),
    OtherFormat(f"a Caffe model. {_FROM_SOURCE}", (), (".caffemodel", ".prototxt")),
    OtherFormat(f"a Darknet model. {_FROM_SOURCE}", (), (".weights", ".cfg")),
    OtherFormat(
        "an ONNX model, which EdgeVision does not run. Pass a .tflite file of the "
        "same trained model; for Ultralytics: yolo export model=NAME.pt format=tflite; "
        "for others the tool onnx2tf makes one.",
        (),
        (".onnx", ".ort"),
    ),
    OtherFormat(
        "a language model (GGUF). EdgeVision runs models of pictures.", (b"GGUF",)
    ),
    OtherFormat(
        f"a PyTorch model. {_FROM_SOURCE}",
        (),
        (".pt", ".pth", ".ckpt", ".safetensors", ".torchscript"),
    ),
    OtherFormat(
        "a pickle: Python objects whose code runs when it is opened, so it is not "
        f"opened here. {_FROM_SOURCE}",
        (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"),
        (".pkl", ".pickle", ".joblib"),
    ),
    OtherFormat(
        "a NumPy array. Pass the model here, and pictures as a source.",
        (b"\x93NUMPY",),
    ),
    OtherFormat(
        "a compressed archive. Unpack it, and pass the model in it.",
        (b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"),
    ),
)
"""Formats that are not read here."""


def not_a_model(path: str, head: bytes, size: int) -> str:
    """Return the sentence for a file that is not a TensorFlow Lite model.

    Args:
        path: What the sentence calls it; a file, or a name for bytes in memory.
        head: Its first bytes, up to 512.
        size: Its length in bytes.
    """
    words = _words(path, head)
    if words:
        return f"{path} is not a TensorFlow Lite model but {words}"
    if not any(head):
        return (
            f"{path} is not a TensorFlow Lite model: it begins with {len(head)} zero "
            "bytes. Download or copy it again."
        )
    return (
        f"{path} is not a TensorFlow Lite model: {bytes(head[4:8])!r} stands at byte 4 "
        f"of {size} where {schema.IDENTIFIER!r} was expected. "
        "Copy, download or convert it again."
    )


def not_a_file(path: Path) -> str:
    """Return the sentence for a folder."""
    if (path / "saved_model.pb").is_file():
        return f"{path} is a SavedModel, not a .tflite file. {_CONVERT}"
    if path.suffix == ".mlpackage":
        return f"{path} is a Core ML model, for Apple's devices. {_FROM_SOURCE}"
    if any(path.glob("*.param")) and any(path.glob("*.bin")):
        return f"{path} is a folder with a network for ncnn. {_FROM_SOURCE}"
    if any(path.glob("*.xml")) and any(path.glob("*.bin")):
        return f"{path} is a folder with a model for OpenVINO. {_FROM_SOURCE}"
    return f"{path} is a folder. Pass the path of a .tflite file."


def _words(path: str, head: bytes) -> str:
    if head.startswith(b"PK\x03\x04"):
        return archive_words(path)
    for kind in FORMATS:
        if head.startswith(kind.marks or (b"\0none",)):
            return kind.words
    text = _text(head)
    if text is not None:
        return _words_of_text(text)
    suffix = Path(path).suffix.lower()
    # An ONNX model begins with its version, 3 or more; a SavedModel's is 1.
    if head[:1] == b"\x08" and head[1:2] >= b"\x03" and head[2:3] in b"\x12\x1a\x3a":
        suffix = ".onnx"
    for kind in FORMATS:
        if suffix in kind.suffixes:
            return kind.words
    if suffix == ".pb" or head.startswith((b"\x08\x01\x12", b"\n")):
        return f"a graph of TensorFlow. {_CONVERT}"
    return ""


def _text(head: bytes) -> str | None:
    """Return the beginning of a text file; None for anything else."""
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The end of what was read may be half a character.
        if error.start < len(head) - 3:
            return None
        text = head[: error.start].decode("utf-8")
    if not text or any(ord(sign) < 32 and sign not in "\t\r\n\f" for sign in text):
        return None
    return text.lstrip("\ufeff \t\r\n")


def _words_of_text(text: str) -> str:
    start = text[:64].lower()
    if start.startswith(("<!doctype html", "<html", "<head", "<script")):
        return "a web page. Download the file itself."
    if start.startswith("<") and "<net" in text:
        return f"the description of a model for OpenVINO. {_FROM_SOURCE}"
    if start.startswith("<"):
        return "a web page or XML. Download the model's file itself."
    if "unsigned char" in text:
        return (
            "C source that holds a model for a microcontroller. Pass the .tflite file "
            "that it was made from."
        )
    if "modelTopology" in text or "weightsManifest" in text:
        return f"a TensorFlow.js model. {_FROM_SOURCE}"
    line = next((part.strip() for part in text.splitlines() if part.strip()), "")
    return f"a text file; it begins {line[:60]!r}. Pass the path of a .tflite file."
