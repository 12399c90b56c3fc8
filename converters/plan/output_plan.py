"""What a model's outputs mean: task, decoder and labels, proved or told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ...card import OutputCard
from ...errors import ConversionError
from ...runtime.decoders import DECODERS, decoder_of_task, only_decoder
from ...runtime.labels import SEPARATOR, full_labels, split_labels
from ...runtime.opening import proven_options, recognise
from ...runtime.tflite import ModelFile
from ..datasets import ImageSet
from ..options import ConvertOptions


@dataclass(frozen=True)
class OutputPlan:
    """Say how the outputs are read.

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
    note: Callable[[str], None],
    *,
    is_image: bool,
) -> OutputPlan:
    """Decide what the outputs mean.

    Args:
        outputs: The float model's outputs on a few inputs, batch axis first.
        options: task, decoder and labels are used.
        class_names: Names of the class folders at hand.
        note: Told what was taken from where.
        is_image: Whether the model takes one picture.

    Returns:
        The plan; task and decoder may be left for :func:`settle`, which knows the file.

    Raises:
        ConversionError: The labels' number differs from the outputs'.
    """
    names = options.labels or tuple(class_names)
    entry = DECODERS.get(options.decoder or "")
    implied = entry.task if entry else _proved_task(outputs, names, is_image=is_image)
    task = options.task or implied
    if task is None:
        told = dict(options.decoder_options or {})
        given, parents = _split(options.labels or (), options)
        return OutputPlan(
            "", options.decoder or "", told, labels=given, hierarchy=parents
        )
    decoder = options.decoder or only_decoder(task)
    classes = _classes(task, outputs)
    texts = _labels(options, class_names, classes, note)
    labels, parents = _split(texts, options)
    settings: dict[str, Any] = dict(options.decoder_options or {})
    if task == "classification":
        settings["activation"] = _activation(outputs[0])
    if decoder == "image":
        if (
            len(outputs) != 1
            or outputs[0].ndim != 4
            or outputs[0].shape[3] not in (1, 3)
        ):
            # Nothing here reads several outputs, or maps that are no pictures.
            decoder = options.decoder or "none"
        elif "std" not in settings:
            settings.update(_pixel_units(outputs[0], note))
    return OutputPlan(task, decoder, settings, labels, classes, parents)


def settle(plan: OutputPlan, model: ModelFile) -> OutputPlan:
    """Complete a plan by what the converted file's tensors prove.

    Raises:
        ConversionError: Task or decoder are neither told nor proved.
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
    # What the caller says counts more than what the tensors prove.
    options.update(plan.options)
    return replace(plan, task=task, decoder=decoder, options=options)


def class_positions(
    images: ImageSet, plan: OutputPlan, note: Callable[[str], None]
) -> tuple[int, ...]:
    """Return each picture's class as a position in the model's output.

    Class folders are matched by name with the labels, and by order where no name fits.

    Args:
        images: Pictures, perhaps with classes.
        plan: Holds the labels and the number of classes.
        note: Told when classes are known but of no use.

    Returns:
        One position per picture; empty when the true classes are not known.
    """
    if not images.classes:
        return ()
    if not images.class_names:
        top = max(images.classes)
        if top >= plan.classes or min(images.classes) < 0:
            note(
                f"{images.name} has class numbers up to {top}, the model "
                f"{plan.classes} classes; accuracy is not measured."
            )
            return ()
        return images.classes
    names = [name.casefold() for name in images.class_names]
    places = _places(names, plan)
    if not places and len(names) == plan.classes:
        places = list(range(len(names)))
        if plan.labels:
            note(
                f"The class folders of {images.name} are not named as the labels are; "
                "they are taken in alphabetical order."
            )
    if not places:
        note(
            f"{images.name} has {len(names)} class folders, the model {plan.classes} "
            "classes; accuracy is not measured."
        )
        return ()
    return tuple(places[index] for index in images.classes)


def _split(
    texts: Sequence[str], options: ConvertOptions
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return labels, and the ancestors that they state or that the card knows."""
    labels, parents = split_labels(texts)
    return labels, parents or dict(options.hierarchy or {})


