"""Pictures for training: read, split by content, changed at random, batched.

What lives here: what several tasks share of reading and showing pictures. What may not:
networks and losses. Start reading at ``data_layout.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .augmentation_layers import (
        AUGMENTATIONS,
        chosen_augmentation,
        parse_augmentation,
        seeded,
    )
    from .batches import (
        Positions,
        ordered_batches,
        picture_batches,
        shuffled_batches,
    )
    from .contact_sheets import contact_sheet, shown
    from .data_layout import (
        IMAGE_FOLDERS,
        MASK_FOLDERS,
        DataKind,
        find_data,
        pictures_in,
        split_parts,
    )
    from .held_out import check_place, hold_back, not_held, split
    from .pictures import (
        PictureFiles,
        Pixels,
        digest_of,
        find_pictures,
        picture_preprocessor,
        read_picture,
        read_pictures,
        without_copies,
    )
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "augmentation_layers": (
                "AUGMENTATIONS chosen_augmentation parse_augmentation seeded"
            ),
            "batches": "Positions ordered_batches picture_batches shuffled_batches",
            "contact_sheets": "contact_sheet shown",
            "data_layout": (
                "DataKind IMAGE_FOLDERS MASK_FOLDERS find_data pictures_in split_parts"
            ),
            "held_out": "check_place hold_back not_held split",
            "pictures": (
                "PictureFiles Pixels digest_of find_pictures picture_preprocessor "
                "read_picture read_pictures without_copies"
            ),
        },
    )
