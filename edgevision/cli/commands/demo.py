"""``edgevision demo``: what EdgeVision does, without a model and a camera."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path
from typing import Any, Final

import click

from ..needs_tensorflow import require_tensorflow
from ..options import common, echo_json, usage_errors
from ..progress import Screen
from ..reports import next_commands, train_and_convert
from ..terminal import say
from ..usage import command, section

# What training and conversion need together; a machine sold with 4 GB shows less.
_ENOUGH_BYTES: Final = 3.5e9

_camera = section("The synthetic camera")
_data = section("Data to train with")


@command(
    examples=(
        "edgevision demo",
        "edgevision demo --train --output demo/",
        "edgevision demo --draw boxes --output shapes/",
    ),
    stray={"": "--output"},
)
@common(
    "--output",
    "-o",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for all files.",
    shown_default="with --train demo-output; without, no file is written",
)
@common(
    "--train",
    "train_",
    is_flag=True,
    help="First train and convert a classifier: needs TensorFlow, 4 GB of memory and "
    "three minutes.",
)
@common("--force", is_flag=True, help="Replace the files of an earlier demonstration.")
@common("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
@_camera(
    "--frames",
    type=click.IntRange(1, 100_000),
    default=240,
    metavar="N",
    help="Frames that the synthetic camera delivers.",
)
@_camera(
    "--fps",
    type=click.FloatRange(0, 1000),
    default=30.0,
    metavar="FPS",
    help="Frames per second; 0 means as fast as possible.",
)
@_camera(
    "--seed",
    type=click.IntRange(0, 1_000_000),
    default=0,
    metavar="N",
    help="The random seed of the pictures, and with --train of the weights.",
)
@_data(
    "--draw",
    "kind",
    type=click.Choice(["classes", "boxes", "masks"]),
    help="Only draw easy pictures to try 'edgevision train' with, into --output: in "
    "class folders, with boxes or with masks.",
)
@_data(
    "--count",
    type=click.IntRange(1),
    metavar="N",
    help="Pictures that --draw draws.",
    shown_default="1200; 1600 with boxes; 300 with masks",
)
def demo(
    train_: bool,
    kind: str | None,
    count: int | None,
    output: Path | None,
    frames: int,
    fps: float,
    seed: int,
    force: bool,
    as_json: bool,
) -> None:
    """Show a detector at work, without a camera.

    The detector is a tiny int8 model that EdgeVision brings; it watches shapes that are
    drawn and move. With --train, EdgeVision first draws pictures, trains a classifier
    on them, converts it and verifies it; the classifier then names what the detector
    finds.
    """
    shown = Screen(quiet=as_json)
    record: dict[str, Any] = {}
    if kind is None and count is not None:
        raise click.UsageError("--count is for --draw.")
    if kind is not None:
        if output is None or train_:
            raise click.UsageError("--draw takes --output FOLDER, and no --train.")
        record = _draw(kind, output, count, seed, shown, force=force)
        if as_json:
            echo_json(record)
        return
    if train_ and (reason := _too_small()):
        say(f"{reason} Showing the detector that is shipped.", err=True)
        train_ = False
    if train_:
        require_tensorflow(
            "Training",
            product="the .tflite file that it makes",
            otherwise=", or leave out --train to see the detector that is shipped",
        )
        record.update(
            train_and_convert(output or Path("demo-output"), seed, shown, force=force)
        )
        output = Path(record["tflite"]).parent
        _copy_detector(output, seed)
    elif output is not None:
        _copy_models(output, seed, force=force)
    record.update(_show(output, frames, fps, seed, shown, trained=train_))
    if as_json:
        echo_json(record)
    elif output is not None:
        shown.line("")
        shown.line(f"Try next, on the files in {output}{os.sep}:")
        for command in next_commands(output):
            shown.line(f"  {command}")


def _draw(
    kind: str,
    folder: Path,
    count: int | None,
    seed: int,
    shown: Screen,
    *,
    force: bool,
) -> dict[str, Any]:
    """Draw a data set, and print the command that trains on it."""
    from ...training.shipped import draw

    with usage_errors():
        pictures, words = draw(kind, folder, count=count, seed=seed, force=force)
    shown.line(f"{folder}: {pictures} pictures {words}")
    train = ["edgevision", "train", str(folder), "-o", f"{folder.name}.keras"]
    shown.line(f"next: {shlex.join(train)}")
    return {"folder": str(folder), "kind": kind, "pictures": pictures}


def _too_small() -> str:
    """Return why nothing can be trained here; empty when it can."""
    from ...devices.detect import detect

    memory = detect().memory_bytes
    if 0 < memory < _ENOUGH_BYTES:
        return (
            f"Training and converting need 4 GB of memory, and this machine has "
            f"{memory / 1e9:.1f} GB."
        )
    return ""


def _copy_models(output: Path, seed: int, *, force: bool) -> None:
    """Copy the shipped models into a folder, with pictures to try them on."""
    from ...runtime.demo import CLASSIFIER
    from ...training.shipped import DemoFolder, DemoPlan, write_crops

    folder, plan = DemoFolder(output), DemoPlan(seed=seed)
    folder.check(force=force)
    write_crops(folder.test, 60, plan.picture_size, seed=4 * seed + 2, force=True)
    shutil.copyfile(CLASSIFIER, folder.tflite)
    _copy_detector(output, seed)


def _copy_detector(output: Path, seed: int) -> None:
    """Copy the shipped detector into a folder, with scenes and their true boxes."""
    from ...runtime.demo import DETECTOR
    from ...training.shipped import DemoFolder, write_scenes

    folder = DemoFolder(output)
    shutil.copyfile(DETECTOR, folder.detector)
    write_scenes(folder.scenes, {"test": 40}, (640, 480), seed=seed, force=True)


def _show(
    output: Path | None,
    frames: int,
    fps: float,
    seed: int,
    shown: Screen,
    *,
    trained: bool,
) -> dict[str, Any]:
    """Run the models on the synthetic camera, and return their records by name."""
    from ...runtime.demo import DETECTOR
    from ..reports import show_classifier, show_detector

    watched = (frames, fps, seed, shown.line)
    if output is None:
        return {"detection": show_detector(DETECTOR, None, None, *watched).to_dict()}
    from ...training.shipped import DemoFolder

    folder = DemoFolder(output)
    record = {}
    if trained:
        results = folder.results.with_name("classes.jsonl")
        record["run"] = show_classifier(folder.tflite, results, *watched).to_dict()
    then = folder.tflite if trained else None
    detected = show_detector(folder.detector, then, folder.results, *watched)
    return {**record, "detection": detected.to_dict()}
