"""The recipe of the generator that is shipped: ``runtime/demo/generator.tflite``.

Run it from a checkout with TensorFlow, as
``python -m edgevision.training.shipped.demo_generator -o generator.tflite`` (it belongs
in ``runtime/demo/``).
Everything is seeded, but other versions of TensorFlow and other processors add up in
another order; how far int8 may be from float is demanded here. Whether the pictures are
good is for eyes: look at the grids that it leaves in the folder of ``--keep``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2

from ...converters.convert import convert
from ...converters.write import ConversionReport
from ..callbacks import OnLine, TrainCallbacks
from ..gan import make_silhouettes
from ..request import TrainRequest
from ..train import train
from .recipe_command import recipe_parser, run_recipe

SIZE: Final = 32
LATENT: Final = 64
DRAWN: Final = ("circle", "heart", "star", "triangle")
WIDTH: Final = 0.75
MIN_AGREEMENT: Final = 0.9


def make_generator(
    output: Path,
    *,
    folder: Path,
    pictures: int = 8000,
    epochs: int = 60,
    width: float = WIDTH,
    seed: int = 1,
    resume: bool = False,
    force: bool = False,
    progress: OnLine = lambda line: None,
) -> ConversionReport:
    """Train a small DCGAN on white shapes and convert its generator to int8.

    Args:
        output: The ``.tflite`` to write.
        folder: Folder for pictures, network and sample grids.
        pictures: Drawn for training.
        epochs: Passes over them.
        width: Factor on the networks' filters.
        seed: Decides pictures and weights.
        resume: Go on with a training that was interrupted.
        force: Replace an existing file.
        progress: Called with a line of progress now and then.

    Raises:
        VerificationError: int8 is too far from float; no file is left.
        OutputExistsError: The output exists and ``force`` is not set.
        MissingDependencyError: TensorFlow is not installed.
    """
    drawn = folder / "pictures"
    if not resume:
        drawn.mkdir(parents=True, exist_ok=True)
        images = make_silhouettes(pictures, SIZE, seed=seed, shapes=DRAWN)
        for number, image in enumerate(images):
            cv2.imwrite(str(drawn / f"{number:05d}.png"), image)

    request = TrainRequest(
        drawn,
        folder / "generator.keras",
        task="gan",
        arch="dcgan",
        input_size=(SIZE, SIZE),
        color="gray",
        width=width,
        epochs=epochs,
        seed=seed,
        resume=resume,
        force=True,
        options={"latent": LATENT},
    )
    report = train(request, callbacks=TrainCallbacks.without_progress(progress))
    return convert(
        report.path,
        output,
        calibration_count=300,
        min_agreement=MIN_AGREEMENT,
        name="shapes-generator",
        target="tflite-runtime-2.14",  # every interpreter that may be installed
        force=force,
        on_progress=lambda event: progress(event.text),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the file that ``-o`` names; return the exit code."""
    parser = recipe_parser(
        "demo_generator", "Train and convert the generator of shapes that is shipped."
    )
    parser.add_argument("--keep", type=Path, help="folder for what is made on the way")
    parser.add_argument("--resume", action="store_true", help="go on, with --keep")
    options = parser.parse_args(arguments)
    if options.resume and options.keep is None:
        parser.error("--resume needs the --keep folder of the training")

    def work(say: OnLine) -> str:
        with tempfile.TemporaryDirectory(prefix="edgevision-") as name:
            report = make_generator(
                options.output,
                folder=options.keep or Path(name),
                resume=options.resume,
                force=options.force,
                progress=say,
            )
        error = report.verification["details"]["mean_level_error"]
        return (
            f"{report.path}: {report.bytes:,} bytes, {error:.2f} levels off "
            "float in the mean"
        )

    return run_recipe(work)


if __name__ == "__main__":
    raise SystemExit(main())
