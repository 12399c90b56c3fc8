"""Known faces, products, parts: embeddings with names.

What lives here: the gallery and how folders of pictures become one. What may not: the
models that make embeddings. Start reading at ``gallery.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .enrollment import enroll
    from .gallery import Gallery
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "enrollment": "enroll",
            "gallery": "Gallery",
        },
    )
