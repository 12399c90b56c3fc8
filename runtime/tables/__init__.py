"""Tables of an app's file as dataclasses, with the path of each key that is wrong.

What lives here: reading by type hints, the kinds of values, and the JSON schema of the
same dataclasses; standard library only. What may not: what a table is about, which its
own room knows. Start reading at ``reading.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .faults import (
        FaultList,
        TableError,
        TableFault,
        TablePath,
        as_path,
        nearest,
        place_text,
        unknown_key,
    )
    from .kinds import (
        Between,
        ByteCount,
        Count,
        Positive,
        PositiveSeconds,
        Seconds,
        Share,
        TableOf,
        ValueKind,
    )
    from .reading import hints_of, is_required, read_table, read_value
    from .schema import attribute_texts, schema_of
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "faults": (
                "FaultList TableError TableFault TablePath as_path nearest "
                "place_text unknown_key"
            ),
            "kinds": (
                "Between ByteCount Count Positive PositiveSeconds Seconds Share "
                "TableOf ValueKind"
            ),
            "reading": "hints_of is_required read_table read_value",
            "schema": "attribute_texts schema_of",
        },
    )
