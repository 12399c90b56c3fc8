"""What ``edgevision inspect`` shows of a Keras file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .table import byte_text, shape_text

Facts = Mapping[str, Any]


def keras_lines(facts: Facts) -> list[str]:
    """Return the text for one Keras file."""
    file = facts["file"]
    count = facts["parameters"]
    total = len(facts["layers"])
    lines = [
        f"{file['path']}: {byte_text(file['bytes'])}, Keras {facts['keras_version']} "
        f"{facts['kind']} model '{facts['name']}' as {file['format']}",
        "",
        f"Inputs      {', '.join(map(shape_text, facts['inputs'])) or 'not stated'}",
        f"Parameters  {'not counted: needs h5py' if count is None else f'{count:,}'}",
        f"Layers      {total}: "
        + ", ".join(f"{n} {kind}" for kind, n in facts["layer_kinds"].items()),
        *_training_lines(facts["training"]),
        *_scale_lines(facts["scale"]),
        *_keras_card_lines(facts.get("card")),
        *(f"Lambda      {layer['words']}" for layer in facts["lambdas"]),
        "",
        "What 'edgevision convert' would need",
    ]
    return lines + [f"  {sentence}" for sentence in facts["needs"]]


def _scale_lines(scale: Facts) -> list[str]:
    """Return what the model's first layers do to pixels, or saw of them."""
    if scale["own"]:
        layers = ", ".join(scale["layers"])
        return [f"Scale       {scale['own']}, by its own layers ({layers})"]
    if not scale["seen"]:
        return []
    mean, std = scale["seen"]
    name = scale["trained_on"] or "no named rule"
    return [
        f"Scale       {name}: the first layer, {scale['layers'][0]}, saw a mean of "
        f"{mean:.3g} and a standard deviation of {std:.3g} in training"
    ]


def _training_lines(outputs: list[Facts]) -> list[str]:
    """Return the task of each output by the loss that the file states."""
    lines: list[str] = []
    for output in outputs:
        text = f"the loss {output['loss']}"
        if output["from_logits"]:
            text += " from logits"
        if output["metrics"]:
            text += f", metrics {', '.join(output['metrics'])}"
        if output["task"]:
            text = f"{output['task']} (by {text})"
        if len(outputs) > 1:
            text = f"{output['output']}: {text}"
        lines.append(f"{'' if lines else 'Task':<12}{text}")
    return lines


def _keras_card_lines(card: Facts | None) -> list[str]:
    """Return what the card in a Keras file says, in a line or two."""
    if card is None:
        return []
    output, taken = card["output"], card["input"]
    lines = [f"Card        {card['task']}, read by '{output['decoder']}'"]
    if taken is not None:
        lines[0] += (
            f", pictures {taken['width']}x{taken['height']} {taken['color']} by "
            f"{taken['resize']}"
        )
    if output["labels"]:
        labels = output["labels"]
        shown = ", ".join(labels[:8]) + (", ..." if len(labels) > 8 else "")
        lines.append(f"Labels      {len(labels)}: {shown}")
    return lines
