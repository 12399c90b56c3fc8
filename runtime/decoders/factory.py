"""Make the decoder that a model card names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from ...card import ModelCard
from ...errors import ModelCardError, unknown_name
from ...registry import load, split_own
from ..tensors import TensorSpec
from .options import read_options
from .registry import DECODERS, ENTRY_POINTS, Decoder, decoder_entry

if TYPE_CHECKING:
    from .own_decoder import OwnDecoder


def make_decoder(
    card: ModelCard, tensors: Sequence[TensorSpec], own: OwnDecoder | None = None
) -> Decoder:
    """Return the card's decoder for a model's output tensors.

    Args:
        card: Names the decoder, its options and the labels.
        tensors: The outputs, in the model's order.
        own: The decoder that the caller passed; None means the one that the card names,
            which then must be one of ``DECODERS``: a card cannot name code.

    Raises:
        ModelCardError: No decoder has that name.
        UnsupportedModelError: The tensors do not fit the decoder's contract.
        ValueError: An option is unknown, of another type or out of range.
    """
    output = card.output
    size = (card.input.width, card.input.height) if card.input else (0, 0)
    if own is not None:
        return own.make(
            tensors,
            labels=output.labels,
            model_size=size,
            options=output.options,
            hierarchy=output.hierarchy,
        )
    if output.decoder not in DECODERS:
        raise ModelCardError(refusal_of_card(card.name, output.decoder))
    return named_decoder(
        output.decoder,
        tensors,
        labels=output.labels,
        model_size=size,
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
    options = load(decoder_entry(name).target).Options()
    values = {field.name: getattr(options, field.name) for field in fields(options)}
    return {
        key: value
        for key, value in values.items()
        if isinstance(value, (bool, int, float, str))
    }


def check_options(name: str, options: Mapping[str, Any]) -> None:
    """Refuse options that a decoder does not take.

    Args:
        name: A name from ``DECODERS``.
        options: Value by name.

    Raises:
        ValueError: The decoder or an option is unknown, or an option is of another type
            or out of range.
    """
    kind = load(decoder_entry(name).target)
    read_options(kind.Options, options, f"decoder '{name}'")


def check_for_card(decoder: str) -> None:
    """Refuse a decoder that a card cannot name: the user's own, or an unknown one.

    Raises:
        ValueError: It is one; the sentence says what to do instead.
    """
    if decoder in DECODERS:
        return
    from importlib.metadata import entry_points

    if split_own(decoder) or entry_points(group=ENTRY_POINTS, name=decoder):
        raise ValueError(
            f"A card cannot name a decoder of your own ('{decoder}'): a file may not "
            f"name code. Pass --decoder raw here, and --decoder {decoder} when the "
            "model is run."
        )
    raise ValueError(unknown_name("decoder", decoder, DECODERS))


def refusal_of_card(name: str, decoder: str) -> str:
    """Return the sentence for a card that names a decoder which is not in the table.

    Args:
        name: The model's name.
        decoder: What the card names.
    """
    if split_own(decoder):
        return (
            f"The card of {name} names the decoder '{decoder}', which is somebody's "
            f"own code, and a file may not name code. Pass --decoder {decoder} if you "
            "know that code and trust it."
        )
    return (
        f"{name}: {unknown_name('decoder', decoder, DECODERS)} If it is one that you "
        f"have installed and trust, pass --decoder {decoder}."
    )
