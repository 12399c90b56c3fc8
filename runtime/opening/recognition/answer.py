"""What shows which decoder reads a file, and how its tensors are written in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...decoders import DECODERS
from ...tflite import ModelFile, Tensor


@dataclass(frozen=True)
class Assumption:
    """What is taken for true of an option without proof.

    Attributes:
        sentence: What is assumed, why, and the flag that changes it.
    """

    sentence: str


Reasons = Mapping[str, str | Assumption]
"""For each option by name what proves it, or what is assumed of it."""

Proof = tuple[Mapping[str, Any], Reasons]
"""Options by name, and the reason for each."""


@dataclass(frozen=True)
class Recognition:
    """The decoder that reads a model's outputs, and what shows it.

    Attributes:
        decoder: A decoder's name.
        evidence: What proves it, in words.
        options: Options of the decoder that the tensors prove.
        option_evidence: What proves each option, in words, or that it is assumed; an
            assumption may stand without an option, where the default is one.
        normalize: What the published graph of a recognised kind does with pixels, as
            ``--normalize`` has it; "" where nothing is known.
        resize: How that graph fits a picture into the input, as ``--resize`` has it;
            "" leaves it to the decoder.
        color: Order of the channels that that graph takes: rgb or bgr; "" where nothing
            is known.
        interpolation: How that graph samples a picture, as a card has it.
        pad_value: Pixel value, 0..255, that it puts around a letterboxed picture.
        labels: Texts of the classes of that kind; empty where nothing is known.
        input_evidence: What says all of these, in words, such as "MediaPipe's graph
            face_detection_short_range".
        notes: Sentences that a user should know of that kind.
        assumed: Choice -> what is assumed of it, as a sentence for the user.
        is_proven: False for what merely fits: it counts where no other decoder's kind
            is proven.
        question: What to ask before the outputs are read so; "" for nothing. Naming
            the decoder answers it.
    """

    decoder: str
    evidence: str
    options: Mapping[str, Any] = field(default_factory=dict)
    option_evidence: Reasons = field(default_factory=dict)
    normalize: str = ""
    resize: str = ""
    color: str = ""
    interpolation: str = "bilinear"
    pad_value: int = 114
    labels: tuple[str, ...] = ()
    input_evidence: str = ""
    notes: tuple[str, ...] = ()
    assumed: Mapping[str, str] = field(default_factory=dict)
    is_proven: bool = True
    question: str = ""

    @property
    def task(self) -> str:
        """Return the task of the decoder."""
        return DECODERS[self.decoder].task


def shape_words(tensor: Tensor) -> str:
    """Return a tensor's shape as text."""
    return "x".join(map(str, tensor.shape)) or "without a shape"


def shapes_words(model: ModelFile) -> str:
    """Return the shapes of all outputs as text."""
    return ", ".join("x".join(map(str, s.shape)) or "?" for s in model.outputs)


def output_names(model: ModelFile) -> tuple[str, ...]:
    """Return what signatures call each output, in the model's order; "" for none."""
    called = {
        index: name
        for signature in model.signatures
        for name, index in signature.outputs.items()
    }
    return tuple(called.get(tensor.index, "") for tensor in model.output_tensors)


def single_output(model: ModelFile) -> Tensor | None:
    """Return a model's only output; None when it has several or none."""
    outputs = model.output_tensors
    return outputs[0] if len(outputs) == 1 else None
