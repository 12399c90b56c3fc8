"""Results drawn on pictures, and pictures laid over each other.

What lives here: overlay, colours of classes, alpha blending. What may not: decoding and
files. Start reading at ``overlay.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...registry import lazy_names

if TYPE_CHECKING:
    from .compose import add_weighted, blend, lay_over, paint_classes
    from .output_picture import lay_output, side_by_side
    from .overlay import draw
    from .palette import COLORS, Color, table
    from .pen import plain_letters
    from .region_marks import draw_regions
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "compose": "add_weighted blend lay_over paint_classes",
            "output_picture": "lay_output side_by_side",
            "overlay": "draw",
            "palette": "COLORS Color table",
            "pen": "plain_letters",
            "region_marks": "draw_regions",
        },
    )

MODULES: Final = ("compose",)
"""Modules that others use whole, by their names."""
