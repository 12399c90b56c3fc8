"""Train generators against discriminators.

What lives here: the task, its networks and the pictures of the shipped generator. What
may not: other tasks. Start reading at ``task.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .networks import build_generator
    from .silhouettes import make_silhouettes
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "networks": "build_generator",
            "silhouettes": "make_silhouettes",
        },
    )
