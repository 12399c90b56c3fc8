"""Options of ``edgevision run``, in groups.

What lives here: groups of options, each with the checks that belong to it. What may
not: commands. Start reading at ``results.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .motion import motion_options, refuse_age_alone
    from .redaction import open_redaction, redaction_options, take_redaction
    from .results import result_options
    from .tracks import track_options, track_stages
    from .waiting import give_up_option, max_invoke_option
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "motion": "motion_options refuse_age_alone",
            "redaction": "open_redaction redaction_options take_redaction",
            "results": "result_options",
            "tracks": "track_options track_stages",
            "waiting": "give_up_option max_invoke_option",
        },
    )
