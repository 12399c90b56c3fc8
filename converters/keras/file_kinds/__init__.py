"""The kind of what a path holds: by content, never by name.

What lives here: how models are told from each other and from all else, sentences for
what is no Keras model, and models inside folders and archives. What may not: building a
model, and TensorFlow. Start reading at ``file_kind.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .file_kind import kind_of, refuse_address
    from .foreign_files import foreign_sentence
    from .model_containers import InnerModel, inner_model
    from .zip_bombs import refuse_bomb
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "file_kind": "kind_of refuse_address",
            "foreign_files": "foreign_sentence",
            "model_containers": "InnerModel inner_model",
            "zip_bombs": "refuse_bomb",
        },
    )
