"""Landmarks: nets that look at a cropped region and return its points.

What lives here: the decoder, which output means what, and the published names of
points. What may not: how a region is chosen and cut out. Start reading at
``decoder.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .decoder import LandmarksDecoder
    from .options import KINDS, ORDERS, UNITS, LandmarksOptions, alone_note
    from .roles import ROLES, OutputRoles, find_roles, is_published
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "decoder": "LandmarksDecoder",
            "options": "KINDS LandmarksOptions ORDERS UNITS alone_note",
            "roles": "OutputRoles ROLES find_roles is_published",
        },
    )
