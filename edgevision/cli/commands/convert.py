"""``edgevision convert``: a trained Keras model to a checked ``.tflite``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from ...card import TASKS
from ...converters.build import IO_TYPES, RECIPES, TARGETS
from ...devices import profile
from ..main import is_verbose
from ..needs_tensorflow import explained_without_tensorflow
from ..options import (
    advanced,
    common,
    decoder_option,
    echo_json,
    lambda_texts,
    max_pixels_option,
    names_of_decoders,
    output,
    seed_option,
    usage_errors,
)
from ..parameter_types import Percentage, Resize, Size, Words
from ..paths import InputPath, KerasPath
from ..progress import ConversionProgress
from ..reports import convert_lines
from ..tensor_options import head_option, input_values_option
from ..terminal import say
from ..usage import command, section

_model = section("Model")
_file = section("The .tflite file")
_budget = section("Budget")


@command(
    examples=(
        "edgevision convert net.keras --calibration photos/",
        "edgevision convert net.h5 --calibration photos/ --normalize unit \\",
        "    --verify held-out/ --max-drop 1% --report net.html",
        "edgevision convert net.keras --calibration photos/ --device pi5",
    ),
    stray={"": "--calibration", ".tflite": "--output", ".txt": "--labels"},
)
@click.argument("model", type=KerasPath(path_type=Path))
@common(
    "-o",
    "--output",
    metavar="FILE.tflite",
    type=click.Path(path_type=Path),
    help="The file to write.",
    shown_default="beside the model, under its name",
)
@common(
    "--calibration",
    metavar="PICTURES",
    type=InputPath("either", path_type=Path),
    help="Pictures like those of the device, which choose the ranges of the int8 "
    "numbers: a folder, .npy, .npz, or a text file of paths. A generator needs none.",
)
@common(
    "--verify",
    metavar="PICTURES",
    type=InputPath("either", path_type=Path),
    help="Pictures to compare the float and the converted model on.",
    shown_default="a part of the calibration set, which is held back from it",
)
@common(
    "--normalize",
    metavar="RULE",
    help="The pixel values that the model was trained on: raw (0 to 255), unit (0 to "
    "1), signed (-1 to 1), torch, caffe or mean=..,std=.. Not needed where layers of "
    "the model normalize (own). auto takes a rule that the pictures put beyond doubt.",
)
@common("--force", is_flag=True, help="Replace outputs that exist.")
@_model(
    "--labels",
    metavar="FILE",
    type=InputPath(path_type=Path),
    help="A file with one label per class.",
    shown_default="labels.txt of the model's folder; else the class folders' names",
)
@_model(
    "--color",
    type=click.Choice(["rgb", "bgr", "gray"]),
    help="The channel order that the model was trained on.",
    shown_default="rgb; gray for one channel; or what --normalize implies",
)
@_model(
    "--stacked",
    is_flag=True,
    help="Normalize pixels by --normalize first and then again by the model's own "
    "layers, as in its training.",
)
@_model(
    "--resize",
    metavar="RULE",
    type=Resize(),
    help="How a picture is brought to the input's size: stretch, letterbox or "
    "center-crop[:FRACTION].",
    shown_default="as the model's card says; letterbox for --decoder fcos and the yolo "
    "ones; else stretch",
)
@_model(
    "--input-size",
    metavar="WxH",
    type=Size(),
    help="The input's size, for a model that leaves it open or takes all pixels in "
    "one row.",
)
@input_values_option(
    "An input beside the picture: a number, or numbers with commas between, fixes it "
    "in the file; LOW..HIGH leaves it to whoever runs the file. Repeat for more.",
    group=_model,
)
@_model(
    "--task",
    metavar="TASK",
    type=click.Choice(TASKS),
    help=f"What the model does, where its outputs do not prove it: {', '.join(TASKS)}.",
)
@_model(
    "--decoder",
    metavar="NAME",
    help="What turns the outputs into a result, where the task implies none.",
    shell_complete=names_of_decoders,
)
@decoder_option
@head_option(_model)
@_model("--name", metavar="NAME", type=Words(), help="The model's name in its card.")
@_file(
    "--recipe",
    metavar="NAME",
    type=click.Choice(list(RECIPES)),
    default="int8",
    help=f"How numbers are stored: {', '.join(RECIPES)}; see docs/guides/convert.md.",
)
@_file(
    "--io",
    type=click.Choice(IO_TYPES),
    help="The type of the file's inputs and outputs.",
    shown_default="uint8 for int8, else float32",
)
@_file(
    "--target",
    type=click.Choice(TARGETS),
    default="litert",
    help="The oldest interpreter that must open the file.",
)
@_file(
    "--device",
    metavar="ID",
    help="The board that the file is for ('edgevision devices' lists them), or a "
    "profile .toml of your own: chooses --target so that every system of the board "
    "opens the file, and checks its memory.",
)
@_file("--keep-float", is_flag=True, help="Write the float model beside it.")
@_budget(
    "--truth",
    metavar="FOLDER",
    type=InputPath("folder"),
    help="For a model that answers with a picture: the true pictures, named like those "
    "of --verify. Both models are compared with them by SSIM and PSNR.",
)
@_budget(
    "--min-agreement",
    metavar="PERCENT",
    type=Percentage(),
    help="The least agreement with the float model, such as 96%.",
)
@_budget(
    "--max-drop",
    metavar="PERCENT",
    type=Percentage(),
    help="The most accuracy that may be lost, in points, such as 1%.",
)
@_budget(
    "--min-accuracy",
    metavar="PERCENT",
    type=Percentage(),
    help="The least accuracy, such as 70%.",
)
@_budget("--keep-rejected", is_flag=True, help="Keep a file that misses its budget.")
@output(
    "--report",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write a report: .json or .html.",
)
@output("--json", "as_json", is_flag=True, help="Print the report on stdout.")
@advanced(
    "--calibration-count",
    default=100,
    metavar="N",
    help="How many calibration pictures are used, drawn evenly from the classes.",
)
@seed_option
@max_pixels_option
@advanced(
    "--lambda",
    "lambdas",
    multiple=True,
    metavar="NAME=EXPRESSION",
    callback=lambda_texts,
    help="What the Lambda layer of that name computes, such as 'scale=x / 127.5 - 1': "
    "its code is not run. Repeat for more; NAME may hold *.",
)
@advanced(
    "--custom",
    multiple=True,
    metavar="FILE.py",
    type=InputPath(),
    help="A Python file with the model's custom layers and functions. convert runs it: "
    "pass only files that you trust. Repeat for more.",
)
@advanced(
    "--allow-unsafe",
    is_flag=True,
    help="Run the code that the model's file holds in Lambda layers.",
)
@advanced(
    "--allow-flat",
    is_flag=True,
    help="Accept a model that gives different pictures the same answer.",
)
@advanced(
    "--allow-flex",
    is_flag=True,
    help="Accept TensorFlow's own operators, which small interpreters lack.",
)
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
    """Convert a Keras model to a checked .tflite file.

    MODEL is a .keras or .h5 file, a SavedModel folder, or a ZIP or folder with one of
    these in it. The .tflite file carries its labels, normalization and resize rule. It
    is compared with the float model through the device's own preprocessing and
    interpreter. A missed budget exits with 3 and leaves no file behind.
    """
    from ...converters.build import device_fit
    from ...converters.convert import convert as work

    board = None if device is None else profile.load_or_read(device)
    if board is not None and _is_default("target"):
        options["target"] = device_fit.target_for(board)
    if resize is not None:
        options["resize"], options["crop_fraction"] = resize
    product = output or model.with_suffix(".tflite")
    with (
        usage_errors(),
        explained_without_tensorflow("Converting", product=product),
        ConversionProgress(verbose=is_verbose()) as bar,
    ):
        conversion = work(
            model,
            output,
            calibration=calibration,
            verify=verify,
            labels=labels,
            report=report,
            force=force,
            verbose=is_verbose(),
            on_progress=bar,
            decoder_options=options.pop("options"),
            **options,
        )
    for line in convert_lines(conversion, verify or calibration):
        say(line, err=True)
    if board is not None:
        say(device_fit.fit_sentence(board, conversion.path), err=True)
    if as_json:
        echo_json(conversion.to_dict())


def _is_default(option: str) -> bool:
    source = click.get_current_context().get_parameter_source(option)
    return source is ParameterSource.DEFAULT
