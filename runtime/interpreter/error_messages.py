"""A runtime's own words about a model that it refuses, as a sentence."""

from __future__ import annotations

import re
from typing import Final

from ..tflite import compiled_words

_CUSTOM = re.compile(r"unresolved custom op: ([^.\n]+?)\.?(?:\n|$)")
_FLEX = re.compile(r"Node number \d+ \((Flex\w+)\)")
_VERSION = re.compile(r"builtin opcode '(\w+)' version '(\d+)'")
_MESH: Final = (
    "it is MediaPipe's own, and only MediaPipe has it. Use MediaPipe's face mesh "
    "without attention (face_landmark.tflite, 468 points)"
)
# A custom operation -> whose it is, and which file does without.
_WITHOUT: Final = {
    "Landmarks2TransformMatrix": _MESH,
    "TransformTensorBilinear": _MESH,
    "TransformLandmarks": _MESH,
    "PosenetDecoderOp": "it is Coral's own, which joins keypoints to people. Use the "
    "file of the same net without '_decoder' in its name, which EdgeVision decodes "
    "itself",
}
_KERNEL = re.compile(r"Node number (\d+) \(([^)]+)\) (failed to (?:prepare|invoke))")


def refusal(what: str, runtime: str, reason: str) -> str:
    """Return one or two sentences that say why a runtime refuses a model.

    Args:
        what: The model, as the user knows it.
        runtime: Backend and version.
        reason: The runtime's own message.
    """
    flex = _FLEX.search(reason)
    if flex:
        return (
            f"{what} needs the TensorFlow op '{flex[1].removeprefix('Flex')}', which "
            f"{runtime} does not have. Convert it again with built-in ops only."
        )
    custom = _CUSTOM.search(reason)
    words = compiled_words(custom[1]) if custom else ""
    if words:
        return f"{what} {words}"
    if custom and custom[1] in _WITHOUT:
        return (
            f"{what} needs the custom op '{custom[1]}', which {runtime} does not have: "
            f"{_WITHOUT[custom[1]]}, or pass a delegate library that has it "
            "(--delegate)."
        )
    if custom:
        return (
            f"{what} needs the custom op '{custom[1]}', which {runtime} does not have. "
            "Convert it again without that op, or pass a delegate library that has it."
        )
    version = _VERSION.search(reason)
    if version:
        return (
            f"{what} needs {version[1]} version {version[2]}, which {runtime} does "
            "not know. Install a newer runtime, or convert for this one (--target)."
        )
    if "Flatbuffer" in reason or "model identifier" in reason:
        return f"{what} is not a TFLite model, or it is damaged: {runtime} refuses it."
    kernel = _KERNEL.search(reason)
    if kernel and kernel[2] in ("DIV", "FLOOR_DIV") and "!= zero_point" in reason:
        return (
            f"{what} cannot run on {runtime}: it divides by values that int8 rounds to "
            "0. Convert it with --recipe float32, float16 or dynamic, which divide in "
            "float."
        )
    if kernel:
        detail = " ".join(reason[: kernel.start()].split()).rstrip(". ")
        return (
            f"{what} cannot run on {runtime}: {kernel[2]} (node {kernel[1]}) "
            f"{kernel[3]}{': ' + detail if detail else ''}.{_cure_of(kernel[2])}"
        )
    words = " ".join(reason.split()).rstrip(". ")
    return f"{what} cannot run on {runtime}: {words or 'no reason was given'}."


def _cure_of(operation: str) -> str:
    """Return what to do where XNNPACK refuses a graph that the built-in kernels run."""
    return " Pass --delegate none." if "XNNPack" in operation else ""
