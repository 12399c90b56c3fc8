"""CenterNet: objects are the peaks of a heatmap of their middles.

What lives here: its raw heads, and people of the Object Detection API's export. What
may not: heads with anchors. Start reading at ``decoder.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .decoder import CenterNetDecoder, CenterNetOptions
    from .head import CenterNetHead, find_centernet_head
    from .people import CenterNetPoseDecoder, CenterNetPoseOptions, find_people_roles
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "decoder": "CenterNetDecoder CenterNetOptions",
            "head": "CenterNetHead find_centernet_head",
            "people": "CenterNetPoseDecoder CenterNetPoseOptions find_people_roles",
        },
    )
