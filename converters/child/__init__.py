"""The child process in which TensorFlow works.

What lives here: the request that crosses over, the process that carries it out, and
what becomes of its end. What may not: conversion itself, and TensorFlow in the parent.
Start reading at ``parent.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .input_files import model_to_file, samples_to_file
    from .parent import run_child
    from .request import Request
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "input_files": "model_to_file samples_to_file",
            "parent": "run_child",
            "request": "Request",
        },
    )
