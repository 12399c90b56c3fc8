"""The check that a file passes before it is opened, and what is kept of it.

What lives here: the hash, the first run in a child process, verdicts and settings of
earlier openings. What may not: what outputs mean. Start reading at ``admission.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .admission import admit, check_hash, remember
    from .known_settings import keep_settings, recall
    from .trial import Admission, try_in_child
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "admission": "admit check_hash remember",
            "known_settings": "keep_settings recall",
            "trial": "Admission try_in_child",
        },
    )
