"""Heatmaps: maps whose highest places are what a network found.

What lives here: what the decoders of such maps share. What may not: what a place means,
which each decoder knows. Start reading at ``peaks.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .keypoints import best_places
    from .peaks import Places, local_maxima
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "keypoints": "best_places",
            "peaks": "Places local_maxima",
        },
    )
