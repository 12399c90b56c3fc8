"""PoseNet: heatmaps of keypoints, and the vectors that join them to people.

What lives here: the roles of its maps, single people and several (PersonLab). What may
not: MoveNet, whose graph decodes by itself. Start reading at ``decoder.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .bodypix import BodyPixDecoder, BodyPixOptions
    from .decoder import PoseNetDecoder, PoseNetOptions
    from .layout import PoseNetLayout, find_posenet_layout
    from .operation import PoseNetOpDecoder, PoseNetOpOptions
    from .people import People, find_people
    from .sampling import GridMap
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "bodypix": "BodyPixDecoder BodyPixOptions",
            "decoder": "PoseNetDecoder PoseNetOptions",
            "layout": "PoseNetLayout find_posenet_layout",
            "operation": "PoseNetOpDecoder PoseNetOpOptions",
            "people": "People find_people",
            "sampling": "GridMap",
        },
    )
