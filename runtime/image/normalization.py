"""Normalizations by name: what ``--normalize`` may say and what it means in pixels.

One place, because the converter folds what the runtime applies. A normalization here is
always ``real = (pixel - mean) / std`` with pixels, mean and std in 0..255.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from ...errors import shown, unknown_name


class Normalization(NamedTuple):
    """One normalization, in pixel units.

    Attributes:
        mean: One value, or one per channel in the model's channel order.
        std: As many values as ``mean``, all above 0.
        color: The channel order that the name implies; None when it implies none.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]
    color: str | None = None


NORMALIZATIONS: Final[dict[str, Normalization]] = {
    # The model takes pixels as they are.
    "raw": Normalization((0.0,), (1.0,)),
    # 0..1
    "unit": Normalization((0.0,), (255.0,)),
    # -1..1: keras.applications calls it "tf".
    "signed": Normalization((127.5,), (127.5,)),
    # ImageNet statistics, as torchvision and keras.applications "torch" use them.
    "torch": Normalization(
        (255 * 0.485, 255 * 0.456, 255 * 0.406), (255 * 0.229, 255 * 0.224, 255 * 0.225)
    ),
    # Mean only, in blue-green-red order: keras.applications "caffe".
    "caffe": Normalization((103.939, 116.779, 123.68), (1.0, 1.0, 1.0), "bgr"),
}

_EXAMPLE: Final = "mean=127.5,std=127.5 or mean=124,116,104,std=58,57,57"


def parse_normalize(text: str) -> Normalization:
    """Read a normalization from its name or from its numbers.

    Args:
        text: ``raw``, ``unit``, ``signed``, ``torch``, ``caffe`` or
            ``mean=...,std=...`` with one or three numbers each, in pixel units.

    Raises:
        ValueError: The text is neither; the sentence says what would have been.

    Example:
        >>> parse_normalize("unit")
        Normalization(mean=(0.0,), std=(255.0,), color=None)
        >>> parse_normalize("mean=1,2,3,std=4").std
        (4.0, 4.0, 4.0)
    """
    name = text.strip().lower()
    known = NORMALIZATIONS.get(name)
    if known is not None:
        return known
    if "=" not in name:
        names = [*NORMALIZATIONS, "mean=..,std=.."]
        raise ValueError(unknown_name("normalization", text, names))
    values = _numbers(text, name)
    mean, std = values["mean"], values["std"]
    if len(mean) != len(std):
        # One number stands for all channels.
        mean, std = (mean * 3, std) if len(mean) == 1 else (mean, std * 3)
    return Normalization(mean, std)


def format_normalize(mean: Sequence[float], std: Sequence[float]) -> str:
    """Return the shortest text that :func:`parse_normalize` reads back the same.

    Args:
        mean: One or three values in pixel units.
        std: One or three values in pixel units.
    """
    for name, known in NORMALIZATIONS.items():
        if known.color is None and _close(mean, known.mean) and _close(std, known.std):
            return name
    return "mean={},std={}".format(
        *(",".join(f"{value:.6g}" for value in _shortest(part)) for part in (mean, std))
    )


def _numbers(text: str, name: str) -> dict[str, tuple[float, ...]]:
    """Return the numbers after ``mean=`` and ``std=``, checked."""
    values: dict[str, list[float]] = {}
    current: list[float] = []
    for piece in name.replace(";", ",").split(","):
        key, equals, number = piece.rpartition("=")
        if equals:
            if key.strip() not in ("mean", "std") or key.strip() in values:
                raise ValueError(
                    f"A normalization has one mean= and one std=, got {shown(text)}. "
                    f"Write {_EXAMPLE}."
                )
            current = values.setdefault(key.strip(), [])
        try:
            current.append(float(number))
        except ValueError:
            raise ValueError(
                f"The normalization {shown(text)} holds {shown(number.strip())} where "
                f"a number was expected. Write {_EXAMPLE}."
            ) from None
    for key in ("mean", "std"):
        numbers = values.get(key, [])
        if len(numbers) not in (1, 3) or not all(map(math.isfinite, numbers)):
            raise ValueError(
                f"The normalization {shown(text)} needs one or three finite numbers "
                f"after {key}=, got {len(numbers)}. Write {_EXAMPLE}."
            )
    if min(values["std"]) <= 0:
        raise ValueError(f"std must be above 0, got {shown(text)}. Write {_EXAMPLE}.")
    return {key: tuple(numbers) for key, numbers in values.items()}


def _shortest(values: Sequence[float]) -> Sequence[float]:
    return values[:1] if len(set(values)) == 1 else values


def _close(values: Sequence[float], known: Sequence[float]) -> bool:
    values, known = _shortest(values), _shortest(known)
    return len(values) == len(known) and all(
        math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-6)
        for a, b in zip(values, known, strict=True)
    )
