"""A frozen graph, rewritten so that TensorFlow's converter can do its work.

What lives here: a copier of graphs, and the rewritings of its ops. What may not: Keras
layers; all of it reads the graph alone, so that it holds for every kind of file. Start
reading at ``rewriter.py``.
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
