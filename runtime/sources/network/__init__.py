"""Cameras on the network: ``rtsp://``, ``http://``, ``tcp://`` and others.

What lives here: the source, and what is done with addresses and the passwords in them.
What may not: other kinds of source. Start reading at ``network_source.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .address import SCHEMES, check_address, split_address
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "address": "SCHEMES check_address split_address",
        },
    )
