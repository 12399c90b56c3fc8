"""Ask every decoder whether a file's outputs are what it reads.

A decoder names its functions (``find_...`` and ``prove_...``) in its entry of
``DECODERS``; they live beside this module, one module for each family. All are asked,
in any order: one answer is the answer, several are a question.
"""

from __future__ import annotations

import re

from ....errors import UnsupportedModelError
from ....registry import load
from ...decoders import DECODERS
from ...tflite import ModelFile
from .answer import Proof, Recognition, shapes_words


def recognise(model: ModelFile, task: str = "") -> Recognition | None:
    """Return the decoder that the tensors prove, None when they prove none.

    Args:
        model: The file.
        task: Only decoders of this task are asked; "" asks all. Naming it answers what
            a kind that merely fits would be asked for.

    Raises:
        UnsupportedModelError: The outputs may be two things; the sentence names the
            decoders of both.
    """
    answers: list[Recognition] = []
    questions: set[str] = set()
    for name, entry in DECODERS.items():
        if task not in ("", entry.task):
            continue
        try:
            answer = recognise_as(name, model)
        except UnsupportedModelError as error:
            questions.add(str(error))
            continue
        if answer is not None:
            answers.append(answer)
    proven = [answer for answer in answers if answer.is_proven]
    if questions:
        raise UnsupportedModelError(_joined(sorted(questions), proven))
    answers = proven or answers
    if len(answers) > 1:
        raise UnsupportedModelError(_several(model, answers))
    if answers and answers[0].question and not task:
        raise UnsupportedModelError(answers[0].question)
    return answers[0] if answers else None


def recognise_as(decoder: str, model: ModelFile) -> Recognition | None:
    """Return what shows that one decoder reads a file's outputs, None when nothing.

    Raises:
        UnsupportedModelError: They may be what it reads, or something else.
    """
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


def _several(model: ModelFile, answers: list[Recognition]) -> str:
    """Return the question about outputs that several decoders read."""
    choices = sorted(f"--decoder {one.decoder} ({one.evidence})" for one in answers)
    return (
        f"The outputs of {model.name} ({shapes_words(model)}) fit {len(answers)} "
        f"decoders. Pass {', '.join(choices[:-1])} or {choices[-1]}."
    )


def _joined(questions: list[str], answers: list[Recognition]) -> str:
    """Return questions as one, with the decoders that are certain of their answer."""
    text = " ".join(questions)
    others = sorted(
        f"--decoder {one.decoder} ({one.evidence})"
        for one in answers
        if not re.search(rf"--decoder {one.decoder}(?![\w-])", text)
    )
    return f"{text} It also fits {', '.join(others)}." if others else text
