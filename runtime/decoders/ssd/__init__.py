"""SSD heads: raw, and after ``TFLite_Detection_PostProcess``.

What lives here: the two decoders and the anchors of the raw one. What may not: other
families. Start reading at ``post_process.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .post_process import ROLES
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "post_process": "ROLES",
        },
    )
