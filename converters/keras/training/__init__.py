"""How a model was trained, as its file states it.

What lives here: readers of losses and metrics in every version's spelling, without
TensorFlow. What may not: conclusions on the task; ``converters/plan`` draws them. Start
reading at ``training_config.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .loss_families import (
        LossFamily,
        counts_classes,
        counts_one_class,
        family_of,
        measures_overlap,
    )
    from .task_of_loss import may_be_picture, stated_outputs, task_by_loss
    from .trained_pictures import (
        TrainedPictures,
        append_trained_pictures,
        read_trained_pictures,
    )
    from .training_config import OutputTraining, TrainingConfig, parse_training
    from .training_file import read_training, write_training
    from .training_state import is_untrained
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "loss_families": (
                "LossFamily counts_classes counts_one_class family_of measures_overlap"
            ),
            "task_of_loss": "may_be_picture stated_outputs task_by_loss",
            "trained_pictures": (
                "TrainedPictures append_trained_pictures read_trained_pictures"
            ),
            "training_config": "OutputTraining TrainingConfig parse_training",
            "training_file": "read_training write_training",
            "training_state": "is_untrained",
        },
    )
