"""Which normalization a model gets: its own layers', the caller's, or a proven one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ...errors import ConversionError
from ...runtime.image import Normalization, format_normalize, parse_normalize
from ..keras import OwnNormalization
from ..options import ConvertOptions
from .candidate import ScaleCandidate
from .evidence import ScaleEvidence, ScaleRow

_RAW: Final = Normalization((0.0,), (1.0,))

Weigh = Callable[[], ScaleEvidence | None]
Contradiction = tuple[ScaleRow, ScaleRow, ScaleEvidence]
Contradict = Callable[[ScaleCandidate], Contradiction | None]


@dataclass(frozen=True)
class ChosenScale:
    """The normalization outside of the model, and where it comes from.

    Attributes:
        normalization: What is done to pixels before the model.
        source: Where it comes from, in words.
        own: What the model's own first layers do on top, in ``--normalize`` words; None
            where ``normalization`` says all.
        evidence: What the choice was made by, for the card; None where it was not made
            by figures.
    """

    normalization: Normalization
    source: str
    own: str | None = None
    evidence: Mapping[str, Any] | None = None


def choose_scale(
    own: OwnNormalization | None,
    options: ConvertOptions,
    weigh: Weigh,
    contradict: Contradict,
    on_note: Callable[[str], None],
    on_warning: Callable[[str], None],
) -> ChosenScale:
    """Decide how pixels are scaled before the model.

    Args:
        own: What the model's first layers do by themselves.
        options: ``normalize`` and ``stacked`` are used.
        weigh: Returns the evidence for every candidate; None where there are no
            pictures to look at.
        contradict: Returns the scale that the model's first statistics prove, where
            they contradict a candidate.
        on_note: Called with a sentence about what comes from the model.
        on_warning: Called with a sentence about what contradicts the caller.

    Raises:
        ConversionError: The scale is not given and not proven, or there are two of it.
    """
    if own is not None and own.eats_pixels:
        return _beside_own(own, options, contradict, on_note)
    asked = options.normalize
    if asked == "own":
        raise ConversionError(
            "--normalize own uses the normalization of the model's first layers, and "
            "none of them is known to scale pixels. Pass --normalize raw if another "
            "part of the model does, or else the rule of its training."
        )
    if asked in (None, "auto"):
        return _proven(own, weigh(), on_note, is_asked=asked == "auto")
    rule = parse_normalize(str(asked))
    if own is not None:
        on_note(
            f"Pixels are normalized first (--normalize {asked}) and then pass through "
            f"the model's own layer '{own.layers[0]}'."
        )
    contradiction = contradict(_as_candidate(rule, options))
    if contradiction is not None:
        best, mine, evidence = contradiction
        on_warning(
            f"--normalize {asked} contradicts the model: its layer "
            f"'{evidence.layer}' got other values in training (distance "
            f"{mine.distance:.2f}; under {best.candidate.normalize} "
            f"{best.distance:.2f}). Compare with {best.candidate.option}."
        )
    return ChosenScale(rule, "--normalize")


def scale_of_bytes(options: ConvertOptions) -> ChosenScale:
    """Return the scale of an input that took bytes: they are pixels.

    Raises:
        ConversionError: The caller asks for another.
    """
    asked = options.normalize
    if asked not in (None, "auto", "own") and not _is_raw(asked):
        raise ConversionError(
            "The model's input takes bytes 0..255, which contradicts --normalize "
            f"{asked}. Leave --normalize out."
        )
    return ChosenScale(_RAW, "the input takes bytes")


def _beside_own(
    own: OwnNormalization,
    options: ConvertOptions,
    contradict: Contradict,
    on_note: Callable[[str], None],
) -> ChosenScale:
    """Return the scale of a model whose first layers normalize."""
    text = format_normalize(own.mean, own.std)
    layers = " and ".join(f"'{name}'" for name in own.layers)
    asked = options.normalize
    does = f"layer {layers}: {text}"
    if asked in (None, "auto", "own") or _is_raw(asked):
        contradiction = (
            None if asked in ("own", "raw") else contradict(_as_candidate(_RAW))
        )
        if contradiction is not None:
            best, mine, evidence = contradiction
            raise _with_table(
                f"The model normalizes by itself ({does}), but its layer "
                f"'{evidence.layer}' got other values in training (distance "
                f"{mine.distance:.2f}): as if pixels had been normalized before the "
                f"model, too (with {best.candidate.normalize} {best.distance:.2f}). "
                f"Pass {evidence.option(best)} to convert it as it was "
                "trained, or --normalize own for the model's own layers alone.",
                evidence,
            )
        on_note(
            f"The model normalizes by itself ({does}); its input takes pixels 0..255."
        )
        return ChosenScale(_RAW, "the model's own layers", text)
    rule = parse_normalize(asked)
    if not options.stacked:
        raise ConversionError(
            f"The model normalizes by itself ({does}), and --normalize {asked} asks "
            f"for another normalization. Pass --normalize {asked} --stacked if it was "
            f"trained on pixels that were normalized by {asked} before the model, so "
            "that both happen; or --normalize own for the model's own layers alone."
        )
    on_note(
        f"Pixels are normalized first (--normalize {asked}) and then pass through the "
        f"model's own normalization ({does}), as --stacked says."
    )
    return ChosenScale(
        rule, f"--normalize {asked} --stacked, before the model's own layers ({text})"
    )


def _proven(
    own: OwnNormalization | None,
    evidence: ScaleEvidence | None,
    on_note: Callable[[str], None],
    *,
    is_asked: bool,
) -> ChosenScale:
    """Return the scale that the evidence proves, if the caller asked for that."""
    best = None if evidence is None else evidence.proven
    if is_asked and best is not None and evidence is not None:
        reason = evidence.reason(best)
        candidate = best.candidate
        on_note(f"--normalize auto takes {candidate.option}: {reason}.")
        rule = Normalization(candidate.mean, candidate.std, candidate.color)
        return ChosenScale(rule, f"auto: {reason}", None, evidence.to_dict())
    seen = (
        f" Its layer '{own.layers[0]}' does (x - {own.mean[0]:.4g}) / "
        f"{own.std[0]:.4g}, which does not fit pixels 0..255."
        if own
        else ""
    )
    rules = (
        "raw (pixels 0..255, also where the network's own graph normalizes them, as "
        "preprocess_input does), unit (0..1), signed (-1..1), torch, caffe or "
        "mean=..,std=.. as in training."
    )
    if evidence is None:
        raise ConversionError(
            "The model does not say how its input is normalized, and a wrong guess "
            f"would make every answer wrong.{seen} Pass --normalize {rules}"
        )
    if best is not None:
        option = best.candidate.option
        advice = (
            f"One scale is beyond doubt: {evidence.reason(best)}. Pass {option}, or "
            "--normalize auto to let convert take it."
        )
    elif is_asked:
        advice = (
            f"No scale is beyond doubt for --normalize auto. Pass --normalize {rules}"
        )
    else:
        advice = f"Pass --normalize {rules}"
    raise _with_table(
        "The model does not say how its input is normalized, and a wrong guess would "
        f"make every answer wrong.{seen} {advice}",
        evidence,
    )


def _with_table(sentence: str, evidence: ScaleEvidence) -> ConversionError:
    error = ConversionError(sentence)
    error.table = evidence.lines()
    return error


def _as_candidate(
    rule: Normalization, options: ConvertOptions | None = None
) -> ScaleCandidate:
    asked = None if options is None else options.color
    color = asked or rule.color or "rgb"
    name = format_normalize(rule.mean, rule.std)
    return ScaleCandidate(name, color, rule.mean, rule.std)


def _is_raw(asked: str | None) -> bool:
    if asked is None or asked in ("own", "auto"):
        return False
    rule = parse_normalize(asked)
    return bool(
        np.allclose(rule.mean, 0, atol=1e-2) and np.allclose(rule.std, 1, rtol=1e-3)
    )
