"""From a frozen model to the bytes of a ``.tflite``.

What lives here: recipes, ranges, and checks of the result against recipe and board.
What may not: judgement of accuracy. Start reading at ``recipes.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...registry import lazy_names

if TYPE_CHECKING:
    from .compatibility import Compatibility, check
    from .recipes import INT8, IO_TYPES, RECIPES, TARGETS, Recipe, recipe
    from .tflite_bytes import build
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "compatibility": "Compatibility check",
            "recipes": "INT8 IO_TYPES RECIPES Recipe TARGETS recipe",
            "tflite_bytes": "build",
        },
    )

MODULES: Final = ("device_fit",)
"""Modules that others use whole, by their names."""
