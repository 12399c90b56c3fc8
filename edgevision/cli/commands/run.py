"""``edgevision run``: a model over any source, results to any sinks."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from ...errors import SinkError, SourceError
from ..live_line import LiveLine
from ..main import is_verbose
from ..options import (
    backend_option,
    card_option,
    decoder_option,
    delegate_option,
    normalize_option,
    profile_option,
    resize_option,
    trust_option,
    usage_errors,
)

if TYPE_CHECKING:
    from ...runtime.event import Event
    from ...runtime.model import Model, PictureModel, TiledModel, TwoStage
    from ...runtime.pipeline import Pipeline, RunSummary


def _threads(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> str | int | None:
    """Read ``auto`` or a number of threads."""
    if value is None or value == "auto":
        return value
    if not value.isdigit() or not 1 <= int(value) <= 256:
        raise click.BadParameter(f"'{value}' is neither auto nor 1 to 256.")
    return int(value)


@click.command()
@click.argument("model", type=click.Path())
@click.option(
    "--source",
    "-s",
    default="auto",
    show_default=True,
    help="auto (the camera of the board's profile), a camera (0, /dev/video2, v4l2:, "
    "csi:, gst:), rtsp://, http://, -, a video, an image, a folder, a glob or "
    "synthetic:, with ?rotate=180&flip=h&roi=x,y,w,h behind it.",
)
@click.option(
    "--sink",
    "sinks",
    multiple=True,
    help="Where results go, as often as wanted: jsonl:FILE, csv:FILE, images:DIR, "
    "video:FILE.mkv, web:PORT, window:.",
)
@click.option("--top-k", type=click.IntRange(1), help="Classes per picture.")
@click.option("--score-threshold", type=click.FloatRange(0, 1), help="Lowest score.")
@click.option("--iou-threshold", type=click.FloatRange(0, 1), help="Overlap for NMS.")
@click.option("--max-detections", type=click.IntRange(1), help="Boxes per picture.")
@click.option("--allow", multiple=True, help="Report only this label; repeatable.")
@click.option("--deny", multiple=True, help="Do not report this label; repeatable.")
@click.option(
    "--level",
    metavar="N|NAME",
    help="For labels with ancestors: report those on this level (1: the roots), or on "
    "the level of a node. With --then the classifier's.",
)
@click.option(
    "--threads",
    callback=_threads,
    metavar="auto|N",
    help="Inference threads; auto measures for half a second.",
)
@backend_option
@delegate_option
@click.option("--labels", type=click.Path(), help="A label file, over the model's own.")
@normalize_option
@click.option("--color", help="What the model wants: rgb, bgr or gray.")
@resize_option
@click.option("--task", help="What the model does, where the file does not say it.")
@click.option("--decoder", help="What reads the outputs, where they do not prove it.")
@decoder_option
@click.option("--tiles", metavar="CxR[:O]", help="Look at tiles: finds small objects.")
@click.option(
    "--then",
    "second",
    type=click.Path(),
    help="A classifier that looks again at each region that MODEL, a detector, finds.",
)
@click.option(
    "--margin",
    type=click.FloatRange(0, 1),
    help="With --then: what is added around a region, a share of its sides.",
)
@click.option(
    "--merge",
    help="With --then: product (the classifier's label, both scores multiplied), "
    "second (its score too) or both (both labels).",
)
@click.option("--gallery", type=click.Path(), help="Known pictures of 'enroll'.")
@card_option
@trust_option
@profile_option
@click.option("--max-frames", type=click.IntRange(1), help="Stop after so many.")
@click.option(
    "--max-fps",
    type=click.FloatRange(0, min_open=True),
    help="At most so many frames per second: saves heat and battery.",
)
@click.option("--realtime", is_flag=True, help="Play a video file like a camera.")
@click.option(
    "--give-up-after",
    type=click.FloatRange(0, min_open=True),
    default=300.0,
    show_default=True,
    help="Seconds after which a camera that was lost is an error.",
)
@click.option("--quiet", is_flag=True, help="Print no line per frame.")
@click.option("--force", is_flag=True, help="Let sinks replace files that exist.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per frame.")
def run(
    model: str,
    source: str,
    sinks: tuple[str, ...],
    max_frames: int | None,
    max_fps: float | None,
    realtime: bool,
    give_up_after: float,
    quiet: bool,
    force: bool,
    as_json: bool,
    second: str | None,
    margin: float | None,
    merge: str | None,
    **settings: Any,
) -> None:
    """Run MODEL over a source: results and times per frame, a table at the end.

    Ctrl-C, SIGTERM and a closed terminal end the run well: files are finished, the
    table is printed.
    """
    _quieten_opencv()
    from ...runtime.sinks import parse_sink
    from ...runtime.sources import parse_source

    try:
        parse_source(source)
    except SourceError as error:
        raise click.BadParameter(str(error), param_hint="--source") from error
    try:
        for sink in sinks:
            parse_sink(sink)
    except SinkError as error:
        raise click.BadParameter(str(error), param_hint="--sink") from error

    from ... import load_model

    given = {
        name: value
        for name, value in settings.items()
        # By identity: a threshold of 0.0 equals False and must reach the model.
        if value is not None and value is not False and value != ()
    }
    then = {
        name: value
        for name, value in (("margin", margin), ("merge", merge))
        if value is not None
    }
    if then and second is None:
        raise click.UsageError(f"--{next(iter(then))} goes with --then CLASSIFIER.")
    # What is reported are the second model's classes, so levels are theirs.
    of_second = {"level": given.pop("level")} if second and "level" in given else {}
    with usage_errors():
        first = load_model(model, **given)
    if given.get("threads") == "auto":
        click.echo(f"Threads: {first.info()['thread_choice']}.", err=True)
    loaded: PictureModel = first
    if second is not None:
        with usage_errors():
            loaded = _joined(first, second, {**given, **of_second}, then)
    with loaded:
        for sentence in loaded.assumptions:
            click.echo(f"Assumed: {sentence}", err=True)
        pipeline = loaded.stream(
            source,
            sinks=sinks,
            max_frames=max_frames,
            max_fps=max_fps,
            realtime=realtime,
            give_up_after=give_up_after,
            force=force,
        )
        summary = _drive(pipeline, quiet=quiet, as_json=as_json)
    _judge(summary)


def _joined(
    first: Model | TiledModel, second: str, given: dict[str, Any], then: dict[str, Any]
) -> TwoStage:
    """Open the classifier of ``--then`` as the detector was opened, and join both."""
    from ...runtime.opening import OpenOptions, open_model

    shared = ("threads", "backend", "delegate", "trust", "level")
    with contextlib.ExitStack() as stack:
        stack.callback(first.close)
        try:
            kept = {k: v for k, v in given.items() if k in shared}
            again = open_model(second, OpenOptions(**kept))
        except ValueError as error:
            if "level" not in given:
                raise
            raise click.UsageError(
                f"With --then, --level is the classifier's, whose labels are reported: "
                f"for {second}, {error} The classifier's own labels are changed by "
                "'edgevision card --labels FILE'."
            ) from error
        stack.callback(again.close)
        joined = first.then(again, **then)
        stack.pop_all()
        return joined


def _quieten_opencv() -> None:
    """Set OpenCV's own switches before it is loaded; the user's settings stand.

    What it and FFmpeg would print says nothing that our sentences do not. A camera that
    stalls is noticed after five seconds instead of ten.
    """
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "5")
    if not is_verbose():
        os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")
        os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")


def _drive(pipeline: Pipeline, *, quiet: bool, as_json: bool) -> RunSummary:
    """Iterate a pipeline, print its events, and its table however it ends."""
    live_line = LiveLine(
        shown=pipeline.source.live
        and sys.stderr.isatty()
        and (quiet or not sys.stdout.isatty())
    )
    pipeline.source.status.on_note = live_line.say
    for sink in pipeline.sinks:
        sink.tell(live_line.say)
        if sink.address:
            live_line.say(f"Open {sink.address} in a browser.")
    health = pipeline.health
    try:
        with _stop_on_signals(pipeline), pipeline:
            if pipeline.source.status.mode:
                live_line.say(f"{pipeline.source.name}: {pipeline.source.status.mode}")
            for event in pipeline:
                if not quiet:
                    click.echo(_text(event, as_json=as_json))
                news = health.news() if health is not None else ""
                if news:
                    live_line.say(news)
                live_line.update(event)
    finally:
        live_line.clear()
        summary = pipeline.summary()
        for line in summary.lines():
            click.echo(line, err=True)
    return summary


def _text(event: Event, *, as_json: bool) -> str:
    from ...runtime.sinks import line_of, record_of

    if as_json:
        return json.dumps(record_of(event), ensure_ascii=False)
    return line_of(event)


def _judge(summary: RunSummary) -> None:
    """Turn what was lost on the way into an error: a script must notice it."""
    for name, lost in summary.lost.items():
        if lost:
            raise SinkError(
                f"{name} lost {lost} event{'s' * (lost != 1)}; the reason is above."
            )
    if summary.unreadable:
        plural = "s" * (summary.unreadable != 1)
        raise SourceError(
            f"{summary.unreadable} picture{plural} could not be read; the results of "
            "the others stand."
        )


@contextlib.contextmanager
def _stop_on_signals(pipeline: Pipeline) -> Iterator[None]:
    """Let Ctrl-C, SIGTERM and SIGHUP end the stream, a second Ctrl-C the process."""

    def handle(number: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        threading.Thread(target=pipeline.stop, daemon=True).start()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # A terminal that is closed sends SIGHUP; nohup lets it be ignored.
    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
