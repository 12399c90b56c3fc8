"""From what is known of a model to the tasks that remain, and to the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from ...keras.training import LossFamily, family_of
from .map_rules import decide_map
from .model_facts import ModelFacts, OutputFacts
from .reading import (
    GENERATION,
    IMAGE,
    RAW,
    SEGMENTATION,
    TEXT,
    VALUES,
    Decision,
    Reading,
    open_between,
    proven,
)
from .vector_rules import decide_vector

# Below it, rows and columns are a table.
_SMALLEST_SIDE: Final = 8
_COUNTS: Final = ("no", "one", "two", "three", "four", "five", "six")


def decide(model: ModelFacts) -> Decision:
    """Return the readings that remain of a model's outputs.

    Args:
        model: What is known of the model.

    Returns:
        A decision or a question. A question without a reading is of outputs that only
        the converted file's tensors can prove, such as a detector's.
    """
    if len(model.outputs) == 1:
        return _one(model, model.outputs[0])
    return _several(model)


def _one(model: ModelFacts, output: OutputFacts) -> Decision:
    if output.is_vector:
        return decide_vector(model, output)
    if output.is_map and min(output.shape[:2]) > 1:
        return decide_map(model, output)
    if len(output.shape) == 2 and (
        output.head.activation == "argmax" or output.values.dtype.kind in "iu"
    ):
        return proven(SEGMENTATION, "the argmax at its end")
    if family_of(output.training.loss) == LossFamily.TEXT:
        return proven(TEXT, f"the loss {output.training.loss}")
    if len(output.shape) == 2 and output.is_softmax:
        return open_between("rows that each add up to 1", TEXT, RAW)
    if len(output.shape) == 2:
        return _without_channel(model, output)
    return open_between("")


def _without_channel(model: ModelFacts, output: OutputFacts) -> Decision:
    """Return the reading of rows and columns: a gray picture, or anything else."""
    rows, columns = output.shape
    if model.takes_vector and min(rows, columns) >= _SMALLEST_SIDE:
        if rows == columns:
            return proven(GENERATION, "its input, a vector, and its output, a picture")
        return open_between("a vector in, rows and columns out", GENERATION, RAW)
    pictures = model.pictures
    if pictures is not None and pictures.shape[1:3] == (rows, columns):
        gray = replace(output, values=output.values[..., np.newaxis])
        decision = decide_map(model, gray)
        if decision.only == IMAGE:
            return decision
    return open_between("")


def _several(model: ModelFacts) -> Decision:
    """Return the reading of several outputs, where all are numbers by their loss."""
    if not all(output.is_vector for output in model.outputs):
        return open_between("")
    decisions = [decide_vector(model, output) for output in model.outputs]
    losses = sorted({output.training.loss for output in model.outputs} - {""})
    if all(item.only == VALUES for item in decisions) and losses:
        word = "loss" if len(losses) == 1 else "losses"
        return proven(VALUES, f"the {word} {', '.join(losses)}")
    tasks = sorted({item.only.task for item in decisions if item.only is not None})
    what = f" ({', '.join(tasks)})" if tasks else ""
    count = len(model.outputs)
    number = _COUNTS[count] if count < len(_COUNTS) else str(count)
    return open_between(f"{number} outputs{what}", RAW, VALUES)


def question(model: ModelFacts, decision: Decision) -> str:
    """Return the question that remains, as one sentence with the option for each.

    Args:
        model: What is known of the model.
        decision: What :func:`decide` returns.
    """
    shapes = ", ".join("x".join(map(str, (1, *o.shape))) for o in model.outputs)
    outputs = "outputs" if len(model.outputs) > 1 else "output"
    stated = any(output.training.loss for output in model.outputs)
    known = decision.source or "shapes that a detector may have"
    why = "" if stated else "; the file states no loss"
    verb = "do" if outputs == "outputs" else "does"
    head = f"The {outputs} ({shapes}) {verb} not prove what the model does"
    if decision.readings:
        return f"{head} ({known}{why}). Pass {choices(decision.readings)}."
    return (
        f"{head} ({known}{why}). Pass --decoder NAME for a detector (yolo, ssd, fcos), "
        f"or {choices((RAW,))}."
    )


def choices(readings: Sequence[Reading]) -> str:
    """Return the options of readings with what each means, joined by "or"."""
    each = [f"{reading.arguments} {reading.meaning}" for reading in readings]
    if len(each) == 1:
        return each[0]
    return f"{', '.join(each[:-1])}, or {each[-1]}"
