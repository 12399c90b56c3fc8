"""The recipe of the detector that is shipped: ``runtime/demo/detector.tflite``.

Run on a host with TensorFlow, from the checkout:
``python -m edgevision.training.shipped.demo_detector -o runtime/demo/detector.tflite``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from ...card import InputCard
from ...converters.convert import convert
from ...converters.write import ConversionReport
from ...runtime.scenes import SHAPES
from ..callbacks import OnLine, TrainCallbacks, ignore
from ..detection import DetectionPlan, detection_job, make_scenes
from ..keras_import import load_keras
from ..loop import save, train_at_once
from .recipe_command import recipe_parser, run_recipe
from .scene_files import write_scenes

SIZE: Final = (192, 144)
"""The camera's shape, 4 to 3; both sides are multiples of the largest stride."""

SCORE_THRESHOLD: Final = 0.45
"""Shapes that are sure enough; below lie second guesses of the same ones."""


@dataclass(frozen=True)
class MadeDetector:
    """The result of the recipe.

    Attributes:
        report: Report of the conversion, with the verification on held-out scenes.
        parameters: Number of parameters of the network.
        epochs: Number of finished epochs.
        train_seconds: Training time; measurements are included.
    """

    report: ConversionReport
    parameters: int
    epochs: int
    train_seconds: float


def make_detector(
    output: Path,
    *,
    size: tuple[int, int] = SIZE,
    scenes: int = 4000,
    epochs: int = 9,
    width: float = 1.0,
    test_scenes: int = 500,
    max_seconds: float | None = None,
    min_accuracy: float = 0.75,
    max_drop: float = 0.01,
    seed: int = 0,
    keep_float: bool = False,
    force: bool = False,
    progress: OnLine | None = None,
) -> MadeDetector:
    """Draw scenes, train a detector on them, convert it and judge it on others.

    Args:
        output: The ``.tflite`` to write.
        size: Width and height of scenes and input.
        scenes: Number of scenes to learn from.
        epochs: Passes over them.
        width: Factor on the network's filters.
        test_scenes: Number of scenes for the verification; none occurs elsewhere.
        max_seconds: The training ends when they are over; the rate falls in time.
        min_accuracy: Least mAP50-95 of the int8 file, 0..1.
        max_drop: Most that int8 may lose of it.
        seed: Decides scenes and weights.
        keep_float: Write the float twin beside the file.
        force: Replace the file.
        progress: Called with a line of progress now and then.

    Raises:
        VerificationError: The file falls short; nothing is written.
        OutputExistsError: The file exists and ``force`` is not set.
        MissingDependencyError: TensorFlow is not installed.
    """
    on_line = progress or ignore
    keras = load_keras()
    on_line(f"drawing {scenes} scenes")
    train = make_scenes(scenes, size, seed=seed + 100)
    held = make_scenes(min(200, test_scenes), size, seed=seed + 101)
    keras.utils.set_random_seed(seed)
    job = detection_job(
        train,
        held,
        DetectionPlan(
            card=InputCard(*size, resize="letterbox"),
            labels=SHAPES,
            width=width,
            epochs=epochs,
            patience=epochs,
            seed=seed,
            score_threshold=SCORE_THRESHOLD,
        ),
    )

    outcome = train_at_once(
        job,
        max_seconds=max_seconds,
        callbacks=TrainCallbacks.without_progress(progress),
    )
    with tempfile.TemporaryDirectory(prefix="edgevision-") as name:
        folder = Path(name)
        save(job.model, folder / "detector.keras", job.card)
        test = write_scenes(
            folder / "held-out", {"test": test_scenes}, size, seed=seed + 999
        )
        calibration = np.stack([train.sample(i).image for i in range(min(200, scenes))])
        report = convert(
            folder / "detector.keras",
            output,
            calibration=calibration,
            verify=test,
            calibration_count=200,
            min_accuracy=min_accuracy,
            max_drop=max_drop,
            name="detector",
            target="tflite-runtime-2.14",  # every interpreter that may be installed
            keep_float=keep_float,
            force=force,
            on_progress=lambda event: on_line(event.text),
        )
    return MadeDetector(
        report,
        int(job.model.count_params()),
        outcome.epochs,
        round(outcome.seconds, 1),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the file that ``-o`` names; return the exit code."""
    parser = recipe_parser(
        "demo_detector", "Train and convert the detector of shapes that is shipped."
    )
    options = parser.parse_args(arguments)

    def work(say: OnLine) -> str:
        return summary(make_detector(options.output, force=options.force, progress=say))

    return run_recipe(work)


def summary(detector: MadeDetector) -> str:
    """Return the figures in a sentence."""
    verification = detector.report.verification
    details = verification["details"]
    return (
        f"{detector.report.path}: {detector.report.bytes:,} bytes, "
        f"{detector.parameters:,} parameters, {detector.epochs} epochs in "
        f"{detector.train_seconds:.0f} s; on {verification['n']} held-out scenes mAP50 "
        f"{details['map50']:.3f} (float {details['float_map50']:.3f}), mAP50-95 "
        f"{verification['quantized']:.3f} (float {verification['float']:.3f})"
    )


if __name__ == "__main__":
    raise SystemExit(main())
