"""``edgevision convert``: a trained Keras model to a checked ``.tflite``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ...card import TASKS
from ...converters.build import IO_TYPES, RECIPES, TARGETS
from ...devices import profile
from ..main import is_verbose
from ..options import echo_json, seed_option, usage_errors
from ..parameter_types import Percentage, Resize, Size
from ..steps_bar import StepsBar

if TYPE_CHECKING:
    from ...converters.write import ConversionReport


@click.command(short_help="Convert a Keras model to a checked .tflite file.")
@click.argument("model", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The .tflite to write; by default beside the model.",
)
@click.option(
    "--calibration",
    metavar="WHAT",
    type=click.Path(path_type=Path),
    help="Pictures that choose ranges: a folder, .npy, .npz, or a text file of paths; "
    "not needed for a generator.",
)
@click.option(
    "--calibration-count",
    default=100,
    show_default=True,
    metavar="N",
    help="How many of them are drawn, the classes in turn.",
)
@click.option(
    "--verify",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Pictures to compare float and converted model on; by default a part of the "
    "calibration set is held back.",
)
@click.option(
    "--normalize",
    metavar="HOW",
    help="What the model was trained on: raw (0..255), unit (0..1), signed (-1..1), "
    "torch, caffe or mean=..,std=.. ; not needed where the model's layers do it.",
)
@click.option(
    "--color",
    type=click.Choice(["rgb", "bgr", "gray"]),
    help="Channel order that the model was trained on; by default rgb, or gray for one "
    "channel, or what --normalize implies.",
)
@click.option(
    "--resize",
    type=Resize(),
    help="How a picture is laid into the input: stretch, letterbox or "
    "center-crop[:FRACTION]; by default as the model's card says, else letterbox "
    "for --decoder fcos and the yolo ones, else stretch.",
)
@click.option("--input-size", type=Size(), help="For a model that leaves it open.")
@click.option(
    "--labels",
    type=click.Path(path_type=Path),
    help="A file with one label per class; by default the class folders' names.",
)
@click.option(
    "--recipe",
    type=click.Choice(list(RECIPES)),
    default="int8",
    show_default=True,
    help="How numbers are stored; docs/guides/convert.md compares the five.",
)
@click.option(
    "--io",
    type=click.Choice(IO_TYPES),
    help="Type of the file's ends; by default uint8 for int8, else float32.",
)
@click.option(
    "--target",
    type=click.Choice(TARGETS),
    default="litert",
    show_default=True,
    help="The oldest interpreter that must open the file.",
)
@click.option(
    "--device",
    metavar="ID",
    help="The board it is for (see devices; or a profile .toml of your own): chooses "
    "--target so that every system of it opens the file, and checks its memory.",
)
@click.option("--task", type=click.Choice(TASKS), help="Where outputs do not prove it.")
@click.option("--decoder", metavar="NAME", help="Where the task implies none.")
@click.option(
    "--min-agreement", type=Percentage(), help="Least agreement with float, e.g. 96%."
)
@click.option(
    "--max-drop", type=Percentage(), help="Most loss of accuracy in points, e.g. 1%."
)
@click.option("--min-accuracy", type=Percentage(), help="Least accuracy, e.g. 70%.")
@seed_option
@click.option("--name", help="The model's name in its card.")
@click.option("--keep-float", is_flag=True, help="Write the float twin beside it.")
@click.option(
    "--keep-rejected", is_flag=True, help="Keep a file that missed its budget."
)
@click.option("--allow-unsafe", is_flag=True, help="Run Lambda layers' code.")
@click.option("--allow-flex", is_flag=True, help="Accept TensorFlow's own operators.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write a .json or .html report."
)
@click.option("--force", is_flag=True, help="Replace existing outputs.")
@click.option("--json", "as_json", is_flag=True, help="Print the report on stdout.")
def convert(
    model: Path,
    output: Path | None,
    calibration: Path | None,
    verify: Path | None,
    labels: Path | None,
    report: Path | None,
    resize: tuple[str, float] | None,
    as_json: bool,
    force: bool,
    device: str | None,
    **options: Any,
) -> None:
    """Convert MODEL (.keras, .h5 or a SavedModel folder) to a checked .tflite file.

    The file carries its labels, normalization and resize rule. It is compared with the
    float model through the device's own preprocessing and interpreter; a missed budget
    exits with 3 and leaves nothing behind.
    """
    from ...converters.build import device_fit
    from ...converters.convert import convert as work

    board = None if device is None else profile.load_or_read(device)
    if board is not None and _is_default("target"):
        options["target"] = device_fit.target_for(board)
    with usage_errors(), StepsBar(verbose=is_verbose()) as bar:
        made = work(
            model,
            output,
            calibration=calibration,
            verify=verify,
            labels=labels,
            report=report,
            force=force,
            verbose=is_verbose(),
            progress=bar,
            **({} if resize is None else _laid_in(resize)),
            **options,
        )
    for line in closing_lines(made):
        click.echo(line, err=True)
    if board is not None:
        click.echo(device_fit.fit_sentence(board, made.path), err=True)
    if as_json:
        echo_json(made.to_dict())


def _laid_in(resize: tuple[str, float]) -> dict[str, Any]:
    return {"resize": resize[0], "crop_fraction": resize[1]}


def _is_default(option: str) -> bool:
    source = click.get_current_context().get_parameter_source(option)
    return source is ParameterSource.DEFAULT


def closing_lines(made: ConversionReport) -> list[str]:
    """Return what a person wants to know at the end."""
    data = made.data
    quantization = data["card"]["quantization"]
    lines = [
        f"{made.path}: {data['bytes']:,} bytes (the model: "
        f"{data['source']['bytes']:,}), {quantization['recipe']} with "
        f"{quantization['io']} ends"
    ]
    found = made.verification
    if found:
        low, high = found["interval"]
        lines.append(
            f"{found['metric']} with the float model: {found['agreement']:.1%} on "
            f"{found['n']} samples (95 % interval {100 * low:.1f} to "
            f"{100 * high:.1f} %), the worse of two sets of kernels"
        )
        if found["float"] is not None:
            name = found.get("accuracy_name", "accuracy")
            lines.append(
                f"{name}: float {found['float']:.1%}, converted "
                f"{found['quantized']:.1%}"
            )
    if found and "psnr_db" in found.get("details", {}):
        lines.append(
            f"pictures: {found['details']['mean_level_error']:.2f} levels of 255 off "
            f"in the mean, PSNR {found['details']['psnr_db']:.1f} dB"
        )
    if data["card"]["output"]["decoder"] == "image":
        lines.append(f"next: edgevision generate {made.path} -o grid.png")
    else:
        lines.append(f"next: edgevision run {made.path} --source IMAGE")
    return lines
