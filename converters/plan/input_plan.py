"""How pixels reach the model: size, colour order, and who normalizes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...card import InputCard
from ...errors import ConversionError
from ...runtime.decoders import DECODERS
from ...runtime.image import Normalization, format_normalize, parse_normalize
from ...runtime.tensors import TensorSpec, to_tensor
from ..keras import OwnNormalization, SourceModel, own_normalization
from ..options import ConvertOptions

_RAW = Normalization((0.0,), (1.0,))


@dataclass(frozen=True)
class InputPlan:
    """How pictures become the image input.

    Attributes:
        card: What the float model takes; its mean and std are applied outside of it.
        fold: Whether the file does that normalization in its graph.
        source: Where the normalization came from, in words.
        own: What the model's own first layers do on top, in ``--normalize`` words.
    """

    card: InputCard
    fold: bool
    source: str
    own: str | None = None

    @property
    def file_card(self) -> InputCard:
        """Return what the file takes."""
        if not self.fold:
            return self.card
        return replace(self.card, mean=(0.0,), std=(1.0,))

    def to_dict(self) -> dict[str, Any]:
        """Return what the model card keeps of the original normalization."""
        return {
            "mean": list(self.card.mean),
            "std": list(self.card.std),
            "name": self.own or format_normalize(self.card.mean, self.card.std),
            "source": self.source,
            "folded": self.fold,
        }


def plan_input(
    model: SourceModel,
    shapes: Mapping[str, tuple[int, ...]],
    options: ConvertOptions,
    on_note: Callable[[str], None],
) -> InputPlan:
    """Decide how pictures become the model's one image input.

    Args:
        model: A model with an image input.
        shapes: Fixed shapes per input name.
        options: normalize, color and resize are used.
        on_note: Called with a sentence about what comes from the model.

    Raises:
        ConversionError: The normalization is not given, or contradicts the model or
            the colour order.
    """
    item = model.inputs[0]
    _, height, width, channels = shapes[item.name]
    own = model.own
    if model.keras is not None:
        own = own_normalization(model.keras, item.name)
    asked = None if options.normalize is None else parse_normalize(options.normalize)
    if model.takes_bytes and own is None:
        chosen, source, own_text = _bytes(asked, options), "the input takes bytes", None
    else:
        chosen, source, own_text = _choose(own, asked, options, on_note)
    color = _color(options.color, chosen, channels, options)
    if channels == 1 and len(chosen.mean) > 1:
        raise ConversionError(
            f"The model takes one channel, but --normalize {options.normalize} has "
            "three means. Pass mean=M,std=S with one number each."
        )
    card = InputCard(
        width=width,
        height=height,
        color=color,
        resize=_resize(options, on_note),
        crop_fraction=options.crop_fraction,
        mean=_shortest(chosen.mean),
        std=_shortest(chosen.std),
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
    return InputPlan(card=card, fold=fold, source=source, own=own_text)


def _bytes(asked: Normalization | None, options: ConvertOptions) -> Normalization:
    """Return the normalization of an input that took bytes: they are pixels."""
    if asked is not None and not _same(asked, _RAW):
        raise ConversionError(
            "The model's input takes bytes 0..255, which contradicts --normalize "
            f"{options.normalize}. Leave --normalize out."
        )
    return _RAW


def _choose(
    own: OwnNormalization | None,
    asked: Normalization | None,
    options: ConvertOptions,
    on_note: Callable[[str], None],
) -> tuple[Normalization, str, str | None]:
    if own is None or not own.eats_pixels:
        if asked is not None:
            return asked, "--normalize", None
        seen = (
            f" Its layer '{own.layers[0]}' does (x - {own.mean[0]:.4g}) / "
            f"{own.std[0]:.4g}, which does not fit pixels 0..255."
            if own
            else ""
        )
        raise ConversionError(
            "The model does not say how its input is normalized, and a wrong guess "
            f"would make every answer wrong.{seen} Pass --normalize raw (pixels "
            "0..255, also where the network's own graph normalizes them, as "
            "preprocess_input does), unit (0..1), signed (-1..1), torch, caffe or "
            "mean=..,std=.. as in training."
        )
    text = format_normalize(own.mean, own.std)
    layers = " and ".join(f"'{name}'" for name in own.layers)
    agrees = asked is None or _same(asked, _RAW)
    if not agrees and asked is not None and not _same(asked, own):
        raise ConversionError(
            f"The model normalizes by itself (layer {layers}: {text}), which "
            f"contradicts --normalize {options.normalize}. Leave --normalize out."
        )
    on_note(
        f"The model normalizes by itself (layer {layers}: {text}); "
        "its input takes pixels 0..255."
    )
    return _RAW, "the model's own layers", text


def _same(a: Normalization | OwnNormalization, b: Any) -> bool:
    def wide(values: tuple[float, ...]) -> Any:
        return np.broadcast_to(np.asarray(values, np.float64), 3)

    return bool(
        np.allclose(wide(a.mean), wide(b.mean), rtol=1e-3, atol=1e-2)
        and np.allclose(wide(a.std), wide(b.std), rtol=1e-3)
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
