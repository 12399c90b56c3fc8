"""How a model would be run, and the evidence for each choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ....card import ModelCard
from ....errors import EdgeVisionError, UnsupportedModelError
from ...decoders import DECODERS, default_options, make_decoder
from ...labels import depth_of, full_labels
from ...tflite import ModelFile, resized
from ..evidence import Settings
from ..options import OpenOptions
from ..resolve_settings import resolve
from ..run_shapes import run_shapes
from ..stated_card import stated_size

_FIRST_LABELS: Final = 5


@dataclass(frozen=True)
class RunPlan:
    """What ``run`` would do with a model, and why.

    Attributes:
        problem: The sentence that ``run`` would stop with; empty when it would not.
        card: Everything that running needs; None where not even that is known.
        knows_normalization: Whether the card's mean and std are more than placeholders.
        defaults: Options of the decoder that nobody states, with their values.
        evidence: Choice -> what proves it.
        assumptions: A sentence for each choice that nothing proves.
    """

    problem: str
    card: ModelCard | None = None
    knows_normalization: bool = True
    defaults: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()

    def with_problem(self, problem: str) -> RunPlan:
        """Return the same, stopped by a problem that comes before its own; "" is none.

        A file that does not load is not asked what its outputs mean.
        """
        return replace(self, problem=problem) if problem else self

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        card = self.card
        if card is None:
            return {"problem": self.problem}
        output = card.output
        return {
            "problem": self.problem,
            "task": card.task,
            "decoder": output.decoder,
            "options": dict(output.options),
            "defaults": dict(self.defaults),
            "input": self._input(card),
            "labels": {
                "count": len(output.labels),
                "first": list(
                    full_labels(output.labels[:_FIRST_LABELS], output.hierarchy)
                ),
                "levels": depth_of(output.labels, output.hierarchy),
            },
            "evidence": dict(self.evidence),
            "assumptions": list(self.assumptions),
        }

    def _input(self, card: ModelCard) -> dict[str, Any] | None:
        facts: dict[str, Any] | None = card.to_dict()["input"]
        if facts is not None:
            for name in ("mean", "std"):
                facts[name] = list(facts[name]) if self.knows_normalization else None
        return facts


def plan_of(
    model: ModelFile,
    options: OpenOptions | None = None,
    outputs: Sequence[Sequence[int]] | None = None,
) -> RunPlan:
    """Return what ``run`` would do with a model, and with what a user says of it.

    Args:
        model: The file.
        options: What a user says; None means nothing.
        outputs: The shapes of the outputs, as a trial has seen them, for a file that
            does not state its shapes; None without a trial.
    """
    options = options or OpenOptions()
    try:
        shapes = run_shapes(model, stated_size(model, options))
        if shapes is not None and outputs is None:
            return RunPlan(
                f"The shapes of {model.name}'s outputs are known only by running it, "
                "which was left out or failed."
            )
        if shapes is not None and outputs is not None:
            model = resized(model, shapes.inputs, outputs)
        settings = resolve(model, options)
    except UnsupportedModelError as error:
        return _without_normalization(model, options, str(error))
    except EdgeVisionError as error:
        return RunPlan(str(error))
    if shapes is not None:
        settings = settings.with_notes(shapes.notes)
    return replace(_plan("", settings), problem=_misfit(model, settings))


def _misfit(model: ModelFile, settings: Settings) -> str:
    """Return why the decoder does not read the outputs; "" where it does.

    A decoder of somebody's own is not made: that would run its code.
    """
    known = all(
        tensor.shape and -1 not in (tensor.shape_signature or ())[1:]
        for tensor in model.output_tensors
    )
    if settings.own_decoder is not None or not known:
        return ""
    try:
        make_decoder(settings.card, model.outputs)
    except (EdgeVisionError, ValueError) as error:
        return str(error)
    return ""


def _without_normalization(
    model: ModelFile, options: OpenOptions, problem: str
) -> RunPlan:
    """Return the plan of a model whose normalization may be all that is unknown."""
    try:
        settings = resolve(model, replace(options, normalize="raw"))
    except EdgeVisionError:
        return RunPlan(problem)
    return _plan(problem, settings)


def _plan(problem: str, settings: Settings) -> RunPlan:
    evidence = dict(settings.evidence)
    if problem and settings.card.input is not None:
        evidence["normalization"] = "not known: pass --normalize"
    return RunPlan(
        problem,
        settings.card,
        not problem,
        _unstated(settings.card),
        evidence,
        settings.assumptions,
    )


def _unstated(card: ModelCard) -> dict[str, Any]:
    """Return the options that take their default; none of an unknown decoder."""
    output = card.output
    if output.decoder not in DECODERS:
        return {}
    return {
        name: value
        for name, value in default_options(output.decoder).items()
        if name not in output.options
    }
