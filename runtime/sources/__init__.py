"""Sources: where frames come from.

What lives here: one module per kind of source, the table of them, and the parser of
source strings. What may not: models, decoders and sinks. Start reading at
``registry.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .base import Source
    from .live import GIVE_UP_AFTER_S
    from .open import open_source, parse_source
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "base": "Source",
            "live": "GIVE_UP_AFTER_S",
            "open": "open_source parse_source",
        },
    )
