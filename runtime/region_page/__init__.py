"""The page on which zones and lines are drawn on the live picture, and their file.

What lives here: the page, its small server, and the change of a TOML file that keeps
what people wrote around it. What may not: what a region counts. Start reading at
``region_editor.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .region_editor import NoModel, RegionEditor
    from .region_file import RegionFile
    from .region_server import RegionServer
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "region_editor": "NoModel RegionEditor",
            "region_file": "RegionFile",
            "region_server": "RegionServer",
        },
    )
