"""Memory by arithmetic: what a file takes, before it is read.

What lives here: the limit for what one file may take, and readers of files and arrays
that keep it. What may not: formats of pictures and models. Start reading at
``file_limit.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .array_file import ONLY, ArrayHeader, read_arrays
    from .bounded_file import read_file, too_large
    from .file_limit import FLOOR, allowed_bytes, refusal, size_text
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "array_file": "ArrayHeader ONLY read_arrays",
            "bounded_file": "read_file too_large",
            "file_limit": "FLOOR allowed_bytes refusal size_text",
        },
    )
