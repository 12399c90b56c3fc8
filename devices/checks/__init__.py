"""Doctor's checks: small functions from an environment to a finding.

What lives here: one module per subject and the table of all checks. What may not:
reading the system (``environment.py`` did that before). Start reading at
``registry.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .registry import CHECKS
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "registry": "CHECKS",
        },
    )
