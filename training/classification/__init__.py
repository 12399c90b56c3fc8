"""Train classifiers on folders of pictures, one folder per class.

What lives here: the task and its job for the training loop. What may not: other tasks.
Start reading at ``task.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .job import RATE, LabelledPixels, classification_card, classification_job
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "job": "LabelledPixels RATE classification_card classification_job",
        },
    )
