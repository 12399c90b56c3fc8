"""``edgevision demo``: what EdgeVision does, with nothing but this package."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ...errors import MissingDependencyError
from ..options import echo_json, usage_errors
from ..quiet_tensorflow import without_chatter

if TYPE_CHECKING:
    from ...training.shipped import DemoFolder

# What training and conversion need together; a machine sold with 4 GB shows less.
_ENOUGH_BYTES: Final = 3.5e9


@click.command()
@click.option(
    "--train",
    "train_",
    is_flag=True,
    help="Train and convert the model first: needs TensorFlow, 4 GB and three minutes.",
)
@click.option(
    "--draw",
    "kind",
    type=click.Choice(["classes", "boxes", "masks"]),
    help="Only draw easy pictures to try 'edgevision train' with, into --output: in "
    "class folders, with boxes or with masks.",
)
@click.option(
    "--count",
    type=click.IntRange(1),
    help="Pictures that --draw draws. [default: 1200, 1600 with boxes, 300 with masks]",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for everything that is made. [default with --train: demo-output; "
    "without: nothing is written]",
)
@click.option(
    "--frames",
    type=click.IntRange(1, 100_000),
    default=240,
    show_default=True,
    help="Pictures that the synthetic camera is watched for.",
)
@click.option(
    "--fps",
    type=click.FloatRange(0, 1000),
    default=30.0,
    show_default=True,
    help="Pictures per second; 0 as fast as they go.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 1_000_000),
    default=0,
    show_default=True,
    help="Other pictures, and with --train other weights.",
)
@click.option("--force", is_flag=True, help="Replace an earlier demonstration's files.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
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
    """Show a detector at work on generated, moving shapes: no camera needed.

    The detector is the tiny int8 one that this package brings. With --train the whole
    journey of a classifier is made here before: draw, train, convert, verify, run; then
    it names what the detector finds.
    """
    shown = _Screen(quiet=as_json)
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
        click.echo(f"{reason} Showing the detector that is shipped.", err=True)
        train_ = False
    if train_:
        record.update(_make(output or Path("demo-output"), seed, shown, force=force))
        output = Path(record["tflite"]).parent
        _lay_scenes(output, seed)
    elif output is not None:
        _lay_shipped(output, seed, force=force)
    record.update(_show(output, frames, fps, seed, shown, trained=train_))
    if as_json:
        echo_json(record)
    elif output is not None:
        shown.line("")
        shown.line(f"Try next, on the files in {output}{os.sep}:")
        for command in _next_commands(output):
            shown.line(f"  {command}")


def _draw(
    kind: str,
    folder: Path,
    count: int | None,
    seed: int,
    shown: _Screen,
    *,
    force: bool,
) -> dict[str, Any]:
    """Draw a data set, and say what one does with it."""
    from ...training.shipped import draw

    with usage_errors():
        pictures, words = draw(kind, folder, count=count, seed=seed, force=force)
    shown.line(f"{folder}: {pictures} pictures {words}")
    shown.line(f"next: edgevision train {folder} -o {folder.name}.keras")
    return {"folder": str(folder), "kind": kind, "pictures": pictures}


def _too_small() -> str:
    """Return why the whole journey cannot be made here; empty when it can."""
    from ...devices.detect import detect

    memory = detect().memory_bytes
    if 0 < memory < _ENOUGH_BYTES:
        return (
            f"Training and converting need 4 GB of memory, and this machine has "
            f"{memory / 1e9:.1f} GB."
        )
    return ""


def _make(
    folder_path: Path, seed: int, shown: _Screen, *, force: bool
) -> dict[str, Any]:
    """Train, convert with verification, and say how each went."""
    if importlib.util.find_spec("tensorflow") is None:
        raise MissingDependencyError(
            "Training needs TensorFlow, which is not installed. Run: pip install "
            "tensorflow, or leave out --train to see the detector that is shipped."
        )
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


def _convert(folder: DemoFolder, shown: _Screen) -> dict[str, Any]:
    """Convert what was trained, compare it with the float network, show both."""
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
            progress=lambda event: tell(STEPS.get(event.text, event.text)),
        )
    data, found = report.data, report.verification
    low, high = found["interval"]
    shown.line(
        f"convert   {data['source']['bytes']:,} bytes of Keras to {data['bytes']:,} of "
        f"int8, checked, in {time.monotonic() - began:.0f} s"
    )
    shown.line(
        f"verify    agrees with float on {found['agreement']:.1%} of {found['n']} "
        f"(95 %: {low:.1%} to {high:.1%}); right: float {found['float']:.1%}, int8 "
        f"{found['quantized']:.1%}"
    )
    return {"tflite": str(folder.tflite), "conversion": report.to_dict()}


def _lay_shipped(output: Path, seed: int, *, force: bool) -> None:
    """Lay the shipped models into a folder, and pictures to try them on."""
    from ...runtime.demo import CLASSIFIER
    from ...training.shipped import DemoFolder, DemoPlan, write_crops

    folder, plan = DemoFolder(output), DemoPlan(seed=seed)
    folder.check(force=force)
    write_crops(folder.test, 60, plan.picture_size, seed=4 * seed + 2, force=True)
    shutil.copyfile(CLASSIFIER, folder.tflite)
    _lay_scenes(output, seed)


def _lay_scenes(output: Path, seed: int) -> None:
    """Lay the shipped detector into a folder, and scenes with their true boxes."""
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
    shown: _Screen,
    *,
    trained: bool,
) -> dict[str, Any]:
    """Let the models watch the camera, and return what they came to by name."""
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


def _next_commands(folder: Path) -> Iterator[str]:
    """Yield commands that work on what was left behind."""
    program = _program()
    if (folder / "shapes.keras").is_file():
        yield (
            f"{program} convert {folder / 'shapes.keras'} -o again.tflite "
            f"--calibration {folder / 'calibration'} --verify {folder / 'test'}"
        )
    scenes = folder / "scenes" / "images" / "test"
    detector, classifier = folder / "detector.tflite", folder / "shapes.tflite"
    yield (
        f"{program} run {detector} --source {scenes} --sink images:{folder / 'seen'}"
    )
    yield (
        f"{program} run {detector} --then {classifier} --margin 0.2 --source {scenes}"
    )
    yield f"{program} run {classifier} --source {folder / 'test'}"
    yield f"{program} inspect {detector} --check"


def _program() -> str:
    """Return what to type for this program: its path where it is not on ``PATH``."""
    typed = Path(sys.argv[0])
    on_path = shutil.which("edgevision") is not None
    return "edgevision" if on_path or typed.name != "edgevision" else str(typed)


class _Screen:
    """Print lines on stdout, and one line that is written over on stderr."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._live = sys.stderr.isatty()

    def line(self, text: str) -> None:
        """Print a line, unless only JSON is wanted."""
        if not self._quiet:
            click.echo(text)

    @contextlib.contextmanager
    def progress(self, what: str) -> Iterator[Callable[[str], None]]:
        """Give a function that shows where a long step is; the line goes at the end."""
        if not self._live and not self._quiet:
            click.echo(f"{what} ...", err=True)
        with without_chatter() as stderr:

            def show(line: str) -> None:
                if self._live:
                    stderr.write("\r" + line[:78].ljust(78) + "\r")
                    stderr.flush()

            try:
                yield lambda text: show(f"{what}: {text}")
            finally:
                show("")
