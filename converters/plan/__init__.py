"""How pixels reach a model, and what its outputs mean.

What lives here: decisions with their reasons, made before anything is converted. What
may not: work on tensors. Start reading at ``input_plan.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .class_matching import box_classes, class_positions
    from .head_plan import head_plans, plan_heads
    from .input_plan import InputPlan, picture_card, pixel_error, plan_input
    from .label_plan import is_multi_label, true_labels, with_thresholds
    from .output_plan import OutputPlan, plan_outputs, settle
    from .value_plan import true_values, value_names
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "class_matching": "box_classes class_positions",
            "head_plan": "head_plans plan_heads",
            "input_plan": "InputPlan picture_card pixel_error plan_input",
            "label_plan": "is_multi_label true_labels with_thresholds",
            "output_plan": "OutputPlan plan_outputs settle",
            "value_plan": "true_values value_names",
        },
    )