def _places(names: Sequence[str], plan: OutputPlan) -> list[int]:
    """Return the class that each folder's name means; empty when one means none.

    Folders inside each other are named by their path (``animal > cat``); a model may
    know the whole path, the last part, or only the first.
    """
    paths = [name.split(SEPARATOR) for name in names]
    for labels, wanted in (
        (plan.labels, names),
        (full_labels(plan.labels, plan.hierarchy), names),
        (plan.labels, [path[-1] for path in paths]),
        (plan.labels, [path[0] for path in paths]),
    ):
        known = [label.casefold() for label in labels]
        if known and all(name in known for name in wanted):
            return [known.index(name) for name in wanted]
    return []


def box_classes(
    images: ImageSet, plan: OutputPlan, note: Callable[[str], None]
) -> tuple[int, ...]:
    """Return for each class of the true boxes its position in the model's output.

    Classes are matched by name with the labels, and by order where no name fits.

    Args:
        images: Pictures, perhaps with true boxes.
        plan: Holds the labels.
        note: Told when boxes are known but of no use.

    Returns:
        One position per class; empty when the true boxes are not known.
    """
    if plan.task != "detection" or not images.boxed:
        return ()
    names = [name.casefold() for name in images.box_labels]
    labels = [label.casefold() for label in plan.labels]
    if labels and all(name in labels for name in names):
        return tuple(labels.index(name) for name in names)
    if not labels or len(names) == len(labels):
        if labels:
            note(
                f"The classes of {images.name} are not named as the labels are; they "
                "are taken in their order."
            )
        return tuple(range(len(names)))
    note(
        f"{images.name} has {len(names)} classes, the model {len(labels)} labels, and "
        "the names differ; average precision is not measured."
    )
    return ()


def _proved_task(
    outputs: Sequence[npt.NDArray[Any]], names: Sequence[str], *, is_image: bool
) -> str | None:
    if not is_image:
        return "generation" if outputs and outputs[0].ndim == 4 else None
    if len(outputs) != 1:
        return None
    only = outputs[0]
    if only.ndim == 2 or (only.ndim == 4 and only.shape[1:3] == (1, 1)):
        flat = only.reshape(len(only), -1)
        if flat.shape[1] == len(names) or _is_softmax(flat):
            return "classification"
        if flat.shape[1] == 1 and _in_unit(flat):
            return "classification"
    if only.ndim == 4 and only.shape[-1] > 1 and _is_softmax(only):
        return "segmentation"
    return None


def _pixel_units(
    output: npt.NDArray[Any], note: Callable[[str], None]
) -> dict[str, float]:
    """Return which numbers are black and white, by what the float model gave."""
    low, high = float(output.min()), float(output.max())
    if low >= -1.01 and high <= 1.01 and low < -0.01:
        return {"mean": 127.5, "std": 127.5}
    if low >= -0.01 and high <= 1.01:
        return {"mean": 0.0, "std": 255.0}
    if low >= -2 and 2 < high <= 257:
        return {"mean": 0.0, "std": 1.0}
    note(
        f"The model's pictures hold {low:.3g} to {high:.3g}, which is neither -1..1, "
        "0..1 nor 0..255; -1..1 is taken as black to white."
    )
    return {"mean": 127.5, "std": 127.5}


def _activation(output: npt.NDArray[Any]) -> str:
    """Return what is left to do to turn the output into scores."""
    flat = output.reshape(len(output), -1)
    if _is_softmax(flat) or _in_unit(flat):
        return "none"
    return "sigmoid" if flat.shape[1] == 1 else "softmax"


def _is_softmax(values: npt.NDArray[Any]) -> bool:
    return (
        values.shape[-1] > 1
        and _in_unit(values)
        and bool(np.allclose(values.sum(axis=-1), 1, atol=1e-3))
    )


def _in_unit(values: npt.NDArray[Any]) -> bool:
    return bool(values.size) and bool(values.min() >= 0) and bool(values.max() <= 1)


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
    note: Callable[[str], None],
) -> tuple[str, ...]:
    if options.labels is not None:
        if classes and len(options.labels) != classes:
            raise ConversionError(
                f"There are {len(options.labels)} labels for {classes} classes in the "
                "model's output. Pass --labels with one line per class, in the order "
                "of training (a first line 'background' is often missing or too many)."
            )
        return options.labels
    if classes and len(class_names) == classes:
        note(f"Labels are the {classes} class folders' names.")
        return tuple(class_names)
    if classes:
        note("Labels are numbers; pass --labels FILE to name them.")
    return ()
