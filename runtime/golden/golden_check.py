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
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...card import InputCard
from ...errors import ModelCardError
from ..interpreter import Invoker
from ..tensors import TensorSpec
from .inputs import COUNT, FORMULA, golden_inputs
from .origin_of_check import origin

SAMPLE: Final = 64
# A tolerance is a quarter of what the best wrong answer scores; where healthy kernels
# need more, three times their difference, up to half.
_SHARE, _MARGIN, _MOST = 0.25, 3.0, 0.5
# Class numbers flip as a whole where two classes nearly tie: on arm64 a seventh of a
# segmentation's stored pixels, none between the kernels of one x86.
_SHARE_OF_CLASSES = 0.5
# An answer that no wrong one differs from by two steps says nothing.
_LEAST: Final = 2.0
_STEPS: Final = 255

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class GoldenVerdict:
    """Say whether a model computes here what it computed where it was made.

    Attributes:
        passed: No output is off by more than its tolerance.
        weak: The stored answers could not have told a wrong runtime.
        inputs: How many of the eight inputs were asked.
        errors: Mean difference per output, in steps.
        tolerances: What is allowed per output; None for an output that proves nothing.
        words: One sentence without a full stop.
    """

    passed: bool
    weak: bool
    inputs: int
    errors: tuple[float, ...]
    tolerances: tuple[float | None, ...]
    words: str

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain JSON types."""
        return {
            "passed": self.passed,
            "weak": self.weak,
            "inputs": self.inputs,
            "errors": [round(error, 4) for error in self.errors],
            "tolerances": list(self.tolerances),
            "words": self.words,
        }


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
    """Ask a model again and compare with what its card says.

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
            f"The card's golden check has formula {stored.get('formula')!r}; this "
            f"EdgeVision knows {FORMULA}. Upgrade edgevision on this device."
        )
    try:
        chosen = list(range(COUNT))
        if quick and stored["quick"] is not None:
            chosen = [range(COUNT)[int(stored["quick"])]]
        outputs = [_Stored.read(item) for item in stored["outputs"]]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ModelCardError(
            f"The card's golden check is damaged: {error!r}."
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
        errors.append(_mean(_difference(output.expected[judged], got, output.step)))
        tolerances.append(
            output.tolerance if len(chosen) == COUNT else output.inputs[chosen[0]]
        )
    return _verdict(errors, tolerances, len(chosen), _name(interpreter))


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
        tolerance = item["tolerance"]
        return cls(
            size,
            positions,
            expected,
            float(item["step"]),
            None if tolerance is None else float(tolerance),
            [None if value is None else float(value) for value in item["inputs"]],
        )


def _ask(
    interpreter: Invoker, input_card: InputCard | None, chosen: Sequence[int]
) -> list[list[Matrix]]:
    """Return the flattened outputs, float64, for some of the eight inputs."""
    answers = []
    for index in chosen:
        made = golden_inputs(interpreter.inputs, input_card, index)
        for position, values in enumerate(made):
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
    positions = _telling(every)
    expected, other = every[:, positions], other[:, positions]
    step = _step(spec, expected)
    kernels = _difference(expected, other, step).mean(axis=1)
    wrong = _wrong(expected, spec, step)
    inputs: list[float | None] = [None] * COUNT
    if positions.size and np.isfinite(expected).all() and np.isfinite(other).all():
        lows = wrong.min(axis=0)
        inputs = [
            _tolerance(float(kernels[i]), float(lows[i]), step) for i in range(COUNT)
        ]
        if sum(_MARGIN * kernels > _MOST * lows) > COUNT // 2:
            inputs = [None] * COUNT
    judged = [i for i in range(COUNT) if inputs[i] is not None] or list(range(COUNT))
    difference = _mean(kernels[judged])
    lowest = float(wrong[:, judged].mean(axis=1).min())
    tolerance = (
        None if inputs == [None] * COUNT else _tolerance(difference, lowest, step)
    )
    return {
        "name": spec.name,
        "size": int(every.shape[1]),
        "positions": positions.tolist(),
        "expected": [[_number(value) for value in row] for row in expected],
        "step": step,
        "kernel_difference": round(difference, 4),
        "wrong_answer": round(lowest, 4),
        "tolerance": tolerance,
        "inputs": inputs,
    }


def _telling(every: Matrix) -> npt.NDArray[np.int64]:
    """Choose at most 64 positions: those that stand out, then an even spread."""
    size = every.shape[1]
    if size <= SAMPLE:
        return np.arange(size)
    usual = np.nan_to_num(np.median(every))
    apart = np.nan_to_num(np.abs(every - usual))
    order = np.argsort(-apart, axis=1, kind="stable")[:, : SAMPLE // COUNT]
    found = np.unique(order)
    spread = np.linspace(0, size - 1, SAMPLE).astype(np.int64)
    rest = spread[~np.isin(spread, found)][: SAMPLE - len(found)]
    return np.sort(np.concatenate([found, rest]))


def _step(spec: TensorSpec, expected: Matrix) -> float:
    """Return what counts as one step; 0 for class numbers, which are equal or not."""
    if spec.is_quantized:
        return 1.0
    if spec.dtype.kind != "f":
        return 0.0
    finite = expected[np.isfinite(expected)]
    spread = float(finite.max() - finite.min()) if finite.size else 0.0
    return float(f"{spread / _STEPS:.6g}") or 1.0


def _difference(expected: Matrix, got: Matrix, step: float) -> Matrix:
    """Return the difference per value in steps; a class that differs counts as 255."""
    if step == 0:
        return np.where(expected == got, 0.0, float(_STEPS))
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.abs(expected - got) / step
    # NaN is the worst answer, and one enormous value must not hide behind infinity.
    return np.where(np.isfinite(apart), np.minimum(apart, 1e6), 1e6)


def _wrong(expected: Matrix, spec: TensorSpec, step: float) -> Matrix:
    """Return how wrong answers score per input: one row for each kind of wrong."""
    flat = expected.reshape(-1)
    finite = flat[np.isfinite(flat)]
    middle = float(np.median(finite)) if finite.size else 0.0
    answers = [
        np.zeros_like(expected),
        np.full_like(expected, spec.zero_point),
        np.full_like(expected, middle),
        np.roll(flat, flat.size // 2 + 1).reshape(expected.shape),
    ]
    return np.stack([_difference(expected, a, step).mean(axis=1) for a in answers])


def _tolerance(kernels: float, wrong: float, step: float) -> float | None:
    """Return what is allowed, in steps; None where right and wrong are too close."""
    share = _SHARE if step else _SHARE_OF_CLASSES
    allowed = max(share * wrong, _MARGIN * kernels)
    if wrong < _LEAST or allowed > _MOST * wrong:
        return None
    return round(allowed, 4)


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


def _verdict(
    errors: Sequence[float],
    tolerances: Sequence[float | None],
    inputs: int,
    name: str,
) -> GoldenVerdict:
    judged = [
        (error, allowed)
        for error, allowed in zip(errors, tolerances, strict=True)
        if allowed is not None
    ]
    passed = all(error <= allowed for error, allowed in judged)
    asked = "1 golden input" if inputs == 1 else f"{inputs} golden inputs"
    if not judged:
        words = (
            f"the golden check is weak: the answers of this model to {asked} would not "
            "tell a wrong runtime"
        )
    else:
        error, allowed = max(judged, key=lambda pair: pair[0] / pair[1])
        words = (
            f"{asked} on {name}: off by {error:.2f} steps in the mean, "
            f"{allowed:.2f} are allowed"
        )
    return GoldenVerdict(
        passed, not judged, inputs, tuple(errors), tuple(tolerances), words
    )


def _name(interpreter: Invoker) -> str:
    here = origin(interpreter)
    return (
        f"{here['backend']} {here['backend_version']} ({here['delegate']}, "
        f"{here['processor']})"
    )


def _mean(values: Matrix) -> float:
    return float(np.mean(values)) if values.size else 0.0


def _number(value: float) -> float | int:
    if not np.isfinite(value):
        return 0
    return int(value) if float(value).is_integer() else float(f"{value:.7g}")
