"""The scale of the pixels that a model was trained on: evidence for each candidate.

What lives here: candidates, what the float model says under each, and which of them is
beyond doubt. What may not: reading of pictures, and what outputs mean. Start reading at
``evidence.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .candidate import ScaleCandidate, candidates
    from .choice import ChosenScale, choose_scale, scale_of_bytes
    from .evidence import ScaleEvidence
    from .flatness import flat_sentence
    from .weighing import PICTURES, fitting_scale, weigh_scales
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "candidate": "ScaleCandidate candidates",
            "choice": "ChosenScale choose_scale scale_of_bytes",
            "evidence": "ScaleEvidence",
            "flatness": "flat_sentence",
            "weighing": "PICTURES fitting_scale weigh_scales",
        },
    )
