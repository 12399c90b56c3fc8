"""The choices of a training, and its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ..card import RESIZE_RULES
from ..errors import unknown_name

CLASS_WEIGHTS: Final = ("none", "balanced")


@dataclass(frozen=True)
class TrainRequest:
    """The choices of one training; None leaves a choice to the task.

    Attributes:
        data: A folder, or the description file of a data set.
        output: The ``.keras`` to write.
        task: A name in ``TASKS``; None means that the data decide.
        arch: A name among the task's architectures.
        input_size: Width and height of the network's input, in pixels.
        width: Factor on filters and units.
        weights: ``none``, ``imagenet`` or the path of a trained Keras model.
        download: Let Keras download the weights of ``imagenet`` when they are not in
            its cache. Without it nothing is downloaded.
        normalize: What that model was trained on, where it does not say so itself.
        epochs: Passes over the data.
        batch_size: Pictures per step.
        learning_rate: The highest learning rate.
        seed: Random seed.
        max_seconds: Longest training time; the learning rate falls within it.
        augment: As ``parse_augmentation`` reads it; ``none`` means no change.
        resize: stretch, letterbox or center-crop; None means the task's own: stretch,
            for detectors letterbox.
        color: rgb or gray; None takes what the network takes.
        validation: Held-out data of their own; None holds a share of the data back.
        validation_share: The share that is held back, 0..0.9.
        patience: Epochs without a better one after which the training ends.
        class_weights: none or balanced.
        labels: Class names in the order of the output; None takes the data's.
        hierarchy: label -> parent label, for labels that roll up.
        resume: Go on with an interrupted training of the same output.
        force: Replace an existing output, or an interrupted training.
        options: Further choices of a task, by name.
    """

    data: Path
    output: Path
    task: str | None = None
    arch: str | None = None
    input_size: tuple[int, int] | None = None
    width: float = 1.0
    weights: str = "none"
    download: bool = False
    normalize: str | None = None
    epochs: int | None = None
    batch_size: int | None = None
    learning_rate: float | None = None
    seed: int = 0
    max_seconds: float | None = None
    augment: str | None = None
    resize: str | None = None
    color: str | None = None
    validation: Path | None = None
    validation_share: float = 0.2
    patience: int | None = None
    class_weights: str = "none"
    labels: tuple[str, ...] | None = None
    hierarchy: Mapping[str, str] = field(default_factory=dict)
    resume: bool = False
    force: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.output.suffix != ".keras":
            raise ValueError(
                f"the output's name must end in .keras, got {str(self.output)!r}."
            )
        for name in ("epochs", "batch_size", "patience"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} must be at least 1, got {value}.")
        for name in ("learning_rate", "max_seconds", "width"):
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                raise ValueError(f"{name} must be above 0, got {value}.")
        if self.download and self.weights != "imagenet":
            raise ValueError(
                "download is for the weights imagenet, got weights "
                f"{self.weights!r}. Leave --download out, or pass --weights imagenet."
            )
        if not 0 < self.validation_share <= 0.9:
            raise ValueError(
                "validation_share must be above 0 and at most 0.9, "
                f"got {self.validation_share}."
            )
        if self.input_size is not None and min(self.input_size) < 1:
            raise ValueError(f"input_size must be at least 1x1, got {self.input_size}.")
        choices: tuple[tuple[str, str | None, Sequence[str]], ...] = (
            ("resize rule", self.resize, RESIZE_RULES),
            ("color", self.color or "rgb", ("rgb", "gray")),
            ("class weights", self.class_weights, CLASS_WEIGHTS),
        )
        for kind, choice, known in choices:
            if choice is not None and choice not in known:
                raise ValueError(unknown_name(kind, choice, known))

    @property
    def workspace(self) -> Path:
        """Return the folder that holds an unfinished training."""
        return self.output.with_suffix(".training")

    @property
    def curves(self) -> Path:
        """Return the path of the curves as a picture."""
        return self.output.with_suffix(".curves.png")

    @property
    def history(self) -> Path:
        """Return the path of the curves as a table."""
        return self.output.with_suffix(".history.csv")


@dataclass(frozen=True)
class TrainReport:
    """The result of a training.

    Attributes:
        path: The ``.keras`` file.
        task: The task of the network.
        evidence: What in the data shows the task.
        arch: The network's name.
        parameters: Number of parameters of the saved network.
        epochs: Number of finished epochs.
        best_epoch: The one whose weights were kept, from 1; 0 where the last ones were.
        seconds: Training time, that of interrupted runs included.
        ended: finished, early (nothing got better), time or interrupted.
        metrics: Figures of the kept weights on held-out data, by name; 0..1.
        labels: One text per class.
        history: One row per epoch, by name.
        facts: What else is worth saying, such as the number of pictures.
        files: What was written besides, by name.
        warnings: What needs attention.
        next_commands: What one would run now.
    """

    path: Path
    task: str
    evidence: str
    arch: str
    parameters: int
    epochs: int
    best_epoch: int
    seconds: float
    ended: str
    metrics: Mapping[str, float]
    labels: tuple[str, ...]
    history: Sequence[Mapping[str, float]]
    facts: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    next_commands: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON types."""
        report = dict(vars(self))
        report["path"] = str(self.path)
        report["files"] = {name: str(path) for name, path in self.files.items()}
        report["history"] = [dict(row) for row in self.history]
        for name in ("metrics", "facts"):
            report[name] = dict(report[name])
        for name in ("labels", "warnings", "next_commands"):
            report[name] = list(report[name])
        return report
