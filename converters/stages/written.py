"""The last stage: the file with its card, and the report of the conversion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...card import ExtraInput, ModelCard
from ...runtime.golden import golden_check as golden
from ...runtime.tflite import ModelFile
from ..progress import Journal
from ..verify import open_kernels
from ..write import (
    ConversionReport,
    SourceFile,
    attach,
    make_report,
    model_size,
    peer_notes,
    provenance,
)
from .built import Built, signature_of
from .prepared import Prepared
from .verified import Verified


@dataclass(frozen=True)
class Written:
    """A finished file.

    Attributes:
        verified: The file before it had a card.
        card: What the file says about itself.
        report: What was made and measured.
    """

    verified: Verified
    card: ModelCard
    report: ConversionReport


def write_file(verified: Verified, journal: Journal) -> Written:
    """Write a verified file with its card, and make the report.

    Args:
        verified: The file and its verification.
        journal: Steps and notes go here; the report repeats what it holds.
    """
    built = verified.built
    prepared, request = built.prepared, built.prepared.request
    journal.step("golden")
    card = _card(verified)
    for text in peer_notes(built.file, card):
        journal.note(text)
    journal.step("write")
    names = signature_of(prepared.frozen, built.file)
    request.result.write_bytes(
        attach(built.data, card, signature=names, converted=True)
    )
    journal.finish()
    report = make_report(
        ModelFile.open(request.result),
        card,
        built.compatibility,
        journal,
        SourceFile(request.model_name, model_size(request.model)),
    )
    return Written(verified, card, report)


def _card(verified: Verified) -> ModelCard:
    built, verification = verified.built, verified.verification
    prepared = built.prepared
    plan, options, request = prepared.input, prepared.options, prepared.request
    return ModelCard(
        name=options.name or request.output.stem,
        task=built.outputs.task,
        input=None if plan is None else plan.file_card,
        output=built.outputs.card,
        quantization={
            "recipe": prepared.recipe.name,
            "io": options.io_type,
            "normalize": None if plan is None else plan.to_dict(),
            "pixel_error": built.pixel_error,
            "calibration": dict(prepared.samples.calibration),
            "step": [tensor.scale for tensor in built.file.outputs],
        },
        verification={}
        if verification is None
        else {
            **verification.to_dict(options.budget),
            "trained_on": prepared.samples.trained_on,
        },
        check={} if built.is_foreign else _golden_check(built),
        provenance={
            **provenance(request, built.compatibility),
            "evidence": dict(built.outputs.evidence),
        },
        extra_inputs=_extra_inputs(prepared),
    )


def _extra_inputs(prepared: Prepared) -> tuple[ExtraInput, ...]:
    ranges = prepared.model.ranges
    return tuple(
        ExtraInput(name, position, *ranges[name])
        for position, name in enumerate(prepared.frozen.input_names)
        if name in ranges
    )


def _golden_check(built: Built) -> dict[str, Any]:
    """Return inputs made by a formula with the answers that the file gives to them."""
    prepared = built.prepared
    return golden.make(
        lambda name: open_kernels(prepared.request.result, name),
        None if prepared.input is None else prepared.input.file_card,
    )
