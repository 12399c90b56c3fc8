"""What must not be seen is covered before a picture leaves the process.

What lives here: areas of a picture, what is painted over them, and the stage that does
both and shows nothing where it fails. What may not: sinks, and the choice of a model.
Start reading at ``redact_stage.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .cover import CELLS, STYLES, Cover
    from .covered_areas import CoveredAreas
    from .heads_of_people import has_faces, head_boxes
    from .held_boxes import HOLD_S, HeldBoxes
    from .hidden_results import hidden, nothing_of
    from .hidden_words import HiddenWords
    from .known_labels import check_labels, most_things
    from .marked_things import marked_boxes, marked_pixels
    from .redact_stage import RedactStage
    from .settings import RedactionSettings, ZonePoints, read_zone
    from .time_limited_model import ThingFinder, TimeLimitedModel
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "cover": "CELLS Cover STYLES",
            "covered_areas": "CoveredAreas",
            "heads_of_people": "has_faces head_boxes",
            "held_boxes": "HOLD_S HeldBoxes",
            "hidden_results": "hidden nothing_of",
            "hidden_words": "HiddenWords",
            "known_labels": "check_labels most_things",
            "marked_things": "marked_boxes marked_pixels",
            "redact_stage": "RedactStage",
            "settings": "RedactionSettings ZonePoints read_zone",
            "time_limited_model": "ThingFinder TimeLimitedModel",
        },
    )
