"""The job that a task hands to the training loop: network, data, stages, card.

A task knows its data and its network; the loop in ``loop.py`` knows nothing of either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..card import ModelCard


class EpochData(Protocol):
    """The batches of an epoch: a ``keras.utils.PyDataset`` with one method more.

    What it yields must depend on the seed, the epoch and the batch's number alone: then
    a training that was interrupted goes on exactly as it would have.
    """

    def __len__(self) -> int:
        """Return the number of batches."""
        ...

    def set_epoch(self, epoch: int) -> None:
        """Take the number of the epoch that begins, from 0, counted over all stages."""
        ...


@dataclass(frozen=True)
class TrainingStage:
    """A part of a training, such as "head first".

    Attributes:
        name: A word or two for people.
        epochs: Passes over the data.
        learning_rate: The highest learning rate.
        schedule: cosine (with warm-up) or constant.
        prepare: Called with the network before the stage, to freeze or thaw layers.
        warm_up: Share of the stage's steps in which the rate rises, with cosine.
    """

    name: str
    epochs: int
    learning_rate: float
    schedule: str = "cosine"
    prepare: Callable[[Any], None] | None = None
    warm_up: float = 0.05


def adam(**settings: Any) -> Any:
    """Return Keras' Adam; the loop sets the rate before every step."""
    from .keras_import import load_keras

    return load_keras().optimizers.Adam(**settings)


def model_optimizer(model: Any) -> list[Any]:
    """Return the optimizer that ``compile`` gave a network."""
    return [model.optimizer]


@dataclass(frozen=True)
class Job:
    """A training that is ready to begin.

    Attributes:
        model: What ``fit`` trains; a subclass with its own ``train_step`` is fine.
        compile: Called with the network and an optimizer at the beginning of every
            stage; compiles the one with the other.
        train: Batches of an epoch; ``set_epoch`` is called when it has one.
        stages: At least one.
        card: Card of the saved network; the caller fills in the name.
        arch: The network's name.
        validation: What ``evaluate`` takes; its results come as ``val_...``.
        measure: Called with the network after every epoch; returns numbers by name for
            the history, such as mAP on held-out pictures.
        monitor: The number that decides which epoch is best; None keeps the last one.
        mode: max or min.
        patience: Epochs without a better one after which the training ends; None means
            that it does not end early.
        class_weights: class_id -> weight.
        optimizer: Returns a new one for each stage. With ``use_ema=True`` in it the
            moving average of the weights is validated and saved.
        optimizers: Returns all that a compiled network has; their rate is set.
        each_epoch: Called with the network and the number of the epoch, from 1, at its
            end.
        saved: Returns the network to save, from the trained one.
        metrics: The numbers to report from the best epoch, with the words for them.
        labels: One text per class.
        facts: Facts about the data for the report.
        trained_on: Returns the SHA-256 of each picture file to learn from.
        warnings: Sentences about what needs attention.
    """

    model: Any
    compile: Callable[[Any, Any], None]
    train: Any
    stages: tuple[TrainingStage, ...]
    card: ModelCard
    arch: str
    validation: Any = None
    measure: Callable[[Any], Mapping[str, float]] | None = None
    monitor: str | None = None
    mode: str = "max"
    patience: int | None = None
    class_weights: Mapping[int, float] | None = None
    optimizer: Callable[[], Any] = adam
    optimizers: Callable[[Any], list[Any]] = model_optimizer
    each_epoch: Callable[[Any, int], None] | None = None
    saved: Callable[[Any], Any] = lambda model: model
    metrics: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    trained_on: Callable[[], Sequence[str]] = tuple
    warnings: tuple[str, ...] = ()

    @property
    def epochs(self) -> int:
        """Return the passes of all stages."""
        return sum(stage.epochs for stage in self.stages)
