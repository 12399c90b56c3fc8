"""Which decoder reads a file, by what its tensors and last operations prove.

What lives here: one module for each family of outputs. What may not: decoding, and
guesses: what two kinds could be is a question. Start reading at ``search.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .answer import (
        Assumption,
        Proof,
        Reasons,
        Recognition,
        shape_words,
        single_output,
    )
    from .candidates import candidates_question
    from .last_operation import (
        POST_PROCESS,
        classifier_activation,
        computed_tensor,
        mask_activation,
        pixel_range,
    )
    from .search import proven_options, recognise, recognise_as
    from .vectors import numbers_question
    from .yolo import boxes_question
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "answer": "Assumption Proof Reasons Recognition shape_words single_output",
            "candidates": "candidates_question",
            "last_operation": (
                "POST_PROCESS classifier_activation computed_tensor mask_activation "
                "pixel_range"
            ),
            "search": "proven_options recognise recognise_as",
            "vectors": "numbers_question",
            "yolo": "boxes_question",
        },
    )
