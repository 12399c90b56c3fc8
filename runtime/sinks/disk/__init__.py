"""Disk: what sinks keep, whole records at any time and on the disk soon.

What lives here: files that grow, and the thread that brings them to the disk. What may
not: what a record looks like. Start reading at ``growing_file.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .growing_file import FileOptions, GrowingFile
    from .last_record import end_of_rows
    from .publisher import Publisher
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "growing_file": "FileOptions GrowingFile",
            "last_record": "end_of_rows",
            "publisher": "Publisher",
        },
    )
