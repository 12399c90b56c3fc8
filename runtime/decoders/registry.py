"""Decoders: from a model's output tensors to a result.

What lives here: one module per family of outputs. What may not: frames, files, clocks,
drawing. A decoder's class docstring is its tensor contract, checked once when it is
made. Start reading at ``classifier.py``; a new one is a module and a line below.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy.typing as npt

from ..geometry import Letterbox
from ..results import Result

DECODERS: Final[dict[str, str]] = {
    "classifier": "edgevision.runtime.decoders.classifier:ClassifierDecoder",
    "embedding": "edgevision.runtime.decoders.embedding:EmbeddingDecoder",
    "fcos": "edgevision.runtime.decoders.fcos:FcosDecoder",
    "image": "edgevision.runtime.decoders.image:ImageDecoder",
    "pose": "edgevision.runtime.decoders.pose:PoseDecoder",
    "segmentation": "edgevision.runtime.decoders.segmentation:SegmentationDecoder",
    "ssd": "edgevision.runtime.decoders.ssd.raw:SsdDecoder",
    "ssd-op": "edgevision.runtime.decoders.ssd.post_process:SsdOpDecoder",
    "yolo": "edgevision.runtime.decoders.yolo.head:YoloDecoder",
    "yolo-levels": "edgevision.runtime.decoders.yolo.levels:YoloLevelsDecoder",
    "yolo-pose": "edgevision.runtime.decoders.yolo.pose:YoloPoseDecoder",
    "yolo-segment": "edgevision.runtime.decoders.yolo.segment:YoloSegmentDecoder",
}


class Decoder(Protocol):
    """Turn output tensors into a result.

    A decoder is made as ``Decoder(tensors, labels=..., model_size=..., **options)``:
    ``tensors`` is a sequence of :class:`~edgevision.runtime.tensors.spec.TensorSpec`,
    ``labels`` a tuple of texts (empty for numbers), ``model_size`` the input's (width,
    height), the options are the card's; those that it shares with others are a
    ``TypedDict`` that its attribute ``shared`` names. It raises
    ``UnsupportedModelError`` when the tensors do not fit its contract and
    ``ValueError`` for an option it does not have.
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
