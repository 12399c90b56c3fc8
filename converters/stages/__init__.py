"""The stages of a conversion: prepared, built, verified, written.

What lives here: one frozen value per stage, and the function that makes it of the value
before. What may not: how a single step works; that is in the other rooms. Start reading
at ``prepared.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .built import Built, build_file, signature_of
    from .ground_truth import GroundTruth
    from .prepared import Prepared, prepare
    from .verified import Verified, verify_file
    from .written import Written, write_file
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "built": "Built build_file signature_of",
            "ground_truth": "GroundTruth",
            "prepared": "Prepared prepare",
            "verified": "Verified verify_file",
            "written": "Written write_file",
        },
    )
