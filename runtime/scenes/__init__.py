"""Generated pictures of shapes with exact truth, for training, tests and the demo.

What lives here: outlines and the brushes that draw them, still pictures, and moving
scenes; each a pure function of its seed. What may not: models, and data sets on disk.
Start reading at ``still.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .moving import Scene
    from .outlines import SHAPES
    from .still import (
        EASY,
        HARD,
        Difficulty,
        render_crop,
        render_masked_scene,
        render_scene,
        render_silhouette,
    )
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "moving": "Scene",
            "outlines": "SHAPES",
            "still": (
                "Difficulty EASY HARD render_crop render_masked_scene render_scene "
                "render_silhouette"
            ),
        },
    )
