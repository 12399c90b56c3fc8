"""Models, rewritten so that TensorFlow's converter can do its work.

What lives here: a copier of frozen graphs with the rewritings of its ops, which hold
for every kind of file, and recurrent layers written out. What may not: the loading of
files. Start reading at ``rewriter.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .rewriter import rewrite
    from .unrolled import without_loops
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "rewriter": "rewrite",
            "unrolled": "without_loops",
        },
    )
