"""The table of all decoders, and what a decoder is.

All facts about a decoder are in this one table. Opening a model, converting one, the
docs and the sentences for wrong names read it. A new decoder is a module and an entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy.typing as npt

from ...errors import unknown_name
from ..geometry import Letterbox
from ..results import Result


@dataclass(frozen=True)
class DecoderEntry:
    """The facts about a decoder that are known without importing it.

    Attributes:
        target: ``"module:Class"``.
        task: The task whose results it returns.
        resize: How a picture is fitted into its models' input when the file does not
            say it: stretch or letterbox.
        recognise: ``"module:function"`` that returns a ``Recognition`` for a model file
            whose outputs it reads, else None; "" when no file can show that.
        prove: ``"module:function"`` that returns the options which a model file proves,
            and what proves each; "" when no file proves any.
        ultralytics: The task in Ultralytics' metadata whose models it reads; "" when it
            reads none.
        vector_task: The task instead, for models that take no picture but a vector;
            "" when it reads none of these.
        is_default: It reads the models of its task for which nothing names a decoder.
        is_certain: What ``recognise`` says is certain enough to be written into a file.
            A vector may hold scores, logits or an embedding.
    """

    target: str
    task: str
    resize: str = "stretch"
    recognise: str = ""
    prove: str = ""
    ultralytics: str = ""
    vector_task: str = ""
    is_default: bool = False
    is_certain: bool = True


ENTRY_POINTS: Final = "edgevision.decoders"
"""The group of entry points by which an installed package offers a decoder."""

_FIND: Final = "edgevision.runtime.opening.recognition"
"""The room of the functions that recognise a file, one module for each family."""

DECODERS: Final[dict[str, DecoderEntry]] = {
    "ssd-op": DecoderEntry(
        "edgevision.runtime.decoders.ssd.post_process:SsdOpDecoder",
        "detection",
        recognise=f"{_FIND}.anchors.post_process:find_post_process",
        prove=f"{_FIND}.anchors.post_process:prove_roles",
    ),
    "pose": DecoderEntry(
        "edgevision.runtime.decoders.pose:PoseDecoder",
        "pose",
        recognise=f"{_FIND}.poses:find_pose",
        is_default=True,
    ),
    "yolo-pose": DecoderEntry(
        "edgevision.runtime.decoders.yolo.pose:YoloPoseDecoder",
        "pose",
        resize="letterbox",
        recognise=f"{_FIND}.yolo:find_yolo_pose",
        prove=f"{_FIND}.yolo:prove_yolo_pose",
        ultralytics="pose",
    ),
    "yolo-segment": DecoderEntry(
        "edgevision.runtime.decoders.yolo.segment:YoloSegmentDecoder",
        "detection",
        resize="letterbox",
        recognise=f"{_FIND}.yolo:find_yolo_segment",
        prove=f"{_FIND}.yolo:prove_yolo_segment",
        ultralytics="segment",
    ),
    "yolo-levels": DecoderEntry(
        "edgevision.runtime.decoders.yolo.levels:YoloLevelsDecoder",
        "detection",
        resize="letterbox",
        recognise=f"{_FIND}.yolo:find_yolo_levels",
        ultralytics="detect",
    ),
    "yolo": DecoderEntry(
        "edgevision.runtime.decoders.yolo.head:YoloDecoder",
        "detection",
        resize="letterbox",
        recognise=f"{_FIND}.yolo:find_yolo",
        prove=f"{_FIND}.yolo:prove_yolo",
        ultralytics="detect",
    ),
    "posenet": DecoderEntry(
        "edgevision.runtime.decoders.posenet:PoseNetDecoder",
        "pose",
        resize="letterbox",
        recognise=f"{_FIND}.poses:find_posenet",
        prove=f"{_FIND}.poses:prove_posenet",
    ),
    "centernet": DecoderEntry(
        "edgevision.runtime.decoders.centernet:CenterNetDecoder",
        "detection",
        recognise=f"{_FIND}.heatmaps:find_centernet",
        prove=f"{_FIND}.heatmaps:prove_centernet",
    ),
    "centernet-pose": DecoderEntry(
        "edgevision.runtime.decoders.centernet:CenterNetPoseDecoder",
        "pose",
        recognise=f"{_FIND}.heatmaps:find_centernet_people",
        prove=f"{_FIND}.heatmaps:prove_centernet_people",
    ),
    "posenet-op": DecoderEntry(
        "edgevision.runtime.decoders.posenet:PoseNetOpDecoder",
        "pose",
        resize="letterbox",
        recognise=f"{_FIND}.poses:find_posenet_operation",
        prove=f"{_FIND}.poses:prove_posenet_roles",
    ),
    "bodypix": DecoderEntry(
        "edgevision.runtime.decoders.posenet:BodyPixDecoder",
        "multi-task",
        resize="letterbox",
        recognise=f"{_FIND}.poses:find_bodypix",
        prove=f"{_FIND}.poses:prove_posenet",
    ),
    "fomo": DecoderEntry(
        "edgevision.runtime.decoders.fomo:FomoDecoder",
        "detection",
        recognise=f"{_FIND}.heatmaps:find_fomo",
        prove=f"{_FIND}.heatmaps:prove_fomo",
    ),
    "blazeface": DecoderEntry(
        "edgevision.runtime.decoders.blaze.decoder:BlazeFaceDecoder",
        "detection",
        resize="letterbox",
        recognise=f"{_FIND}.blaze:find_blaze",
        prove=f"{_FIND}.blaze:prove_blaze",
    ),
    "segmentation": DecoderEntry(
        "edgevision.runtime.decoders.segmentation:SegmentationDecoder",
        "segmentation",
        recognise=f"{_FIND}.maps:find_segmentation",
        prove=f"{_FIND}.maps:prove_mask",
        is_default=True,
    ),
    "landmarks": DecoderEntry(
        "edgevision.runtime.decoders.landmarks:LandmarksDecoder",
        "landmarks",
        resize="letterbox",
        recognise=f"{_FIND}.landmarks:find_landmarks",
        prove=f"{_FIND}.landmarks:prove_landmarks",
        is_default=True,
    ),
    "embedding": DecoderEntry(
        "edgevision.runtime.decoders.embedding:EmbeddingDecoder",
        "embedding",
        recognise=f"{_FIND}.vectors:find_embedding",
        is_default=True,
        is_certain=False,
    ),
    "classifier": DecoderEntry(
        "edgevision.runtime.decoders.classifier:ClassifierDecoder",
        "classification",
        recognise=f"{_FIND}.vectors:find_classifier",
        prove=f"{_FIND}.vectors:prove_activation",
        ultralytics="classify",
        is_default=True,
        is_certain=False,
    ),
    "fcos": DecoderEntry(
        "edgevision.runtime.decoders.fcos.decoder:FcosDecoder",
        "detection",
        resize="letterbox",
    ),
    "ssd": DecoderEntry(
        "edgevision.runtime.decoders.ssd.raw:SsdDecoder",
        "detection",
        recognise=f"{_FIND}.anchors.raw_head:find_raw_head",
        prove=f"{_FIND}.anchors.raw_head:prove_raw_head",
    ),
    "values": DecoderEntry(
        "edgevision.runtime.decoders.values:ValuesDecoder",
        "values",
        recognise=f"{_FIND}.values:find_values",
        is_default=True,
    ),
    "image": DecoderEntry(
        "edgevision.runtime.decoders.image.decoder:ImageDecoder",
        "image",
        recognise=f"{_FIND}.pictures:find_picture",
        prove=f"{_FIND}.pictures:prove_pixels",
        vector_task="generation",
        is_default=True,
    ),
    "text": DecoderEntry(
        "edgevision.runtime.decoders.text.decoder:TextDecoder",
        "text",
        recognise=f"{_FIND}.text:find_text",
        is_default=True,
    ),
    "heads": DecoderEntry(
        "edgevision.runtime.decoders.heads.decoder:HeadsDecoder",
        "multi-task",
        is_default=True,
    ),
    "raw": DecoderEntry(
        "edgevision.runtime.decoders.raw:RawDecoder",
        "raw",
        is_default=True,
    ),
}
"""Name -> entry. All are asked what they read of a file; order decides nothing."""


class Decoder(Protocol):
    """Turn output tensors into a result.

    A decoder is made as ``Decoder(tensors, labels=..., model_size=..., options=...)``:
    ``tensors`` is a sequence of :class:`~edgevision.runtime.tensors.spec.TensorSpec`,
    ``labels`` a tuple of texts (empty for numbers), ``model_size`` the input's (width,
    height), ``options`` an instance of the dataclass that its attribute ``Options``
    names. One with an option ``level`` takes ``hierarchy`` besides. It raises
    ``UnsupportedModelError`` when the tensors do not fit its contract.
    """

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Result:
        """Return the result for one frame.

        Args:
            outputs: The raw output tensors, in the model's order. They are views into
                the interpreter's memory: nothing that is returned may alias them.
            letterbox: How the frame was laid into the model's input.
        """
        ...


def decoder_entry(name: str) -> DecoderEntry:
    """Return a decoder's entry in the table.

    Raises:
        ValueError: No decoder has that name; the sentence lists those there are.
    """
    try:
        return DECODERS[name]
    except KeyError:
        raise ValueError(unknown_name("decoder", name, DECODERS)) from None


def decoder_of_task(task: str) -> str:
    """Return the decoder that reads a task's models when nothing names one, or ""."""
    for name, entry in DECODERS.items():
        if task and task in (entry.task, entry.vector_task) and entry.is_default:
            return name
    return ""


def only_decoder(task: str) -> str:
    """Return the decoder of a task that has no other, or ""."""
    names = [
        name
        for name, entry in DECODERS.items()
        if task and task in (entry.task, entry.vector_task)
    ]
    return names[0] if len(names) == 1 else ""
