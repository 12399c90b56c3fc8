"""The inputs of a conversion: what calibrates and what verifies.

What lives here: sets that are split, read and prepared as the device prepares them.
What may not: quantization and judgement. Start reading at ``samples.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .calibration import feed, pixel_preprocessor
    from .generator_samples import may_take_latents
    from .picture_sample import FewPictures, few_pictures
    from .sample_sets import gather, open_sets
    from .samples import Samples, probe_inputs
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "calibration": "feed pixel_preprocessor",
            "picture_sample": "FewPictures few_pictures",
            "generator_samples": "may_take_latents",
            "sample_sets": "gather open_sets",
            "samples": "Samples probe_inputs",
        },
    )
