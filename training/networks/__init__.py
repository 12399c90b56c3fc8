"""Networks by name, and transfer from a trained one.

What lives here: architectures, published networks, transfer, layers of our own. What
may not: data and training loops. Start reading at ``architectures.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .architectures import ARCHITECTURES, build, input_of
    from .fused_batch_normalization import batch_normalization
    from .transfer import Base, open_base, stages
    from .unet import build_unet
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "architectures": "ARCHITECTURES build input_of",
            "fused_batch_normalization": "batch_normalization",
            "transfer": "Base open_base stages",
            "unet": "build_unet",
        },
    )
