"""What a model's outputs mean: task, decoder and labels, proved or chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ...card import OutputCard
from ...errors import ConversionError
from ...runtime.decoders import DECODERS, decoder_of_task, only_decoder
from ...runtime.labels import split_labels
from ...runtime.opening import proven_options, recognise
from ...runtime.tflite import ModelFile
from ..options import ConvertOptions
from .output_evidence import activation_of, pixel_units, proved_task


@dataclass(frozen=True)
class OutputPlan:
    """How the outputs are read.

    Attributes:
        task: A name from ``edgevision.card.TASKS``; "" until :func:`settle`.
        decoder: A decoder's name; "" until :func:`settle`.
        options: The decoder's options.
        labels: One text per class, or none.
        hierarchy: label -> parent label, where labels have ancestors.
        classes: Number of classes; 0 where the task has none.
    """

    task: str
    decoder: str
    options: Mapping[str, Any] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    classes: int = 0
    hierarchy: Mapping[str, str] = field(default_factory=dict)

    @property
    def card(self) -> OutputCard:
        """Return what the model card says of the outputs."""
        return OutputCard(
            self.decoder, dict(self.options), self.labels, dict(self.hierarchy)
        )


def plan_outputs(
    outputs: Sequence[npt.NDArray[Any]],
    options: ConvertOptions,
    class_names: Sequence[str],
    on_note: Callable[[str], None],
    *,
    is_image: bool,
) -> OutputPlan:
    """Decide what the outputs mean.

    Args:
        outputs: The float model's outputs on a few inputs, batch axis first.
        options: task, decoder and labels are used.
        class_names: Names of the class folders at hand.
        on_note: Called with a sentence about where labels come from.
        is_image: Whether the model takes one picture.

    Returns:
        The plan; task and decoder may be left for :func:`settle`, which knows the file.

    Raises:
        ConversionError: The labels' number differs from the outputs'.
    """
    names = options.labels or tuple(class_names)
    entry = DECODERS.get(options.decoder or "")
    implied = entry.task if entry else proved_task(outputs, names, is_image=is_image)
    if entry and entry.vector_task and not is_image:
        implied = entry.vector_task
    task = options.task or implied
    settings: dict[str, Any] = dict(options.decoder_options or {})
    if task is None:
        labels, parents = _split(options.labels or (), options)
        return OutputPlan(
            "", options.decoder or "", settings, labels=labels, hierarchy=parents
        )
    decoder = options.decoder or only_decoder(task)
    classes = _classes(task, outputs)
    texts = _labels(options, class_names, classes, on_note)
    labels, parents = _split(texts, options)
    if task == "classification":
        settings["activation"] = activation_of(outputs[0])
    if decoder == "image":
        if (
            len(outputs) != 1
            or outputs[0].ndim != 4
            or outputs[0].shape[3] not in (1, 3)
        ):
            # Nothing here reads several outputs, or maps that are no pictures.
            decoder = options.decoder or "none"
        elif "std" not in settings:
            settings.update(pixel_units(outputs[0], on_note))
    return OutputPlan(task, decoder, settings, labels, classes, parents)


def settle(plan: OutputPlan, model: ModelFile) -> OutputPlan:
    """Complete a plan by what the converted file's tensors prove.

    Raises:
        ConversionError: Neither options nor tensors say the task or the decoder.
    """
    task, decoder = plan.task, plan.decoder
    options: dict[str, Any] = {}
    if not decoder:
        recognition = recognise(model)
        if (
            recognition is not None
            and DECODERS[recognition.decoder].is_certain
            and task in ("", recognition.task)
        ):
            task, decoder = recognition.task, recognition.decoder
            options.update(recognition.options)
        else:
            decoder = decoder_of_task(task)
    if not decoder:
        shapes = ", ".join("x".join(map(str, item.shape)) for item in model.outputs)
        what = f"a model for {task}" if task else "what the model does"
        raise ConversionError(
            f"The outputs ({shapes}) do not prove {what}. Pass --task "
            "classification, segmentation, pose, embedding or generation, or "
            "--decoder for a detector."
        )
    options.update(proven_options(model, decoder, len(plan.labels))[0])
    # The caller's choice comes before what the tensors prove.
    options.update(plan.options)
    return replace(plan, task=task, decoder=decoder, options=options)


def _split(
    texts: Sequence[str], options: ConvertOptions
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return labels, and the ancestors that they state or that the card knows."""
    labels, parents = split_labels(texts)
    return labels, parents or dict(options.hierarchy or {})


def _classes(task: str, outputs: Sequence[npt.NDArray[Any]]) -> int:
    if task == "classification":
        count = int(np.prod(outputs[0].shape[1:]))
        return 2 if count == 1 else count
    if task == "segmentation" and outputs[0].ndim == 4:
        return int(outputs[0].shape[-1])
    return 0


def _labels(
    options: ConvertOptions,
    class_names: Sequence[str],
    classes: int,
    on_note: Callable[[str], None],
) -> tuple[str, ...]:
    if options.labels is not None:
        if classes and len(options.labels) != classes:
            raise ConversionError(
                f"There are {len(options.labels)} labels for {classes} classes in the "
                "model's output. Pass --labels with one line per class, in the order "
                "of training (check whether the first line must be 'background')."
            )
        return options.labels
    if classes and len(class_names) == classes:
        on_note(f"Labels are the names of the {classes} class folders.")
        return tuple(class_names)
    if classes:
        on_note("Labels are numbers; pass --labels FILE to name them.")
    return ()
