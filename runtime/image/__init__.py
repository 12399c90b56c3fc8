"""From a picture file or a frame to a model's input.

What lives here: what counts as a picture file, reading and writing such files,
normalization by name, and the compiled preprocessor. What may not: models and
interpreters. Start reading at ``preprocess.py``; for folders at ``picture_files.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .damaged_pictures import damage_warning
    from .image_file import (
        check_output,
        fit_to,
        read_mask,
        read_with_alpha,
        write_image,
    )
    from .normalization import (
        NORMALIZATIONS,
        Normalization,
        format_normalize,
        parse_normalize,
    )
    from .other_decoders import decode_otherwise
    from .picture_digest import file_digest, set_digest
    from .picture_files import (
        PictureFolder,
        has_pictures,
        list_folders,
        list_pictures,
        natural_key,
        natural_order,
        walk_files,
    )
    from .picture_formats import (
        PICTURE_SUFFIXES,
        STILL_SUFFIXES,
        SUFFIX_HINT,
        WRITABLE_SUFFIXES,
        is_picture,
        why_not_decoded,
    )
    from .picture_reader import decode_file, open_picture, picture_bytes, read_image
    from .preprocess import Preprocessor, input_layout, pixel_table
    from .resampling import BORDERS, resample
    from .resize_rule import parse_resize
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "damaged_pictures": "damage_warning",
            "image_file": "check_output fit_to read_mask read_with_alpha write_image",
            "normalization": (
                "NORMALIZATIONS Normalization format_normalize parse_normalize"
            ),
            "other_decoders": "decode_otherwise",
            "picture_digest": "file_digest set_digest",
            "picture_files": (
                "PictureFolder has_pictures list_folders list_pictures natural_key "
                "natural_order walk_files"
            ),
            "picture_formats": (
                "PICTURE_SUFFIXES STILL_SUFFIXES SUFFIX_HINT WRITABLE_SUFFIXES "
                "is_picture why_not_decoded"
            ),
            "picture_reader": "decode_file open_picture picture_bytes read_image",
            "preprocess": "Preprocessor input_layout pixel_table",
            "resampling": "BORDERS resample",
            "resize_rule": "parse_resize",
        },
    )
