"""Checks that end a conversion with exit 3: of the float model and of the budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ...errors import VerificationError
from ...runtime.metrics import wilson_interval
from .verification import Verification


def check_float(
    answers: Sequence[int], truth: Sequence[int], *, normalize: str, color: str
) -> str | None:
    """Check the float model before anything is converted.

    A wrong normalization, colour order or label order hurts float and int8 equally,
    so their agreement cannot show it.

    Args:
        answers: The class that it names, per picture.
        truth: The true class, per picture.
        normalize: The normalization in use, for the sentence.
        color: The colour order in use, for the sentence.

    Returns:
        A warning when the pictures cannot show it; None means that all is well.

    Raises:
        VerificationError: The model is no better than always naming one class.
    """
    count = len(truth)
    share = float(np.bincount(np.asarray(truth)).max()) / count
    if share == 1:
        return "All verification images show one class, so accuracy says little."
    right = int(np.sum(np.asarray(answers) == np.asarray(truth)))
    low, high = wilson_interval(right, count)
    if low > share:
        return None
    raise VerificationError(
        f"The float model itself is right on {right / count:.1%} of {count} images "
        f"(95 % interval {low:.1%} to {high:.1%}), no better than always naming the "
        f"largest class ({share:.1%}). Its input or its labels are wrong, or it has "
        f"learned too little: check --normalize (now {normalize}), --color (now "
        f"{color}) and the labels' order. Pass pictures that are not in class folders "
        "to convert it without this check.",
        report={"float": right / count, "n": count, "interval": [low, high]},
    )


def check_budget(
    result: Verification, budget: Mapping[str, float], *, recipe: str, count: int
) -> None:
    """Compare a verification with its budget.

    Args:
        result: What was measured.
        budget: min_agreement, max_drop and min_accuracy, where they are set.
        recipe: The recipe in use, for the sentence.
        count: Number of calibration images, for the sentence.

    Raises:
        VerificationError: A budget is missed; the sentence names likely causes.
    """
    # A floor of 0 asks for nothing.
    asks = any(name == "max_drop" or value > 0 for name, value in budget.items())
    if result.is_empty and asks:
        raise VerificationError(
            f"Neither model finds a box on any of {result.count} samples, so no budget "
            "can be met. Pass --verify with pictures that show the objects, or a "
            "lower --option score_threshold=0.05.",
            report=result.to_dict(budget),
        )
    misses: list[str] = []
    least = budget.get("min_agreement")
    if least is not None and result.agreement < least:
        misses.append(
            f"{recipe} and float agree ({result.metric}) by {result.agreement:.1%} on "
            f"{result.count} samples; the budget is {least:.1%}"
        )
    measured = "is right on" if result.accuracy_name == "accuracy" else "has"
    what = "" if result.accuracy_name == "accuracy" else f" {result.accuracy_name}"
    most = budget.get("max_drop")
    if most is not None and result.drop is not None and result.drop > most + 1e-9:
        misses.append(
            f"{recipe} {measured} {result.accuracy:.1%}{what} where float "
            f"{measured.replace('right ', '')} {result.float_accuracy:.1%} "
            f"({result.count} images); the budget is a drop of {100 * most:g} points"
        )
    floor = budget.get("min_accuracy")
    if floor is not None and result.accuracy is not None and result.accuracy < floor:
        misses.append(
            f"{recipe} {measured} {result.accuracy:.1%}{what} of {result.count} "
            f"images; the budget is {floor:.1%}"
        )
    if not misses:
        return
    short = floor is not None and (result.float_accuracy or 1.0) < floor
    causes = []
    if short:
        causes.append(
            f"The float model itself {measured} {result.float_accuracy:.1%}{what}: "
            "check --normalize, --color, --resize and the labels' order, or train "
            "further."
        )
    if not short or len(misses) > 1:
        causes.append(_cures(recipe, count))
    raise VerificationError(
        f"{'; '.join(misses)}. {' '.join(causes)}",
        report=result.to_dict(budget),
    )


def _cures(recipe: str, count: int) -> str:
    cures = ["calibration images like those of the device (pixels 0..255)"]
    if recipe == "int8":
        cures.append(f"other or more than the {count} calibration images")
        cures.append("--recipe int16x8 or float16")
    return f"Likely cures: {', '.join(cures)}."
