"""TOML texts: read, with the place of each key and of each fault.

What lives here: the reader, the scanner of places, and the cure for what is no TOML.
What may not: what an app is. Start reading at ``positions.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .cures import cure
    from .loading import TomlSyntaxError, loads
    from .positions import Position, Positions
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "cures": "cure",
            "loading": "TomlSyntaxError loads",
            "positions": "Position Positions",
        },
    )
