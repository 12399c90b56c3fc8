"""Disk: what sinks keep, whole records at any time and on the disk soon.

What lives here: files that grow, and the thread that brings them to the disk. What may
not: what a record looks like. Start reading at ``growing_file.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .disk_sync import DiskSync
    from .growing_file import SYNC_S, FileOptions, GrowingFile
    from .last_record import end_of_rows
    from .publisher import Publisher
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "disk_sync": "DiskSync",
            "growing_file": "FileOptions GrowingFile SYNC_S",
            "last_record": "end_of_rows",
            "publisher": "Publisher",
        },
    )
