"""``edgevision run``: a model on any source, results to any sinks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ...errors import SinkError, SourceError
from ..decoder_defaults import shown
from ..options import (
    advanced,
    backend_option,
    card_option,
    color_option,
    common,
    decoder_name_option,
    decoder_option,
    delegate_option,
    input_size_option,
    labels_option,
    max_pixels_option,
    normalize_option,
    profile_option,
    resize_option,
    speed,
    task_option,
    trust_option,
    usage_errors,
)
from ..options import (
    model as model_section,
)
from ..parameter_types import Share, ThreadCount
from ..paths import ModelPath
from ..process import stoppable_opening
from ..run_loop import drive, quieten_opencv, refuse_losses
from ..run_options import (
    give_up_option,
    max_invoke_option,
    motion_options,
    open_redaction,
    redaction_options,
    refuse_age_alone,
    result_options,
    take_redaction,
    track_options,
    track_stages,
)
from ..second_model import (
    OF_SECOND,
    join_models,
    said_of_pair,
    second_model_options,
)
from ..tensor_options import head_option, input_values_option
from ..terminal import say
from ..usage import command, names_of, section

if TYPE_CHECKING:
    from ...runtime.model import PictureModel

_CAMERAS = (
    *("auto", "csi:", "gst:", "synthetic:", "v4l2:", "rtsp://", "http://", "tcp://"),
    "-",
)
_detectors = section("Detectors")


@command(
    examples=(
        "edgevision run net.tflite",
        "edgevision run net.tflite --source photos/ --sink csv:results.csv",
        "edgevision run net.tflite -s 'csi:?rotate=180' --sink web:8080 --quiet",
    ),
    stray={"": "--source", ".csv": "--sink", ".jsonl": "--sink", ".txt": "--labels"},
)
@click.argument("model", type=ModelPath())
@common(
    "--source",
    "-s",
    default="auto",
    metavar="SOURCE",
    help="auto (the camera of the board's profile), a camera (0, /dev/video2, v4l2:, "
    "csi:, gst:), rtsp://, http://, tcp://, udp://, rtmp://, srt://, - (standard "
    "input), a FIFO, a video, a picture, a folder, a glob, synthetic: or a source of "
    "your own (./file.py:CLASS), with ?rotate=180&flip=h&roi=x,y,w,h behind it.",
    shell_complete=names_of(_CAMERAS, files=True),
)
@common(
    "--sink",
    "sinks",
    multiple=True,
    metavar="SINK",
    help="Where results go; repeat for several: jsonl:FILE, csv:FILE, images:FOLDER, "
    "video:FILE.mkv, web:PORT, window: or a sink of your own (./file.py:CLASS:TARGET).",
    shell_complete=names_of("edgevision.runtime.sinks.registry:SINKS", suffix=":"),
)
@common(
    "--max-frames", type=click.IntRange(1), metavar="N", help="Stop after N frames."
)
@common(
    "--max-fps",
    type=click.FloatRange(0, min_open=True),
    metavar="FPS",
    help="Frames per second at most: saves heat and battery.",
)
@track_options
@common("--quiet", is_flag=True, help="Print no line per frame.")
@common("--json", "as_json", is_flag=True, help="Print one JSON object per frame.")
@common("--force", is_flag=True, help="Let sinks replace files that exist.")
@result_options
@_detectors(
    "--iou-threshold",
    type=Share(),
    metavar="IOU",
    help="Of two boxes that overlap more than this, only the better one is reported "
    "(NMS); boxes of different labels do not compete, except with --option "
    "nms=agnostic.",
    shown_default=shown("iou_threshold"),
)
@_detectors(
    "--max-detections",
    type=click.IntRange(1),
    metavar="N",
    help="Boxes per picture at most.",
    shown_default=shown("max_detections"),
)
@_detectors(
    "--tiles",
    metavar="CxR[:OVERLAP]",
    help="Cut every frame into C x R tiles and run the model on each: finds small "
    "objects.",
)
@second_model_options
@redaction_options
@labels_option
@normalize_option
@color_option
@resize_option
@input_size_option
@task_option
@decoder_name_option
@decoder_option
@head_option(model_section)
@input_values_option(
    "What fills an input beside the picture: a number, numbers with commas between, a "
    "file of numbers (.npy), a picture, or @MODEL.tflite:PICTURE for the answer of "
    "another model. Repeat for more.",
    takes_files=True,
)
@card_option
@speed(
    "--threads",
    type=ThreadCount(),
    metavar="N|auto",
    help="Inference threads; auto measures for half a second.",
    shown_default="as the board's profile says",
)
@motion_options
@backend_option
@delegate_option
@profile_option
@advanced("--realtime", is_flag=True, help="Play a video file as a camera would.")
@give_up_option
@max_invoke_option
@speed(
    "--full-decode",
    is_flag=True,
    help="Decode JPEGs whole. Otherwise 1/2, 1/4 or 1/8 of their size is decoded where "
    "the model needs no more and no sink shows every picture.",
)
@trust_option
@max_pixels_option
def run(
    model: str,
    source: str,
    sinks: tuple[str, ...],
    max_frames: int | None,
    max_fps: float | None,
    realtime: bool,
    give_up_after: float,
    max_invoke: float | None,
    when_motion: bool,
    max_answer_age: float | None,
    full_decode: bool,
    track: bool,
    quiet: bool,
    force: bool,
    as_json: bool,
    seconds: tuple[str, ...],
    margin: float | None,
    merge: str | None,
    then_options: dict[str, Any] | None,
    **settings: Any,
) -> None:
    """Run a model on a camera, a video or pictures.

    MODEL is a .tflite file. Prints a line per frame, and a table of times at the end.
    Ctrl-C, SIGTERM and a terminal that is closed are a normal end: files are finished,
    and the table is printed.
    """
    quieten_opencv()
    refuse_age_alone(when_motion=when_motion, max_answer_age=max_answer_age)
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

    redaction = take_redaction(settings)
    chosen = {
        name: value
        for name, value in settings.items()
        # By identity: a threshold of 0.0 equals False and must reach the model.
        if value is not None and value is not False and value != ()
    }
    said = said_of_pair(margin, merge, then_options)
    if said and not seconds:
        flag = next(iter(said))
        raise click.UsageError(
            f"{'--' + flag if flag in ('margin', 'merge') else '--then-option'} goes "
            "with --then FILE.tflite."
        )
    # The last model's answers are reported.
    for_last: dict[str, Any] = {
        name: chosen.pop(name) for name in OF_SECOND if seconds and name in chosen
    }
    loaded = _open(model, chosen, seconds, for_last, said, max_invoke)
    with loaded:
        with stoppable_opening(max_invoke):
            stages = [open_redaction(redaction, loaded)] if redaction else []
            pipeline = loaded.stream(
                source,
                sinks=sinks,
                stages=[*track_stages(track=track), *stages],
                max_frames=max_frames,
                max_fps=max_fps,
                max_invoke=max_invoke,
                realtime=realtime,
                give_up_after=give_up_after,
                when_motion=when_motion,
                max_answer_age=max_answer_age,
                full_decode=full_decode,
                force=force,
            )
        summary = drive(pipeline, quiet=quiet, as_json=as_json)
    refuse_losses(summary)


def _open(
    model: str,
    chosen: dict[str, Any],
    seconds: tuple[str, ...],
    for_last: dict[str, Any],
    said: dict[str, Any],
    max_invoke: float | None,
) -> PictureModel:
    """Return the model, or a pair of models, and say what was assumed."""
    from ... import load_model

    with stoppable_opening(max_invoke), usage_errors():
        first = load_model(model, **chosen)
    if chosen.get("threads") == "auto":
        say(f"Threads: {first.info()['thread_choice']}.", err=True)
    for sentence in first.assumptions:
        say(f"Assumed: {sentence}", err=True)
    if not seconds:
        return first
    with stoppable_opening(max_invoke), usage_errors():
        return join_models(first, seconds, {**chosen, **for_last}, said)
