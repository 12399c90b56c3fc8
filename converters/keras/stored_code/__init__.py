"""Python functions that a file stores, read as data: no code of a file ever runs.

What lives here: the bytes of a function as strings, numbers and instructions, and what
these compute, in words. What may not: code objects, and anything that executes them.
Start reading at ``marshal_bytes.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .byte_code import writer_of
    from .marshal_bytes import CodeParts, read_code
    from .reading import read_expression
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "byte_code": "writer_of",
            "marshal_bytes": "CodeParts read_code",
            "reading": "read_expression",
        },
    )
