"""What a model's outputs mean: task, decoder and labels, proved or chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...card import OutputCard
from ...errors import ConversionError
from ...runtime.decoders import (
    DECODERS,
    DecoderEntry,
    check_options,
    decoder_of_task,
    only_decoder,
)
from ...runtime.labels import split_labels
from ...runtime.opening import OPTION, boxes_question, proven_options, recognise
from ...runtime.tflite import ModelFile
from ..options import ConvertOptions
from .class_labels import class_count, class_labels, has_background
from .output_evidence import (
    check_pictures,
    is_picture,
    note_independence,
    scores_activation,
)
from .picture_units import add_picture_units
from .task import (
    Decision,
    ModelFacts,
    Reading,
    decide,
    question,
)


@dataclass(frozen=True)
class OutputPlan:
    """How the outputs are read.

    Attributes:
        task: A name from ``edgevision.card.TASKS``; "" until :func:`settle`.
        decoder: A decoder's name; "" until :func:`settle`.
        options: The decoder's options.
        labels: One text per class, or none.
        hierarchy: label -> parent label, where labels have ancestors.
        evidence: Choice -> what proves it: task, decoder and ``options.<name>``.
        question: What to ask when the file's tensors prove nothing either.
        contradiction: What to pass for the task that the evidence is of, as a sentence,
            if it is another one than the caller's; else "".
        classes: Number of classes; 0 where the task has none.
    """

    task: str
    decoder: str
    options: Mapping[str, Any] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    classes: int = 0
    hierarchy: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    question: str = ""
    contradiction: str = ""

    @property
    def card(self) -> OutputCard:
        """Return what the model card says of the outputs."""
        return OutputCard(
            self.decoder, dict(self.options), self.labels, dict(self.hierarchy)
        )


def plan_outputs(
    model: ModelFacts,
    options: ConvertOptions,
    class_names: Sequence[str],
    on_note: Callable[[str], None],
    *,
    stated: str = "--task",
) -> OutputPlan:
    """Decide what the outputs mean: by the caller's word, by evidence, or not at all.

    Args:
        model: What is known of the model.
        options: task, decoder, decoder_options and labels are used.
        class_names: Names of the class folders at hand.
        on_note: Called with a sentence about what is assumed, and where labels come
            from.
        stated: Where the task of ``options`` comes from, in words.

    Returns:
        The plan; task and decoder may be left for :func:`settle`, which knows the file.

    Raises:
        ConversionError: Several tasks remain, or the labels' number differs from the
            outputs'.
    """
    entry = DECODERS.get(options.decoder or "")
    decision = decide(model)
    reading = _reading(options, _task_of(entry, model), decision)
    settings: dict[str, Any] = dict(options.decoder_options or {})
    if reading is None:
        if decision.readings:
            raise ConversionError(question(model, decision))
        labels, parents = _split(options.labels or (), options)
        return OutputPlan(
            "",
            options.decoder or "",
            settings,
            labels=labels,
            hierarchy=parents,
            question=question(model, decision),
        )
    task = reading.task
    source = decision.words
    contradiction = ""
    if options.task is not None:
        source = stated
        only = decision.only
        if only is not None and only.task != task and not decision.is_assumed:
            on_note(
                f"The evidence is for {only.task} (by {decision.source}); the task "
                f"{task} is used, by {stated}."
            )
            contradiction = (
                f"Pass {only.arguments} (by {decision.source}), or --task raw to keep "
                "the tensors as they are."
            )
    elif entry is not None:
        source = f"--decoder {options.decoder}"
    elif decision.is_assumed:
        on_note(
            f"The task {task} is assumed ({decision.source}); pass --task if the model "
            "does something else."
        )
    decoder = options.decoder or only_decoder(task)
    outputs = [output.values for output in model.outputs]
    shape, are_ids = outputs[0].shape, outputs[0].dtype.kind in "iu"
    classes = class_count(task, shape, settings, are_ids=are_ids)
    background = has_background(task, shape, settings, are_ids=are_ids)
    texts = class_labels(options, class_names, classes, on_note, background=background)
    labels, parents = _split(texts, options)
    evidence = {"task": source}
    for name, value in reading.options.items():
        if name not in settings:
            settings[name] = value
            evidence[f"{OPTION}{name}"] = source
    if len(outputs) == 1 and "activation" not in settings:
        activation, why = scores_activation(task, model.outputs[0], settings, on_note)
        if activation:
            settings["activation"] = activation
            evidence[f"{OPTION}activation"] = why
    if task == "segmentation":
        note_independence(model.outputs[0], settings, on_note)
    if decoder == "image" and options.decoder is None:
        check_pictures(outputs, task, decision)
    if decoder == "image" and is_picture(outputs):
        evidence.update(add_picture_units(model, settings, on_note))
    _check_options(decoder or decoder_of_task(task), settings)
    return OutputPlan(
        task,
        decoder,
        settings,
        labels,
        classes,
        parents,
        evidence,
        contradiction=contradiction,
    )


def settle(plan: OutputPlan, model: ModelFile) -> OutputPlan:
    """Complete a plan by what the converted file's tensors prove.

    Raises:
        ConversionError: Neither options nor tensors say the task or the decoder.
    """
    task, decoder = plan.task, plan.decoder
    options: dict[str, Any] = {}
    evidence = dict(plan.evidence)
    if not decoder:
        recognition = recognise(model, task)
        if recognition is not None and DECODERS[recognition.decoder].is_certain:
            task, decoder = recognition.task, recognition.decoder
            options.update(recognition.options)
            evidence.setdefault("task", recognition.evidence)
            evidence["decoder"] = recognition.evidence
        else:
            decoder = decoder_of_task(task)
    if not decoder and not task and plan.question:
        raise ConversionError(boxes_question(model) or plan.question)
    if not decoder:
        shapes = ", ".join("x".join(map(str, item.shape)) for item in model.outputs)
        raise ConversionError(
            f"The outputs ({shapes}) do not prove which decoder reads a model for "
            f"{task or 'its task'}. Pass --decoder NAME, or --task raw to keep the "
            "tensors as they are."
        )
    options.update(proven_options(model, decoder, len(plan.labels))[0])
    # The caller's choice comes before what the tensors prove.
    options.update(plan.options)
    return replace(plan, task=task, decoder=decoder, options=options, evidence=evidence)


def _check_options(decoder: str, options: Mapping[str, Any]) -> None:
    """Refuse options that the decoder does not take, before the model is converted.

    Raises:
        ConversionError: One is unknown, of another type or out of range.
    """
    if decoder not in DECODERS:
        return
    try:
        check_options(decoder, options)
    except ValueError as error:
        raise ConversionError(str(error)) from error


def _task_of(entry: DecoderEntry | None, model: ModelFacts) -> str | None:
    """Return the task that a decoder reads; None means that none is named."""
    if entry is None:
        return None
    takes_picture = model.pictures is not None
    return entry.task if takes_picture else entry.vector_task or entry.task


def _reading(
    options: ConvertOptions, implied: str | None, decision: Decision
) -> Reading | None:
    """Return what the model does; None means that several readings remain."""
    only = decision.only
    task = options.task or implied
    if task is None:
        return only
    # The caller's word; what the evidence adds to the same task is kept.
    if options.task is None and only is not None and only.task == task:
        return only
    return Reading(task)


def _split(
    texts: Sequence[str], options: ConvertOptions
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return labels, and the ancestors that they state or that the card knows."""
    labels, parents = split_labels(texts)
    return labels, parents or dict(options.hierarchy or {})
