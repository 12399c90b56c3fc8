"""The recipe of the classifier that is shipped: ``runtime/demo/shapes.tflite``.

Run it from a checkout with TensorFlow, as
``python -m edgevision.training.shipped.demo_classifier -o runtime/demo/shapes.tflite``.
Everything is seeded, but other versions of TensorFlow
and other processors add up in another order, so what the file must reach is demanded
here, and nothing is written when it falls short.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ...card import InputCard
from ...converters.convert import convert
from ...converters.write import ConversionReport
from ...runtime.scenes import HARD, SHAPES
from ..callbacks import OnLine, TrainCallbacks
from ..classification import LabelledPixels, classification_card, classification_job
from ..job import TrainingStage
from ..keras_import import load_keras
from ..loop import save, train_at_once
from ..networks import build
from .recipe_command import recipe_parser, run_recipe
from .shapes import make_crops, write_crops

SIZE: Final = 32
MIN_ACCURACY: Final = 0.95
MIN_AGREEMENT: Final = 0.95


def make_classifier(
    output: Path,
    *,
    pictures: int = 60_000,
    epochs: int = 6,
    width: float = 1.0,
    test_pictures: int = 1200,
    seed: int = 1000,
    min_accuracy: float = MIN_ACCURACY,
    min_agreement: float = MIN_AGREEMENT,
    force: bool = False,
    progress: OnLine | None = None,
) -> ConversionReport:
    """Train the small separable network on hard shapes and convert it to int8.

    Args:
        output: The ``.tflite`` to write.
        pictures: Drawn for training.
        epochs: Passes over them.
        width: Factor on the network's filters.
        test_pictures: For verification, and as many others to judge epochs by; no
            other set holds them.
        seed: Decides pictures and weights.
        min_accuracy: What the file must reach on them, 0..1.
        min_agreement: The share of equal answers with the float network, 0..1.
        force: Replace an existing file.
        progress: Called with a line of progress now and then.

    Raises:
        VerificationError: The file does not reach what is demanded; none is left.
        OutputExistsError: The output exists and ``force`` is not set.
        MissingDependencyError: TensorFlow is not installed.
    """
    load_keras().utils.set_random_seed(seed)
    model = build("cnn-separable", (SIZE, SIZE, 3), len(SHAPES), width=width)
    drawn = make_crops(pictures, SIZE, seed=seed, difficulty=HARD)
    held = make_crops(test_pictures, SIZE, seed=seed + 3, difficulty=HARD)
    job = classification_job(
        model,
        LabelledPixels(*drawn),
        LabelledPixels(*held),
        card=classification_card(InputCard(SIZE, SIZE), SHAPES),
        arch="cnn-separable",
        stages=[TrainingStage("all", epochs, 4e-3)],
        batch_size=64,
        seed=seed,
    )
    train_at_once(job, callbacks=TrainCallbacks.without_progress(progress))
    with tempfile.TemporaryDirectory(prefix="edgevision-") as name:
        folder = Path(name)
        save(model, folder / "shapes.keras", job.card)
        calibration = write_crops(
            folder / "calibration", 600, 2 * SIZE, seed=seed + 1, difficulty=HARD
        )
        test = write_crops(
            folder / "test", test_pictures, 2 * SIZE, seed=seed + 2, difficulty=HARD
        )
        return convert(
            folder / "shapes.keras",
            output,
            calibration=calibration,
            verify=test,
            calibration_count=300,
            min_accuracy=min_accuracy,
            min_agreement=min_agreement,
            name="shapes",
            target="tflite-runtime-2.14",  # every interpreter that may be installed
            force=force,
            on_progress=lambda event: progress(event.text) if progress else None,
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the file that ``-o`` names; return the exit code."""
    parser = recipe_parser(
        "demo_classifier",
        "Train and convert the classifier of shapes that is shipped.",
    )
    options = parser.parse_args(arguments)

    def work(say: OnLine) -> str:
        return summary(
            make_classifier(options.output, force=options.force, progress=say)
        )

    return run_recipe(work)


def summary(report: ConversionReport) -> str:
    """Return the figures in a sentence."""
    verification = report.verification
    return (
        f"{report.path}: {report.bytes:,} bytes, "
        f"{verification['quantized']:.1%} of {verification['n']} pictures right, "
        f"agrees with float on {verification['agreement']:.1%}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
