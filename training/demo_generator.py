"""The recipe of the generator that is shipped: ``runtime/demo/generator.tflite``.

Run it from a checkout with TensorFlow, as
``python -m edgevision.training.demo_generator -o runtime/demo/generator.tflite``.
Everything is seeded, but other versions of TensorFlow and other processors add up in
another order; how far int8 may be from float is demanded here. Whether the pictures are
good is for eyes: look at the grids that it leaves in the folder of ``--keep``.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import cv2

from ..converters.convert import convert
from ..converters.report import ConversionReport
from ..errors import EdgeVisionError
from .gan_shapes import make_silhouettes
from .request import TrainEvent, TrainRequest
from .train import train

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
    progress: Callable[[str], None] = lambda line: None,
) -> ConversionReport:
    """Train a small DCGAN on white shapes and convert its generator to int8.

    Args:
        output: The ``.tflite`` to write.
        folder: Where pictures, network and sample grids are left.
        pictures: Drawn for training.
        epochs: Passes over them.
        width: Factor on the networks' filters.
        seed: Decides pictures and weights.
        resume: Go on with a training that was interrupted.
        force: Replace an existing file.
        progress: Is told a line now and then.

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

    def tell(event: TrainEvent) -> None:
        if event.kind != "progress":
            progress(event.text)

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
    report = train(request, tell=tell)
    return convert(
        report.path,
        output,
        calibration_count=300,
        min_agreement=MIN_AGREEMENT,
        name="shapes-generator",
        target="tflite-runtime-2.14",  # every interpreter that may be installed
        force=force,
        progress=lambda event: progress(event.text),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the file that ``-o`` names; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m edgevision.training.demo_generator",
        description="Train and convert the generator of shapes that is shipped.",
    )
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--keep", type=Path, help="folder for what is made on the way")
    parser.add_argument("--resume", action="store_true", help="go on, with --keep")
    parser.add_argument("--force", action="store_true", help="replace the file")
    given = parser.parse_args(arguments)
    if given.resume and given.keep is None:
        parser.error("--resume needs the --keep folder of the training")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with tempfile.TemporaryDirectory(prefix="edgevision-") as name:
        try:
            report = make_generator(
                given.output,
                folder=given.keep or Path(name),
                resume=given.resume,
                force=given.force,
                progress=_say,
            )
        except EdgeVisionError as error:
            _say(f"Error: {error}")
            return error.exit_code
    found = report.verification
    _say(
        f"{report.path}: {report.data['bytes']:,} bytes, "
        f"{found['details']['mean_level_error']:.2f} levels off float in the mean"
    )
    return 0


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
