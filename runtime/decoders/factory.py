"""Make the decoder that a model card names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...card import ModelCard
from ...errors import ModelCardError, unknown_name
from ...registry import load
from ..tensors import TensorSpec
from .registry import DECODERS, Decoder, decoder_entry

_GIVEN = ("self", "tensors", "labels", "model_size", "hierarchy")


def make_decoder(card: ModelCard, tensors: Sequence[TensorSpec]) -> Decoder:
    """Return the card's decoder for a model's output tensors.

    Args:
        card: Names the decoder, its options and the labels.
        tensors: The outputs, in the model's order.

    Raises:
        ModelCardError: No decoder has that name.
        UnsupportedModelError: The tensors do not fit the decoder's contract.
        ValueError: An option is unknown or out of range.
    """
    output = card.output
    if output.decoder not in DECODERS:
        raise ModelCardError(
            f"{card.name}: {unknown_name('decoder', output.decoder, DECODERS)}"
        )
    kind = load(DECODERS[output.decoder].target)
    known = decoder_options(output.decoder)
    for name in output.options:
        if name not in known:
            raise ValueError(
                unknown_name(f"option of decoder '{output.decoder}'", name, known)
            )
    size = (card.input.width, card.input.height) if card.input else (0, 0)
    given: dict[str, Any] = {"labels": output.labels, "model_size": size}
    if "level" in known:
        given["hierarchy"] = output.hierarchy
    decoder: Decoder = kind(tensors, **given, **output.options)
    return decoder


def decoder_options(name: str) -> tuple[str, ...]:
    """Return the names of a decoder's options.

    Raises:
        ValueError: No decoder has that name.
    """
    kind = load(decoder_entry(name).target)
    code = kind.__init__.__code__
    count = code.co_argcount + code.co_kwonlyargcount
    shared = getattr(kind, "shared", None)
    names = [*code.co_varnames[:count], *(shared.__annotations__ if shared else ())]
    return tuple(name for name in names if name not in _GIVEN)
