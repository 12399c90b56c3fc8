"""MediaPipe's detectors of faces, palms and people: offsets from anchors, keypoints.

What lives here: the decoder, its anchors and what is published. What may not: a crop of
what was found, and the nets that look into it. Start reading at ``decoder.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .anchors import anchor_centers, grids
    from .decoder import BlazeFaceDecoder
    from .kinds import KINDS, PUBLISHED, BlazeKind, PublishedDetector, kind_of_keypoints
    from .layout import BlazeLayout, find_blaze_layout
    from .options import BlazeOptions
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "anchors": "anchor_centers grids",
            "decoder": "BlazeFaceDecoder",
            "kinds": "KINDS PUBLISHED BlazeKind PublishedDetector kind_of_keypoints",
            "layout": "BlazeLayout find_blaze_layout",
            "options": "BlazeOptions",
        },
    )
