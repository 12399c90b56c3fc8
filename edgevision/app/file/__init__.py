"""An app's file: read, with the line and a cure of everything that is wrong in it.

What lives here: TOML with the place of each key, variables of the environment, faults,
and the schema for editors. What may not: a model or a camera. Start reading at
``app_file.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .app_file import AppFile, read_app_file
    from .environment import fill_in
    from .file_fault import FileFault, file_error, located, mark
    from .schema import app_schema
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "app_file": "AppFile read_app_file",
            "environment": "fill_in",
            "file_fault": "FileFault file_error located mark",
            "schema": "app_schema",
        },
    )
