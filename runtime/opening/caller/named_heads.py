"""The heads of a network, as a caller names them: ``age=values``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ....errors import UnsupportedModelError, unknown_name
from ...decoders import decoder_of_task
from ...tflite import ModelFile
from ..options import OpenOptions
from ..recognition import (
    classifier_activation,
    mask_activation,
    pixel_range,
    shape_words,
)

HEAD_TASKS: Final = (
    *("classification", "values", "text", "embedding", "segmentation", "image"),
    "landmarks",
)
"""What one output of a network with several can be."""


def with_heads(model: ModelFile, options: OpenOptions) -> OpenOptions:
    """Return a caller's options with heads as options of the decoder ``heads``.

    Args:
        model: The file.
        options: What the caller says, ``heads`` among them.

    Raises:
        UnsupportedModelError: The names of the heads fit no outputs.
        ValueError: A task is none of a head, or another task or decoder was passed.
    """
    if options.task not in (None, "multi-task") or options.decoder not in (
        None,
        "heads",
    ):
        raise ValueError(
            "--head names the tasks of several outputs; pass it without --task and "
            "--decoder."
        )
    known = {"heads": named_heads(model, options.heads or {})}
    joined = with_head_options(known, options.options or {})
    for entry in joined["heads"]:
        if entry["options"].get("expected") is not None and not entry["labels"]:
            entry["labels"] = [entry["name"]]  # one number of many bins
    return replace(
        options, task="multi-task", decoder="heads", options=joined, heads=None
    )


def named_heads(
    model: ModelFile, heads: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return heads as the decoder ``heads`` takes them, with what the file proves.

    Heads that have the names of outputs read these. Other names are the caller's own,
    one for each output, in the file's order.

    Args:
        model: The file.
        heads: By name ``task``, and where they are needed ``labels`` and ``options``.

    Raises:
        UnsupportedModelError: The names fit no outputs.
        ValueError: A task is none of a head.
    """
    positions = _positions(model, tuple(heads))
    entries = []
    for name, head in heads.items():
        task = str(head.get("task"))
        if task not in HEAD_TASKS:
            raise ValueError(
                f"the head '{name}' cannot be for {task}: "
                f"{unknown_name('task of a head', task, HEAD_TASKS)}"
            )
        position = positions[name]
        decoder = decoder_of_task(task)
        options = _proven(model, position, decoder)
        labels = list(head.get("labels") or ())
        if decoder == "values" and not labels and model.outputs[position].size == 1:
            labels = [name]
        entries.append(
            {
                "name": name,
                "decoder": decoder,
                "outputs": [position],
                "options": {**options, **dict(head.get("options") or {})},
                "labels": labels,
            }
        )
    return entries


def heads_question(model: ModelFile) -> str:
    """Return what to ask about several outputs that are vectors; "" for others."""
    outputs = model.output_tensors
    shapes = [tensor.shape for tensor in outputs]
    if len(shapes) < 2 or not all(
        shape and shape.count(1) >= len(shape) - 1 for shape in shapes
    ):
        return ""
    tasks: dict[str, str] = {}
    lines, bins = [], {}
    for position, tensor in enumerate(outputs):
        is_scores = classifier_activation(model, position)[0] == "none"
        name = _NAMES[position] if position < len(_NAMES) else f"head{position}"
        is_classes = is_scores and tensor.size > 1
        tasks[name] = "classification" if is_classes else "values"
        lines.append(f"{shape_words(tensor)}{' (scores)' if is_scores else ''}")
        if is_classes and tensor.size >= _FEWEST_BINS:
            bins[name] = tensor.size - 1
    more = ""
    if bins:
        ends = " ".join(f"--option {k}.expected=0..{v}" for k, v in bins.items())
        means = _flags({**tasks, **dict.fromkeys(bins, "values")})
        more = f" For ages or angles as scores of bins: {means} {ends}."
    others = ", ".join(task for task in HEAD_TASKS if task not in tasks.values())
    return (
        f"{model.name} has {len(outputs)} outputs, {', '.join(lines)}, and nothing "
        "says what they mean. Give each a name and a task, in this order: "
        f"{_flags(tasks)} (other tasks: {others}).{more}"
    )


def _flags(tasks: Mapping[str, str]) -> str:
    return " ".join(f"--head {name}={task}" for name, task in tasks.items())


_FEWEST_BINS: Final = 20  # so many scores may be bins of an age or an angle
_NAMES: Final = ("first", "second", "third", "fourth", "fifth")


def with_head_options(
    options: Mapping[str, Any], of_caller: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the options of the decoder ``heads`` with those that name a head.

    Args:
        options: Those that are known.
        of_caller: Those that the caller passed; ``age.scale`` is the option ``scale``
            of the head ``age``.

    Raises:
        ValueError: No head has the name.
    """
    result = {k: v for k, v in of_caller.items() if "." not in k}
    result = {**options, **result}
    entries = [dict(head) for head in result.get("heads", ())]
    names = [entry.get("name") for entry in entries]
    for key, value in of_caller.items():
        name, dot, option = key.rpartition(".")
        if not dot:
            continue
        if name not in names:
            raise ValueError(unknown_name("head", name, tuple(map(str, names))))
        entry = entries[names.index(name)]
        entry["options"] = {**entry.get("options", {}), option: value}
    return {**result, "heads": entries} if entries else result


def _positions(model: ModelFile, names: tuple[str, ...]) -> dict[str, int]:
    outputs = model.output_tensors
    known: dict[str, int] = {}
    for position, tensor in enumerate(outputs):
        known.setdefault(tensor.name, position)
        for signature in model.signatures:
            for name, index in signature.outputs.items():
                if index == tensor.index:
                    known.setdefault(name, position)
    if all(name in known for name in names):
        return {name: known[name] for name in names}
    if not any(name in known for name in names) and len(names) == len(outputs):
        return {name: position for position, name in enumerate(names)}
    listed = ", ".join(
        f"{position}: '{tensor.name}' {shape_words(tensor)}"
        for position, tensor in enumerate(outputs)
    )
    raise UnsupportedModelError(
        f"{model.name} has {len(outputs)} outputs ({listed}), and the heads are "
        f"{', '.join(map(repr, names))}. Pass one --head NAME=TASK for each output in "
        "this order, or heads that are called as outputs are."
    )


def _proven(model: ModelFile, position: int, decoder: str) -> dict[str, Any]:
    """Return the options of a head that its own output proves."""
    if decoder == "classifier":
        return {"activation": classifier_activation(model, position)[0]}
    if decoder == "segmentation" and model.output_tensors[position].shape[3:] == (1,):
        return {"activation": mask_activation(model, position)[0]}
    if decoder == "image":
        known = pixel_range(model, position)
        if known is not None:
            std = 255 / (known[1] - known[0])
            return {"mean": 0.0 - known[0] * std, "std": std}
    return {}
