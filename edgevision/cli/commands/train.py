"""``edgevision train``: a folder of data to a trained Keras model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from ...training.networks import ARCHITECTURES
from ...training.tasks import TASKS
from ..main import is_verbose
from ..options import echo_json, seed_option, task_option, usage_errors
from ..parameter_types import Duration, Resize, Several, Size
from ..quiet_tensorflow import without_chatter
from .search_options import search, single

if TYPE_CHECKING:
    from ...training.request import TrainEvent, TrainReport


_LISTS: Final = {"arch": "--arch", "input_size": "--input-size", "width": "--width"}


@click.command(short_help="Train a network on a folder of pictures.")
@click.argument("data", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The .keras file to write; its curves and history come beside it.",
)
@click.option(
    "--task",
    type=click.Choice(sorted(TASKS)),
    help="Where the data fit several; by default what they show.",
)
@click.option(
    "--arch",
    metavar="NAME",
    type=Several(click.STRING),
    help=f"The network, such as {', '.join(list(ARCHITECTURES)[:4])}; "
    "docs/reference/training.md lists them all. "
    "With --search several, joined by commas.",
)
@click.option(
    "--input-size",
    type=Several(Size()),
    help="Of the network's input; by default its own. With --search several.",
)
@click.option(
    "--width",
    type=Several(click.FLOAT),
    help="Factor on filters, by default 1. With --search several, such as 0.25,0.5,1.",
)
@click.option(
    "--search",
    "searching",
    is_flag=True,
    help="Try networks, widths and input sizes, and keep the best that is within "
    "--max-ms; --max-time (10m) is for all of it.",
)
@click.option(
    "--max-ms",
    type=click.FloatRange(0, min_open=True),
    metavar="MS",
    help="With --search: a frame may take so long on this device, as int8.",
)
@click.option(
    "--weights",
    default="none",
    show_default=True,
    metavar="FILE",
    help="Start from a trained .keras or .h5 file, or from imagenet (Keras' own cache; "
    "nothing is downloaded): its head is replaced.",
)
@click.option(
    "--normalize",
    metavar="HOW",
    help="What that file was trained on, where it does not say so: raw, unit, signed, "
    "torch, caffe or mean=..,std=..",
)
@click.option(
    "--latent", type=click.IntRange(1), help="Numbers per picture, with --task gan."
)
@click.option("--epochs", type=click.IntRange(1), help="Passes over the data.")
@click.option(
    "--max-time",
    "max_seconds",
    type=Duration(),
    help="Train no longer, such as 90s or 5m; the learning rate falls in time.",
)
@click.option("--batch-size", type=click.IntRange(1), help="Pictures per step.")
@click.option("--learning-rate", type=float, help="The highest one.")
@click.option(
    "--augment",
    metavar="LIST",
    help="Random changes, such as flip,rotation=0.05 "
    "(docs/reference/training.md), or none.",
)
@click.option(
    "--preview",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write a .png of augmented pictures, and train nothing.",
)
@click.option(
    "--resize",
    type=Resize(),
    help="How pictures are laid into the input: stretch, letterbox or center-crop; by "
    "default stretch, and letterbox for detectors.",
)
@click.option(
    "--color",
    type=click.Choice(["rgb", "gray"]),
    help="Channels of the input; by default what the network takes.",
)
@click.option(
    "--validation",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Held-out data; by default a part of DATA that nothing is learned from.",
)
@click.option(
    "--patience",
    type=click.IntRange(1),
    help="End after so many epochs without a better one.",
)
@click.option(
    "--labels",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Class names, one per line, in the order of the output; 'animal > cat' gives "
    "ancestors. By default the folders, sorted.",
)
@click.option(
    "--class-weights",
    type=click.Choice(["none", "balanced"]),
    default="none",
    show_default=True,
    help="balanced: rare classes count as much as frequent ones.",
)
@task_option
@seed_option
@click.option(
    "--resume", is_flag=True, help="Go on with an interrupted training or search."
)
@click.option("--force", is_flag=True, help="Replace outputs, or begin anew.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write a .json or .html report."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report on stdout.")
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
    """Train a network on DATA and write it as a .keras file for 'edgevision convert'.

    DATA with one folder of pictures per class makes a classifier, pictures with boxes
    (YOLO texts, COCO JSON, VOC XML) make a detector. A training that was killed goes on
    with --resume; Ctrl-C keeps the best epoch so far. --search finds the best network
    that is quick enough on this device.
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
    with usage_errors(), without_chatter() as stderr:
        show = _Show(stderr)
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
            draw(request, preview, tell=show)
            show.say(f"{preview}: pictures as the network would see them")
            return
        found = search(request, max_ms, lists, show) if searching else None
        made = work(request, tell=show) if found is None else found.trained
        if report is not None:
            write_report((found or made).to_dict(), report)
    for line in [*([] if found is None else found.lines()), *closing_lines(made)]:
        click.echo(line, err=True)
    if report is not None:
        click.echo(f"report: {report}", err=True)
    if as_json:
        echo_json((found or made).to_dict())


def closing_lines(report: TrainReport) -> list[str]:
    """Return what a person wants to know at the end."""
    kept = f", epoch {report.best_epoch} kept" if report.best_epoch else ""
    ended = {
        "finished": "",
        "early": "; nothing got better any more",
        "time": "; the time was over",
        "interrupted": "; it was interrupted",
    }[report.ended]
    lines = [
        f"{report.path}: {report.arch}, {report.parameters:,} parameters, "
        f"{report.epochs} epochs in {report.seconds:.0f} s{kept}{ended}"
    ]
    if report.metrics:
        numbers = ", ".join(f"{k} {v:.1%}" for k, v in report.metrics.items())
        held = report.facts.get("held_out")
        lines.append(
            f"on {held} held-out pictures: {numbers}"
            if held
            else f"held out: {numbers}"
        )
    lines += [f"{name}: {path}" for name, path in report.files.items()]
    lines += [f"next: {command}" for command in report.next_commands]
    return lines


class _Show:
    """Show events on a stream: progress on one line, where it is a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._width = 0

    def __call__(self, event: TrainEvent) -> None:
        if event.kind == "progress":
            self._line(event.text)
        else:
            mark = "Warning: " if event.kind == "warning" else ""
            self.say(f"{mark}{event.text}")

    def say(self, text: str) -> None:
        """Print a line that stays."""
        self._line("")
        click.echo(text, file=self._stream)
        self._stream.flush()

    def _line(self, text: str) -> None:
        if self._live:
            self._stream.write("\r" + text.ljust(self._width) + "\r" + text)
            self._stream.flush()
            self._width = len(text)
