"""What is assumed of pictures, maps and texts that a file without a card gives."""

from __future__ import annotations

from ...card import ModelCard
from .evidence import OPTION, Evidence


def with_output_assumptions(card: ModelCard, evidence: Evidence) -> ModelCard:
    """Return the card with what is assumed of its pictures or texts.

    Args:
        card: What is known of a file without a card, the caller's options included.
        evidence: Takes what is assumed.
    """
    if card.output.decoder == "image":
        return _with_pixels_of_input(card, evidence)
    if card.output.decoder == "text":
        _assume_reader(card, evidence)
    return card


def _with_pixels_of_input(card: ModelCard, evidence: Evidence) -> ModelCard:
    """Return the card of a picture whose values are those of the input.

    A model that makes pictures of pictures is trained on both in the same units.
    """
    known, image = card.output.options, card.input
    if known.get("kind") == "map" and not known.get("near"):
        evidence.assume(
            f"{OPTION}near",
            "Large values of the map are bright; whether they are near or far, nothing "
            "says. Pass --option near=large (MiDaS, Depth Anything) or near=small "
            "(metres) for a depth.",
        )
    if image is None or known.get("kind", "picture") != "picture":
        return card
    if {"pixels", "mean", "std"} & set(known):
        return card
    mean, std = set(image.mean), set(image.std)
    if len(mean) != 1 or len(std) != 1:
        return card  # the decoder asks
    units = {"mean": mean.pop(), "std": std.pop()}
    low, high = ((level - units["mean"]) / units["std"] for level in (0, 255))
    evidence.assume(
        f"{OPTION}mean",
        f"The output's pixels are {low:g}..{high:g} as the input's are; nothing in the "
        "file says so. Pass --option pixels=unit, signed or raw for others.",
    )
    evidence.set(f"{OPTION}std", "the input's")
    return card.with_output(options={**known, **units})


def _assume_reader(card: ModelCard, evidence: Evidence) -> None:
    """Write down what is assumed of a reader of text."""
    known = card.output.options
    if known.get("reader", "ctc") == "ctc" and "blank" not in known:
        evidence.assume(
            f"{OPTION}blank",
            "CTC's blank is the last class; nothing in the file says so. Pass --option "
            "blank=first where it is the first, or --option reader=argmax where each "
            "step is a character.",
        )
    if card.input is not None and card.input.height >= 2 * card.input.width:
        evidence.note(
            f"The input is upright ({card.input.height} rows of {card.input.width} "
            "pixels), as of readers that take lines width first, such as Keras' own "
            "example; for pictures with lines from left to right pass --source "
            "'FILE?rotate=90&flip=h', which swaps rows and columns."
        )
    if not card.output.labels and not known.get("alphabet"):
        evidence.assume(
            "labels",
            "Characters are the numbers of their classes; the file has no alphabet. "
            "Pass --labels FILE or --option alphabet=CHARACTERS.",
        )
