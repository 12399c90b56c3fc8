"""SSD heads: raw, and after ``TFLite_Detection_PostProcess``.

What lives here: the two decoders and the anchors of the raw one. What may not: other
families. Start reading at ``post_process.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .anchor_rules import RULES, anchor_rule, rules_with
    from .head_tensors import HeadTensors, find_head
    from .output_roles import OTHER, ROLES, checked_roles, find_roles, roles_of_names
    from .raw import SsdDecoder, SsdOptions
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "anchor_rules": "RULES anchor_rule rules_with",
            "head_tensors": "HeadTensors find_head",
            "output_roles": "OTHER ROLES checked_roles find_roles roles_of_names",
            "raw": "SsdDecoder SsdOptions",
        },
    )
