"""A model that takes pictures, and what is built around one.

What lives here: the model, tiles, two models in a row, and generators. What may not:
how a file is opened, which ``opening/`` decides. Start reading at ``model.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .base import PictureModel
    from .generator import GENERATOR, grid_of, latents_of
    from .model import Model
    from .stages import ThenOptions, TwoStage
    from .tiled import TiledModel, Tiles
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "base": "PictureModel",
            "generator": "GENERATOR grid_of latents_of",
            "model": "Model",
            "tiled": "TiledModel Tiles",
            "stages": "ThenOptions TwoStage",
        },
    )
