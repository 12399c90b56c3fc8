"""``edgevision train``: a folder of data to a trained Keras model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import click

from ...training.networks import ARCHITECTURES
from ...training.tasks import TASKS
from ..main import is_verbose
from ..needs_tensorflow import explained_without_tensorflow
from ..options import (
    common,
    echo_json,
    max_pixels_option,
    named_values_option,
    output,
    seed_option,
    usage_errors,
)
from ..parameter_types import Duration, Resize, Several, Size
from ..paths import InputPath
from ..progress import TrainingProgress
from ..quiet_tensorflow import without_chatter
from ..reports import search_lines, train_lines
from ..terminal import say
from ..usage import command, names_of, section
from .search_options import search, single

_LISTS: Final = {"arch": "--arch", "input_size": "--input-size", "width": "--width"}
_network = section("Network")
_data = section("Data")
_steps = section("Training")
_search = section("Search")

task_option = named_values_option(
    "An option of the task, such as strides=[8,16]; repeat for more. See "
    "docs/reference/training.md.",
    group=_steps,
)


@command(
    examples=(
        "edgevision train photos/ -o net.keras",
        "edgevision train photos/ -o net.keras --weights imagenet --max-time 10m",
        "edgevision train photos/ -o net.keras --search --max-ms 15",
    ),
    stray={"": "--output", ".txt": "--labels"},
)
@click.argument("data", type=InputPath("either", path_type=Path))
@common(
    "-o",
    "--output",
    metavar="FILE.keras",
    type=click.Path(path_type=Path),
    help="The file to write; its curves and its history are written beside it.",
)
@common(
    "--task",
    type=click.Choice(sorted(TASKS)),
    help="What to train.",
    shown_default="what the data show",
)
@common(
    "--epochs",
    type=click.IntRange(1),
    metavar="N",
    help="Passes over the data.",
    shown_default="the task's",
)
@common(
    "--max-time",
    "max_seconds",
    metavar="TIME",
    type=Duration(),
    help="Stop after this time, such as 90s or 5m; the learning rate falls to fit it.",
)
@common("--resume", is_flag=True, help="Continue an interrupted training or search.")
@common("--force", is_flag=True, help="Replace outputs that exist, and begin anew.")
@_network(
    "--arch",
    metavar="NAME",
    type=Several(click.STRING),
    help=f"The network, such as {', '.join(list(ARCHITECTURES)[:4])}; "
    "docs/reference/training.md lists them. With --search several, joined by commas.",
    shell_complete=names_of("edgevision.training.networks:ARCHITECTURES"),
)
@_network(
    "--input-size",
    metavar="WxH",
    type=Several(Size()),
    help="The size of the network's input. With --search several, joined by commas.",
    shown_default="the network's own",
)
@_network(
    "--width",
    metavar="FACTOR",
    type=Several(click.FLOAT),
    help="A factor on the number of filters. With --search several, such as "
    "0.25,0.5,1.",
    shown_default="1",
)
@_network(
    "--weights",
    default="none",
    metavar="FILE|imagenet",
    help="Begin with the weights of a trained .keras or .h5 file, or with those of "
    "ImageNet from Keras' own cache; its head is replaced.",
)
@_network(
    "--download",
    is_flag=True,
    help="Let Keras download the weights of --weights imagenet when they are not in "
    "its cache. Without it nothing is downloaded.",
)
@_network(
    "--normalize",
    metavar="RULE",
    help="The pixel values that the file of --weights was trained on, where it does "
    "not say so: raw, unit, signed, torch, caffe or mean=..,std=..",
)
@_network(
    "--color",
    type=click.Choice(["rgb", "gray"]),
    help="The channels of the input.",
    shown_default="what the network takes",
)
@_network(
    "--resize",
    metavar="RULE",
    type=Resize(),
    help="How a picture is brought to the input's size: stretch, letterbox or "
    "center-crop.",
    shown_default="stretch; letterbox for detectors",
)
@_network(
    "--latent",
    type=click.IntRange(1),
    metavar="N",
    help="With --task gan: random numbers that a picture is made of.",
)
@_data(
    "--validation",
    metavar="FOLDER",
    type=InputPath("either", path_type=Path),
    help="Held-out data.",
    shown_default="a part of DATA, which is then not trained on",
)
@_data(
    "--labels",
    metavar="FILE",
    type=InputPath(path_type=Path),
    help="Class names, one per line, in the order of the output; 'animal > cat' names "
    "ancestors.",
    shown_default="the folders' names, sorted",
)
@_data(
    "--augment",
    metavar="LIST",
    help="Random changes of the pictures, such as flip,rotation=0.05, or none "
    "(docs/reference/training.md).",
    shown_default="the task's",
)
@_data(
    "--preview",
    metavar="FILE.png",
    type=click.Path(path_type=Path),
    help="Write a picture of augmented training pictures, and train nothing.",
)
@_data(
    "--class-weights",
    type=click.Choice(["none", "balanced"]),
    default="none",
    help="balanced: rare classes count as much as frequent ones.",
)
@_steps("--batch-size", type=click.IntRange(1), metavar="N", help="Pictures per step.")
@_steps(
    "--learning-rate", type=float, metavar="RATE", help="The highest learning rate."
)
@_steps(
    "--patience",
    type=click.IntRange(1),
    metavar="N",
    help="End after N epochs that were no better than the best one.",
)
@task_option
@_search(
    "--search",
    "searching",
    is_flag=True,
    help="Try networks, widths and input sizes, and keep the best one that is within "
    "--max-ms; --max-time (by default 10m) is for all of it.",
)
@_search(
    "--max-ms",
    type=click.FloatRange(0, min_open=True),
    metavar="MS",
    help="The most milliseconds that a frame may take on this device, as int8.",
)
@output(
    "--report",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write a report: .json or .html.",
)
@output("--json", "as_json", is_flag=True, help="Print the report on stdout.")
@seed_option
@max_pixels_option
def train(
    data: Path,
    output: Path | None,
    preview: Path | None,
    latent: int | None,
    resize: tuple[str, float] | None,
    labels: Path | None,
    report: Path | None,
    as_json: bool,
    searching: bool,
    max_ms: float | None,
    options: dict[str, Any] | None,
    **choices: Any,
) -> None:
    """Train a network on a folder of pictures.

    Writes a .keras file for 'edgevision convert'. From DATA with one folder of pictures
    per class it makes a classifier, from pictures with boxes (YOLO texts, COCO JSON,
    VOC XML) a detector. Ctrl-C keeps the best epoch so far; a training that was killed
    continues with --resume.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "0" if is_verbose() else "3")
    from ...runtime.labels import read_labels, split_labels
    from ...training.report_file import check_report, write_report
    from ...training.request import TrainRequest
    from ...training.train import preview as draw
    from ...training.train import train as work

    if output is None and preview is None:
        raise click.UsageError("Missing option '-o' / '--output'.")
    if resize is not None and resize[1] != 1:
        raise click.UsageError(
            f"--resize {resize[0]} takes no share here, got {resize[1]:g}."
        )
    if searching and preview is not None:
        raise click.UsageError("--preview trains nothing; leave --search out.")
    if report is not None and preview is not None:
        raise click.UsageError("--preview trains nothing; leave --report out.")
    product = "the .tflite that 'edgevision convert' makes of it"
    with (
        usage_errors(),
        explained_without_tensorflow("Training", product=product),
        without_chatter() as stderr,
    ):
        show = TrainingProgress(stderr)
        if report is not None:
            check_report(report, force=choices["force"] or choices["resume"])
        if labels is not None:
            choices["labels"], choices["hierarchy"] = split_labels(
                read_labels(labels), name=str(labels)
            )
        if searching:
            lists = {name: choices.pop(name) for name in _LISTS}
        else:
            if max_ms is not None:
                raise click.UsageError("--max-ms is for --search.")
            choices = single(choices, _LISTS)
            if choices["width"] is None:
                choices["width"] = 1.0
        request = TrainRequest(
            data=data,
            output=output or Path("preview.keras"),
            resize=None if resize is None else resize[0],
            options={
                **(options or {}),
                **({} if latent is None else {"latent": latent}),
            },
            **choices,
        )
        if preview is not None:
            draw(request, preview, callbacks=show.callbacks)
            show.say(f"{preview}: pictures as the network would see them")
            return
        searched = None
        if searching:
            searched = search(request, max_ms, lists, show.callbacks)
            trained = searched.trained
        else:
            trained = work(request, callbacks=show.callbacks)
        if report is not None:
            write_report((searched or trained).to_dict(), report)
    table = [] if searched is None else search_lines(searched)
    for line in [*table, *train_lines(trained)]:
        say(line, err=True)
    if report is not None:
        say(f"report: {report}", err=True)
    if as_json:
        echo_json((searched or trained).to_dict())
