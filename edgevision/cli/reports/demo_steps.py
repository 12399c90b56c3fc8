"""What ``edgevision demo`` prints of its training, and the commands to try next."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...training.shipped import DemoFolder
    from ..progress import Screen


def train_and_convert(
    folder_path: Path, seed: int, shown: Screen, *, force: bool
) -> dict[str, Any]:
    """Train, convert with verification, and print how each went.

    Args:
        folder_path: Where all files are written.
        seed: The random seed of pictures and weights.
        shown: Where lines and progress are printed.
        force: Replace the files of an earlier demonstration.

    Returns:
        The records of both, and the path of the ``.tflite``, by name.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # chatter, unless asked for
    from ...training.shipped import DemoFolder, DemoPlan, train

    folder, plan = DemoFolder(folder_path), DemoPlan(seed=seed)
    folder.check(force=force)
    hard = plan.difficulty
    with shown.progress("training") as tell:
        trained = train(folder, plan, progress=tell)
    shown.line(
        "pictures  six shapes at any angle, place and colour: colours "
        f"{hard.contrast:.0f} or more levels apart, noise to {hard.noise:.0f}"
    )
    shown.line(
        f"          {plan.training_pictures} to train, {plan.calibration_pictures} to "
        f"calibrate, {plan.test_pictures} to verify, in {trained.draw_seconds:.0f} s"
    )
    cut = f", stopped after {plan.max_seconds:.0f} s" if trained.stopped else ""
    shown.line(
        f"train     {plan.architecture}, {trained.parameters:,} parameters, "
        f"{plan.size}x{plan.size}: {trained.epochs} epochs in "
        f"{trained.train_seconds:.0f} s{cut}; {trained.accuracy:.1%} of "
        f"{trained.held_out} new pictures right"
    )
    return {"trained": trained.to_dict(), **_convert(folder, shown)}


def _convert(folder: DemoFolder, shown: Screen) -> dict[str, Any]:
    """Convert the network, compare it with the float one, and print both."""
    from ... import convert
    from ...converters.progress import STEPS

    began = time.monotonic()
    with shown.progress("converting") as tell:
        report = convert(
            folder.keras,
            folder.tflite,
            calibration=folder.calibration,
            verify=folder.test,
            report=folder.report,
            force=True,
            on_progress=lambda event: tell(STEPS.get(event.text, event.text)),
        )
    checked = report.verification
    low, high = checked["interval"]
    shown.line(
        f"convert   {report.source.bytes:,} bytes of Keras to {report.bytes:,} of "
        f"int8, checked, in {time.monotonic() - began:.0f} s"
    )
    shown.line(
        f"verify    agrees with float on {checked['agreement']:.1%} of {checked['n']} "
        f"(95 %: {low:.1%} to {high:.1%}); right: float {checked['float']:.1%}, int8 "
        f"{checked['quantized']:.1%}"
    )
    return {"tflite": str(folder.tflite), "conversion": report.to_dict()}


def next_commands(folder: Path) -> Iterator[str]:
    """Yield commands that work on the files in the folder."""
    program = _program()
    seen = f"images:{folder / 'seen'}"
    scenes = str(folder / "scenes" / "images" / "test")
    detector, classifier = (
        str(folder / "detector.tflite"),
        str(folder / "shapes.tflite"),
    )
    calibration, test = str(folder / "calibration"), str(folder / "test")
    run = [program, "run"]
    if (folder / "shapes.keras").is_file():
        convert = [program, "convert", str(folder / "shapes.keras"), "-o"]
        convert += [str(folder / "again.tflite"), "--calibration", calibration]
        yield shlex.join([*convert, "--verify", test])
    yield shlex.join([*run, detector, "--source", scenes, "--sink", seen])
    then = ["--then", classifier, "--margin", "0.2"]
    yield shlex.join([*run, detector, *then, "--source", scenes])
    yield shlex.join([*run, classifier, "--source", test])
    yield shlex.join([program, "inspect", detector, "--check"])


def _program() -> str:
    """Return how this program is called: by its path where it is not on ``PATH``."""
    typed = Path(sys.argv[0])
    on_path = shutil.which("edgevision") is not None
    return "edgevision" if on_path or typed.name != "edgevision" else str(typed)
