"""Files: written whole or not at all, locked while they grow, named by any bytes.

What lives here: outputs that are not overwritten, files in the making, locks, names;
standard library only. What may not: what a particular file holds. Start reading at
``writing.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import lazy_names

if TYPE_CHECKING:
    from .csv_cells import csv_cell, csv_column
    from .locks import close_output, hold_folder, hold_name, hold_output
    from .names import name_as_text, native_path, utf8
    from .parts import (
        PartFile,
        part_folder,
        publish_file,
        remove_dead_parts,
        sync_folder,
    )
    from .rescue import rescue_whole_files
    from .writing import (
        refuse_existing,
        refuse_filled,
        write_bytes,
        write_pieces,
        write_text,
    )
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "csv_cells": "csv_cell csv_column",
            "locks": "close_output hold_folder hold_name hold_output",
            "names": "name_as_text native_path utf8",
            "parts": "PartFile part_folder publish_file remove_dead_parts sync_folder",
            "rescue": "rescue_whole_files",
            "writing": (
                "refuse_existing refuse_filled write_bytes write_pieces write_text"
            ),
        },
    )
