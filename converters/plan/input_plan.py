"""How pixels reach the model: size, colour order, and who normalizes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ...card import InputCard
from ...errors import ConversionError
from ...runtime.decoders import DECODERS
from ...runtime.image import Normalization, format_normalize
from ...runtime.tensors import TensorSpec, to_tensor
from ..keras import SourceModel
from ..options import ConvertOptions
from ..scale import ChosenScale


@dataclass(frozen=True)
class InputPlan:
    """How pictures become the image input.

    Attributes:
        card: What the float model takes; its mean and std are applied outside of it.
        fold: Whether the file does that normalization in its graph.
        source: Where the normalization came from, in words.
        own: What the model's own first layers do on top, in ``--normalize`` words.
        evidence: The figures that the normalization was chosen by; None where it was
            not chosen by figures.
    """

    card: InputCard
    fold: bool
    source: str
    own: str | None = None
    evidence: Mapping[str, Any] | None = None

    @property
    def file_card(self) -> InputCard:
        """Return what the file takes."""
        if not self.fold:
            return self.card
        return replace(self.card, mean=(0.0,), std=(1.0,))

    def pixels(self, values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """Return inputs of the float model, (N, H, W, C), as pixels 0..255."""
        std = np.asarray(self.card.std, np.float64)
        return np.asarray(values * std + np.asarray(self.card.mean), np.float64)

    def to_dict(self) -> dict[str, Any]:
        """Return what the model card keeps of the original normalization."""
        return {
            "mean": list(self.card.mean),
            "std": list(self.card.std),
            "name": self.own or format_normalize(self.card.mean, self.card.std),
            "source": self.source,
            "folded": self.fold,
            **({} if self.evidence is None else {"evidence": dict(self.evidence)}),
        }


def picture_card(
    model: SourceModel,
    shapes: Mapping[str, tuple[int, ...]],
    options: ConvertOptions,
    on_note: Callable[[str], None],
) -> InputCard:
    """Return how pictures are brought to the model's size, as pixels 0..255.

    Args:
        model: A model with an image input.
        shapes: Fixed shapes per input name.
        options: resize, crop_fraction and decoder are used.
        on_note: Called with a sentence about what is assumed.
    """
    _, height, width, channels = shapes[model.inputs[0].name]
    return InputCard(
        width=width,
        height=height,
        color="gray" if channels == 1 else "rgb",
        resize=_resize(options, on_note),
        crop_fraction=options.crop_fraction,
    )


def plan_input(
    card: InputCard,
    scale: ChosenScale,
    options: ConvertOptions,
    on_note: Callable[[str], None],
) -> InputPlan:
    """Decide how pictures become the model's one image input.

    Args:
        card: From :func:`picture_card`.
        scale: The normalization outside of the model.
        options: ``color`` and ``normalize`` are used.
        on_note: Called with a sentence about where the normalization is done.

    Raises:
        ConversionError: The normalization contradicts the number of channels or the
            colour order.
    """
    chosen = scale.normalization
    color = _color(options.color, chosen, card.channels, options)
    if card.channels == 1 and len(chosen.mean) > 1:
        raise ConversionError(
            f"The model takes one channel, but --normalize {options.normalize} has "
            "three means. Pass mean=M,std=S with one number each."
        )
    card = replace(
        card, color=color, mean=_shortest(chosen.mean), std=_shortest(chosen.std)
    )
    # One step for all channels can carry one mean and one std; TensorFlow Lite's ranges
    # also always contain 0, so a mean outside of the pixels cannot be a zero point.
    even = len(card.mean) == 1 and len(card.std) == 1
    fold = not (even and 0 <= card.mean[0] <= 255)
    if fold:
        why = "has a mean outside of 0..255" if even else "differs per channel"
        on_note(
            f"The normalization {why}, so it is done inside the file: its input takes "
            "pixels 0..255."
        )
    return InputPlan(
        card=card,
        fold=fold,
        source=scale.source,
        own=scale.own,
        evidence=scale.evidence,
    )


def _color(
    asked: str | None, chosen: Normalization, channels: int, options: ConvertOptions
) -> str:
    if channels == 1:
        if asked not in (None, "gray"):
            raise ConversionError(
                f"The model takes one channel, which --color {asked} does not fit. "
                "Leave --color out."
            )
        return "gray"
    if asked == "gray":
        raise ConversionError(
            "The model takes three channels, which --color gray does not fit. Pass "
            "--color rgb or bgr."
        )
    if asked and chosen.color and asked != chosen.color:
        raise ConversionError(
            f"--normalize {options.normalize} means {chosen.color} channels, which "
            f"contradicts --color {asked}. Leave --color out, or write the means as "
            "mean=..,std=.."
        )
    return asked or chosen.color or "rgb"


def _shortest(values: tuple[float, ...]) -> tuple[float, ...]:
    return values[:1] if len(set(values)) == 1 else values


def pixel_error(card: InputCard, tensor: TensorSpec) -> int | None:
    """Return by how many levels the input byte differs from the pixel, at most.

    Args:
        card: The file's input card.
        tensor: The file's input tensor.

    Returns:
        0 where the byte is the pixel (int8: the pixel minus 128); None means an input
        that is not 8-bit.
    """
    if tensor.dtype.name not in ("uint8", "int8"):
        return None
    pixels = np.arange(256, dtype=np.float32)[:, np.newaxis]
    reals = (pixels - np.asarray(card.mean, np.float32)) / np.asarray(
        card.std, np.float32
    )
    levels = to_tensor(reals, tensor).astype(np.int64)
    shift = 128 if tensor.dtype.name == "int8" else 0
    return int(np.abs(levels + shift - pixels.astype(np.int64)).max())


def _resize(options: ConvertOptions, on_note: Callable[[str], None]) -> str:
    """Return the resize rule: the option, or what the decoder's models need."""
    if options.resize is not None:
        return options.resize
    entry = DECODERS.get(options.decoder or "")
    if entry is None or entry.resize == "stretch":
        return "stretch"
    on_note(
        f"Pictures are fitted by {entry.resize}, as in the training of most models for "
        f"the decoder {options.decoder}; pass --resize if this model is different."
    )
    return entry.resize
