"""The recipes of the shipped models, and data sets drawn from a random seed.

What lives here: commands that make the models of ``runtime/demo`` again, and the whole
journey of ``demo --train``. What may not: anything that a user's own training needs.
Start reading at ``demo.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .demo import DemoFolder, DemoPlan, train
    from .demo_data import draw
    from .demo_detector import SIZE, make_detector, summary
    from .scene_files import write_scenes
    from .shapes import make_crops, write_crops
    from .zoo_networks import FULL_SIZE, FullSize
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "demo": "DemoFolder DemoPlan train",
            "demo_data": "draw",
            "demo_detector": "SIZE make_detector summary",
            "scene_files": "write_scenes",
            "shapes": "make_crops write_crops",
            "zoo_networks": "FULL_SIZE FullSize",
        },
    )
