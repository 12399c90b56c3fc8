"""The golden check: eight inputs made by a formula, and the answers a file must give.

A runtime may load a model and compute something else without an error (an old runtime
with a newer operator, or a broken kernel, gives zeros or noise). So the converter
stores what the file answers to eight inputs (:func:`make`), and a device asks again
(:func:`check`). Answers differ between healthy kernels too: int8 models by single
values of a hundred steps, by one or two in the mean. What counts is therefore the mean
difference over the stored values, against a tolerance that lies above the difference
between XNNPACK and the built-in kernels and far below what zeros, a constant or another
order of the same values would score. An input for which there is no room between the
two is not judged, nor is an output on most of whose inputs healthy kernels disagree
(boxes in the order of nearly equal scores). Where nothing is left to judge, the check
is stored as weak, refuses nothing and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...card import InputCard
from ...errors import ModelCardError, shown
from ..interpreter import Invoker
from ..tensors import TensorSpec
from .answers import (
    MARGIN,
    MOST,
    Matrix,
    difference,
    mean_of,
    step_of,
    telling_positions,
    tolerance_of,
    wrong_answers,
)
from .inputs import COUNT, FORMULA, golden_inputs
from .origin_of_check import origin
from .verdict import GoldenVerdict, verdict_of


def make(
    factory: Callable[[str], Invoker], input_card: InputCard | None
) -> dict[str, Any]:
    """Return the ``check`` of a model card: what the file answers on this machine.

    Args:
        factory: Makes an interpreter of the file for a delegate, ``xnnpack`` or
            ``none``; it is closed here.
        input_card: The card's image input; None for a model without one.

    Returns:
        Plain JSON types, a few kilobytes.
    """
    first = factory("xnnpack")
    try:
        specs = first.outputs
        answers = _ask(first, input_card, range(COUNT))
        made_by = origin(first)
    finally:
        first.close()
    second = factory("none")
    try:
        others = _ask(second, input_card, range(COUNT))
    finally:
        second.close()
    outputs = [
        _describe(spec, [a[i] for a in answers], [o[i] for o in others])
        for i, spec in enumerate(specs)
    ]
    weak = all(output["tolerance"] is None for output in outputs)
    return {
        "formula": FORMULA,
        **made_by,
        "weak": weak,
        "quick": _quickest(outputs),
        "outputs": outputs,
    }


def check(
    stored: Mapping[str, Any],
    interpreter: Invoker,
    input_card: InputCard | None,
    *,
    quick: bool = False,
) -> GoldenVerdict:
    """Compare a model's answers here with those in its card.

    Args:
        stored: The card's ``check``.
        interpreter: Of the same file, here.
        input_card: The card's image input.
        quick: Ask one input, the one that tells most, instead of all eight.

    Raises:
        ModelCardError: The stored check is damaged, or of an unknown formula.
    """
    if stored.get("formula") != FORMULA:
        raise ModelCardError(
            f"The card's golden check has formula {shown(stored.get('formula'))}; this "
            f"EdgeVision knows {FORMULA}. Upgrade edgevision on this device."
        )
    try:
        chosen = list(range(COUNT))
        if quick and stored["quick"] is not None:
            chosen = [range(COUNT)[int(stored["quick"])]]
        outputs = [_Stored.read(item) for item in stored["outputs"]]
    except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        raise ModelCardError(
            f"The card's golden check is damaged: {type(error).__name__}: "
            f"{shown(error)}."
        ) from error
    answers = _ask(interpreter, input_card, chosen)
    if [output.size for output in outputs] != [a.size for a in answers[0]]:
        raise ModelCardError(
            "The card's golden check belongs to another model: its outputs have other "
            "sizes."
        )
    errors, tolerances = [], []
    for i, output in enumerate(outputs):
        judged = [k for k in chosen if output.inputs[k] is not None] or chosen
        got = np.stack([answers[chosen.index(k)][i][output.positions] for k in judged])
        errors.append(mean_of(difference(output.expected[judged], got, output.step)))
        tolerances.append(
            output.tolerance if len(chosen) == COUNT else output.inputs[chosen[0]]
        )
    return verdict_of(errors, tolerances, len(chosen), _name(interpreter))


@dataclass(frozen=True)
class _Stored:
    size: int
    positions: npt.NDArray[np.int64]
    expected: Matrix
    step: float
    tolerance: float | None
    inputs: list[float | None]

    @classmethod
    def read(cls, item: Mapping[str, Any]) -> _Stored:
        positions = np.asarray(item["positions"], np.int64)
        expected = np.asarray(item["expected"], np.float64)
        size = int(item["size"])
        if expected.shape != (COUNT, len(positions)) or len(item["inputs"]) != COUNT:
            raise ValueError(f"expected answers of shape {expected.shape}")
        if len(positions) and not 0 <= positions.min() <= positions.max() < size:
            raise ValueError("a position outside of the output")
        tolerance, step = item["tolerance"], float(item["step"])
        if step < 0:
            raise ValueError(f"a step of {step:g}")
        return cls(
            size,
            positions,
            expected,
            step,
            None if tolerance is None else float(tolerance),
            [None if value is None else float(value) for value in item["inputs"]],
        )


def _ask(
    interpreter: Invoker, input_card: InputCard | None, chosen: Sequence[int]
) -> list[list[Matrix]]:
    """Return the flattened outputs, float64, for some of the eight inputs."""
    answers = []
    for index in chosen:
        inputs = golden_inputs(interpreter.inputs, input_card, index)
        for position, values in enumerate(inputs):
            interpreter.input(position)[...] = values
        interpreter.invoke()
        answers.append(
            [view.reshape(-1).astype(np.float64) for view in interpreter.outputs_now()]
        )
    return answers


def _describe(
    spec: TensorSpec, answers: Sequence[Matrix], others: Sequence[Matrix]
) -> dict[str, Any]:
    """Return what is stored of one output."""
    every, other = np.stack(answers), np.stack(others)
    positions = telling_positions(every)
    expected, other = every[:, positions], other[:, positions]
    step = step_of(spec, expected)
    kernels = difference(expected, other, step).mean(axis=1)
    wrong = wrong_answers(expected, spec, step)
    inputs: list[float | None] = [None] * COUNT
    if positions.size and np.isfinite(expected).all() and np.isfinite(other).all():
        lows = wrong.min(axis=0)
        inputs = [
            tolerance_of(float(kernels[i]), float(lows[i]), step) for i in range(COUNT)
        ]
        if sum(MARGIN * kernels > MOST * lows) > COUNT // 2:
            inputs = [None] * COUNT
    judged = [i for i in range(COUNT) if inputs[i] is not None] or list(range(COUNT))
    apart = mean_of(kernels[judged])
    lowest = float(wrong[:, judged].mean(axis=1).min())
    tolerance = None if inputs == [None] * COUNT else tolerance_of(apart, lowest, step)
    return {
        "name": spec.name,
        "size": int(every.shape[1]),
        "positions": positions.tolist(),
        "expected": [[_number(value) for value in row] for row in expected],
        "step": step,
        "kernel_difference": round(apart, 4),
        "wrong_answer": round(lowest, 4),
        "tolerance": tolerance,
        "inputs": inputs,
    }


def _quickest(outputs: Sequence[Mapping[str, Any]]) -> int | None:
    """Return the input by which alone most outputs can be judged, best margin first."""
    strong = [output for output in outputs if output["tolerance"] is not None]
    if not strong:
        return None
    judged = [
        (
            sum(output["inputs"][i] is not None for output in strong),
            sum(output["inputs"][i] or 0.0 for output in strong),
        )
        for i in range(COUNT)
    ]
    best = max(range(COUNT), key=lambda i: (judged[i], -i))
    return best if judged[best][0] else None


def _name(interpreter: Invoker) -> str:
    here = origin(interpreter)
    return (
        f"{here['backend']} {here['backend_version']} ({here['delegate']}, "
        f"{here['processor']})"
    )


def _number(value: float) -> float | int:
    if not np.isfinite(value):
        return 0
    return int(value) if float(value).is_integer() else float(f"{value:.7g}")
