"""The picture input of a model, made of whatever the model takes.

What lives here: bytes, encoded pictures, open sizes, flat pictures and fixed inputs,
turned into one float32 picture. What may not: how pixels are normalized; that is in
``plan/``. Start reading at ``picture_input.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .fixed_values import described
    from .flat_picture import flat_size, with_picture_outputs
    from .open_values import draw_values, middle_values
    from .picture_input import with_picture_input
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "fixed_values": "described",
            "flat_picture": "flat_size with_picture_outputs",
            "open_values": "draw_values middle_values",
            "picture_input": "with_picture_input",
        },
    )
