"""Recipes: named choices of how a model's numbers are stored and computed.

=========  ========================  ====================  ==========================
recipe     inputs, outputs (default) needs calibration     for
=========  ========================  ====================  ==========================
int8       uint8, int8, float32      yes                   every board; the default
int16x8    float32                   yes                   int8 that loses too much
float16    float32                   no                    GPUs; half the size
dynamic    float32                   no                    models without images
float32    float32                   no                    comparison
=========  ========================  ====================  ==========================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ...registry import resolve

IO_TYPES: Final = ("uint8", "int8", "float32")

RECIPES: Final[dict[str, str]] = {
    "int8": "edgevision.converters.build.recipes:INT8",
    "int16x8": "edgevision.converters.build.recipes:INT16X8",
    "float16": "edgevision.converters.build.recipes:FLOAT16",
    "dynamic": "edgevision.converters.build.recipes:DYNAMIC",
    "float32": "edgevision.converters.build.recipes:FLOAT32",
}

TARGETS: Final = ("litert", "tflite-runtime-2.14")


@dataclass(frozen=True)
class Recipe:
    """One choice of number formats.

    Attributes:
        name: Its key in ``RECIPES``.
        summary: One line for help texts and docs.
        ios: Types that inputs and outputs may have, the default first.
        needs_calibration: Whether ranges come from sample inputs.
        full_integer: Whether no float op may be left between inputs and outputs.
    """

    name: str
    summary: str
    ios: tuple[str, ...]
    needs_calibration: bool = False
    full_integer: bool = False


INT8: Final = Recipe(
    "int8",
    "int8 weights and activations: smallest and fastest on every board",
    ("uint8", "int8", "float32"),
    needs_calibration=True,
    full_integer=True,
)
INT16X8: Final = Recipe(
    "int16x8",
    "int8 weights, int16 activations: closer to float, slower",
    ("float32",),
    needs_calibration=True,
    full_integer=True,
)
FLOAT16: Final = Recipe(
    "float16", "float16 weights, computed in float32: half the size", ("float32",)
)
DYNAMIC: Final = Recipe(
    "dynamic", "int8 weights, ranges measured while running", ("float32",)
)
FLOAT32: Final = Recipe("float32", "no quantization", ("float32",))


def recipe(name: str) -> Recipe:
    """Return a recipe by its name.

    Raises:
        ValueError: No recipe has this name.
    """
    entry = resolve("recipe", name, RECIPES)
    if not isinstance(entry, Recipe):
        raise TypeError(f"The registry entry of recipe {name!r} is not a Recipe.")
    return entry
