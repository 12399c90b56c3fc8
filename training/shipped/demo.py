"""The whole journey on one host: draw pictures, train, convert with verification.

Everything it leaves behind is what a project of one's own would have: a ``.keras``
file, folders of calibration and verification pictures, a checked ``.tflite``, a report.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...card import InputCard
from ...errors import OutputExistsError
from ...runtime.scenes import HARD, SHAPES, Difficulty
from ..callbacks import OnLine, TrainCallbacks, ignore
from ..classification import (
    RATE,
    LabelledPixels,
    classification_card,
    classification_job,
)
from ..job import TrainingStage
from ..keras_import import load_keras
from ..loop import save, train_at_once
from ..networks import build
from .shapes import make_crops, write_crops


@dataclass(frozen=True)
class DemoPlan:
    """The choices of the demonstration.

    Attributes:
        architecture: A name in ``ARCHITECTURES``.
        size: Side of the network's input, in pixels.
        training_pictures: Drawn in memory at that size.
        epochs: Passes over them.
        max_seconds: Training stops when they are over, wherever it is.
        held_out: Pictures on which the float network is judged, in memory; nothing is
            chosen by them.
        calibration_pictures: Written to disk at ``picture_size``.
        test_pictures: Written to disk for verification; none occurs elsewhere.
        picture_size: Side of the pictures on disk.
        difficulty: How hard all of them are.
        seed: Decides pictures and weights.
    """

    architecture: str = "cnn"
    size: int = 32
    training_pictures: int = 24000
    epochs: int = 3
    max_seconds: float = 55.0
    held_out: int = 1200
    calibration_pictures: int = 300
    test_pictures: int = 600
    picture_size: int = 64
    difficulty: Difficulty = HARD
    seed: int = 0


@dataclass(frozen=True)
class DemoFolder:
    """The files that the demonstration leaves in its folder.

    Attributes:
        root: The folder.
    """

    root: Path

    @property
    def keras(self) -> Path:
        """Return the trained network's path."""
        return self.root / "shapes.keras"

    @property
    def tflite(self) -> Path:
        """Return the converted file's path."""
        return self.root / "shapes.tflite"

    @property
    def detector(self) -> Path:
        """Return the path of the shipped detector's copy."""
        return self.root / "detector.tflite"

    @property
    def scenes(self) -> Path:
        """Return the folder of scenes with their true boxes, as YOLO has them."""
        return self.root / "scenes"

    @property
    def calibration(self) -> Path:
        """Return the folder of calibration pictures, by class."""
        return self.root / "calibration"

    @property
    def test(self) -> Path:
        """Return the folder of verification pictures, by class."""
        return self.root / "test"

    @property
    def report(self) -> Path:
        """Return the conversion report's path."""
        return self.root / "report.html"

    @property
    def results(self) -> Path:
        """Return the path of the results of the run."""
        return self.root / "results.jsonl"

    def check(self, *, force: bool = False) -> None:
        """Refuse to work in a folder that holds something.

        Raises:
            OutputExistsError: It does, and ``force`` is not set.
        """
        if not force and self.root.exists() and any(self.root.iterdir()):
            raise OutputExistsError(
                f"{self.root} already holds files. Pass --force to replace those of "
                "the demonstration, or -o for another folder."
            )


@dataclass(frozen=True)
class Trained:
    """The result of the training.

    Attributes:
        parameters: Number of parameters of the network.
        epochs: Passes; the last one is cut short where the time was over.
        stopped: The time was over first.
        draw_seconds: For drawing the pictures, those on disk too.
        train_seconds: For the training and its measurements.
        accuracy: On pictures it has not seen, 0..1.
        held_out: How many of these there were.
        file_bytes: Size of the ``.keras`` file.
    """

    parameters: int
    epochs: int
    stopped: bool
    draw_seconds: float
    train_seconds: float
    accuracy: float
    held_out: int
    file_bytes: int

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain JSON types."""
        return dict(vars(self))


def train(
    folder: DemoFolder, plan: DemoPlan, *, progress: OnLine | None = None
) -> Trained:
    """Draw the pictures, train the network and save it as a ``.keras`` file.

    Files of the same names in the folder are replaced.

    Args:
        folder: Folder of the files; made if absent.
        plan: What to do.
        progress: Called with a line of progress now and then.

    Raises:
        MissingDependencyError: TensorFlow is not installed.
    """
    folder.root.mkdir(parents=True, exist_ok=True)
    on_line = progress or ignore
    on_line(f"drawing {plan.training_pictures} pictures")
    began = time.monotonic()
    # The seeds differ, so that no picture is in two of the four sets.
    kind = {"difficulty": plan.difficulty}
    first = 4 * plan.seed
    write_crops(
        folder.calibration,
        plan.calibration_pictures,
        plan.picture_size,
        seed=first + 1,
        force=True,
        **kind,
    )
    write_crops(
        folder.test,
        plan.test_pictures,
        plan.picture_size,
        seed=first + 2,
        force=True,
        **kind,
    )
    train_crops = make_crops(plan.training_pictures, plan.size, seed=first, **kind)
    held_out = make_crops(plan.held_out, plan.size, seed=first + 3, **kind)
    draw_seconds = time.monotonic() - began

    on_line("loading TensorFlow")
    load_keras().utils.set_random_seed(plan.seed)
    side = plan.size
    model = build(plan.architecture, (side, side, 3), len(SHAPES))
    job = classification_job(
        model,
        LabelledPixels(*train_crops),
        LabelledPixels(*held_out),
        card=classification_card(InputCard(side, side), SHAPES),
        arch=plan.architecture,
        stages=[TrainingStage("all", plan.epochs, RATE)],
        seed=plan.seed,
    )
    training = train_at_once(
        job,
        max_seconds=plan.max_seconds,
        callbacks=TrainCallbacks(on_epoch=on_line, on_progress=on_line),
    )
    save(model, folder.keras, job.card)
    return Trained(
        parameters=int(model.count_params()),
        epochs=training.epochs,
        stopped=training.ended == "time",
        draw_seconds=draw_seconds,
        train_seconds=training.seconds,
        accuracy=training.history[-1]["val_accuracy"],
        held_out=plan.held_out,
        file_bytes=folder.keras.stat().st_size,
    )
