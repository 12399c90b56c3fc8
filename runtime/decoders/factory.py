"""Make the decoder that a model card names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from ...card import ModelCard
from ...errors import ModelCardError, unknown_name
from ...registry import load
from ..tensors import TensorSpec
from .options import read_options
from .registry import DECODERS, Decoder, decoder_entry


def make_decoder(card: ModelCard, tensors: Sequence[TensorSpec]) -> Decoder:
    """Return the card's decoder for a model's output tensors.

    Args:
        card: Names the decoder, its options and the labels.
        tensors: The outputs, in the model's order.

    Raises:
        ModelCardError: No decoder has that name.
        UnsupportedModelError: The tensors do not fit the decoder's contract.
        ValueError: An option is unknown, of another type or out of range.
    """
    output = card.output
    if output.decoder not in DECODERS:
        raise ModelCardError(
            f"{card.name}: {unknown_name('decoder', output.decoder, DECODERS)}"
        )
    return named_decoder(
        output.decoder,
        tensors,
        labels=output.labels,
        model_size=(card.input.width, card.input.height) if card.input else (0, 0),
        options=output.options,
        hierarchy=output.hierarchy,
    )


def named_decoder(
    name: str,
    tensors: Sequence[TensorSpec],
    *,
    model_size: tuple[int, int],
    labels: tuple[str, ...] = (),
    options: Mapping[str, Any] | None = None,
    hierarchy: Mapping[str, str] | None = None,
) -> Decoder:
    """Return a decoder by its name.

    Args:
        name: A name from ``DECODERS``.
        tensors: The outputs, in the model's order.
        model_size: Width and height of the input.
        labels: One text per class; empty for numbers.
        options: Value by name; None means the defaults.
        hierarchy: label -> parent label; None means that labels have no ancestors.

    Raises:
        UnsupportedModelError: The tensors do not fit the decoder's contract.
        ValueError: The name or an option is unknown, or an option is of another type or
            out of range.
    """
    kind = load(decoder_entry(name).target)
    keywords: dict[str, Any] = {
        "labels": labels,
        "model_size": model_size,
        "options": read_options(kind.Options, options or {}, f"decoder '{name}'"),
    }
    if "level" in decoder_options(name):
        keywords["hierarchy"] = hierarchy
    decoder: Decoder = kind(tensors, **keywords)
    return decoder


def decoder_options(name: str) -> tuple[str, ...]:
    """Return the names of a decoder's options.

    Raises:
        ValueError: No decoder has that name.
    """
    kind = load(decoder_entry(name).target)
    return tuple(field.name for field in fields(kind.Options))


def default_options(name: str) -> dict[str, Any]:
    """Return the options of a decoder that have a value when nobody states one.

    Raises:
        ValueError: No decoder has that name.
    """
    declared = fields(load(decoder_entry(name).target).Options)
    plain = (bool, int, float, str)
    return {
        field.name: field.default
        for field in declared
        if isinstance(field.default, plain)
    }
