"""Ask every decoder whether a file's outputs are what it reads.

A decoder names its functions (``find_...`` and ``prove_...``) in its entry of
``DECODERS``; they live beside this module, one module for each family. Only what is
unambiguous is recognised; anything else is asked of the caller.
"""

from __future__ import annotations

from ....registry import load
from ...decoders import DECODERS
from ...tflite import ModelFile
from .answer import Proof, Recognition


def recognise(model: ModelFile) -> Recognition | None:
    """Return the decoder that the tensors prove, None when they prove none."""
    for name in DECODERS:
        recognition = recognise_as(name, model)
        if recognition is not None:
            return recognition
    return None


def recognise_as(decoder: str, model: ModelFile) -> Recognition | None:
    """Return what shows that one decoder reads a file's outputs, None when nothing."""
    where = DECODERS[decoder].recognise
    recognition: Recognition | None = load(where)(model) if where else None
    return recognition


def proven_options(model: ModelFile, decoder: str, label_count: int = 0) -> Proof:
    """Return the options of a decoder that the tensors prove, and what proves each.

    Args:
        model: The file.
        decoder: A decoder's name; nothing is proved for one that is not in the table.
        label_count: Number of labels; 0 when they are not known.
    """
    entry = DECODERS.get(decoder)
    if entry is None or not entry.prove:
        return {}, {}
    proof: Proof = load(entry.prove)(model, label_count)
    return proof
