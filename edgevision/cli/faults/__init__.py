"""What goes wrong, in words that a terminal cannot obey.

What lives here: the sentences for what the operating system refuses, and the hooks by
which tracebacks, warnings, logs and click's errors pass ``printable``. What may not:
the sentences of a particular command. Start reading at ``escaping.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .escaping import ESCAPES, LogLine, escape_everything, escape_words
    from .refusals import system_refusal
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "escaping": "ESCAPES LogLine escape_everything escape_words",
            "refusals": "system_refusal",
        },
    )
