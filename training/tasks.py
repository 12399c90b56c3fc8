"""The tasks that can be trained, by name.

A task is a module here in ``training/`` with a class of two methods, and a line in
``TASKS``. Start reading at :func:`~edgevision.training.train.train`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from ..runtime.frame import Image
    from .callbacks import TrainCallbacks
    from .data import DataKind
    from .job import Job
from .request import TrainRequest

TASKS: Final[dict[str, str]] = {
    "classification": "edgevision.training.classification.task:ClassificationTask",
    "detection": "edgevision.training.detection.task:DetectionTask",
    "gan": "edgevision.training.gan.task:GanTask",
    "segmentation": "edgevision.training.segmentation.task:SegmentationTask",
}


class Task(Protocol):
    """A task: turns data into a training. It is created without arguments.

    Attributes:
        architectures: Names for ``--arch``, the default first.
    """

    architectures: Mapping[str, str]

    def prepare(
        self, request: TrainRequest, data: DataKind, callbacks: TrainCallbacks
    ) -> Job:
        """Return the training: network, batches, stages, card.

        Raises:
            TrainingError: The data or the weights cannot be used.
            ValueError: A choice is unknown or out of range.
        """
        ...

    def preview(
        self, request: TrainRequest, data: DataKind, callbacks: TrainCallbacks
    ) -> Image:
        """Return a contact sheet of training pictures as the network sees them.

        Augmented, with boxes or masks drawn: uint8 (H, W, 3), BGR.
        """
        ...
