"""``edgevision regions``: draw zones and lines on the live picture, in the browser."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ....errors import EdgeVisionError
from ...options import common, usage_errors
from ...process import on_stop, stoppable_opening
from ...run_loop import quieten_opencv
from ...terminal import say
from ...usage import command, names_of

if TYPE_CHECKING:
    from ....runtime.model import PictureModel
    from ....runtime.pipeline import Pipeline
    from ....runtime.redaction import RedactStage
    from ....runtime.region_page import RegionEditor, RegionFile

_MODELS = (".tflite",)


@command(
    examples=(
        "edgevision regions csi:",
        "edgevision regions net.tflite --source rtsp://10.0.0.5/stream",
        "edgevision regions --file app.toml --camera yard",
    ),
    stray={"": "--source", ".toml": "--file"},
)
@click.argument("what", metavar="[MODEL|SOURCE]", default="")
@common(
    "--source",
    "-s",
    metavar="SOURCE",
    help="The source, where a model is named: its boxes are drawn on the picture then, "
    "and its labels are offered.",
    shown_default="that of the camera in an app's file, else auto",
    shell_complete=names_of(("auto", "csi:", "v4l2:", "synthetic:"), files=True),
)
@common(
    "--file",
    "-f",
    "file",
    metavar="FILE.toml",
    type=click.Path(dir_okay=False, path_type=Path),
    default="regions.toml",
    show_default=True,
    help="Where the regions are read from and saved: a file of their own, or the file "
    "of an app, of which everything else stays.",
)
@common("--camera", default="", metavar="NAME", help="Which camera of an app's file.")
@common(
    "--port",
    type=click.IntRange(0, 65535),
    default=8090,
    show_default=True,
    metavar="PORT",
    help="Port of the page on this machine; 0 takes a free one.",
)
@common(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="HOST",
    help="Where the page listens: 0.0.0.0 lets a phone or other machines in.",
)
def regions(
    what: str, source: str | None, file: Path, camera: str, port: int, host: str
) -> None:
    """Draw zones and lines on the live picture, in the browser, and save them.

    Without a source it is that of the camera in an app's file. The page works with
    mouse, finger and keyboard. Its address has a token that is new with each start,
    because the page writes a file.
    """
    quieten_opencv()
    from ....runtime.region_page import NoModel, RegionEditor, RegionFile

    is_model = Path(what).suffix.lower() in _MODELS or what.startswith("demo:")
    if source is not None and what and not is_model:
        raise click.UsageError(
            f"Two sources: {what} and --source {source}. Leave one out, or name a "
            ".tflite file instead of the first."
        )
    kept = RegionFile(file, camera)
    kept.read()  # what cannot be used is said before a camera is opened
    source = source or ("" if is_model else what) or _source_of(kept) or "auto"
    if is_model:
        from .... import load_model
        from ....app.checks import path_of

        with stoppable_opening(None), usage_errors():
            model = load_model(path_of(what))
        with model:
            editor = RegionEditor(kept, model.labels)
            with stoppable_opening(None), usage_errors():
                pipeline = model.stream(
                    source, sinks=[editor], stages=_covering(kept, model), max_fps=10
                )
            _serve(editor, pipeline, host, port)
        return
    from ....runtime.pipeline import open_stream

    editor = RegionEditor(kept)
    with stoppable_opening(None), usage_errors():
        pipeline = open_stream(
            NoModel(), source, sinks=[editor], stages=_covering(kept), max_fps=10
        )
    _serve(editor, pipeline, host, port)


def _source_of(kept: RegionFile) -> str:
    """Return the source of the camera in an app's file; empty without one.

    Raises:
        AppFileError: It needs a variable of the environment that is not there.
    """
    text = kept.source()
    if not text:
        return ""
    from ....app.file import file_error, fill_in, located
    from ....runtime.tables import FaultList

    faults = FaultList()
    filled = str(
        fill_in(text, os.environ, faults, path=("camera", kept.camera, "source"))
    )
    if faults.faults:
        raise file_error(kept.path.name, [located(one, None) for one in faults.faults])
    return filled


def _covering(kept: RegionFile, model: PictureModel | None = None) -> list[RedactStage]:
    """Return what covers the pictures as the app's file says; nothing without a word.

    Raises:
        TableError: What the file says of it is wrong.
        EdgeVisionError: A model is needed that finds what is covered.
    """
    where, table = kept.redaction()
    if table is None:
        return []
    from ....app.checks import open_finder
    from ....runtime.redaction import RedactionSettings, RedactStage, most_things

    settings = RedactionSettings.from_table(table, where)
    finder = open_finder(settings) if settings.model else None
    finds = finder or model
    if settings.labels and finds is None:
        raise EdgeVisionError(
            f"[{where}] of {kept.path} covers {', '.join(settings.labels)}, which a "
            "model finds. Name it, so that the page shows covered pictures: edgevision "
            f"regions MODEL.tflite --file {kept.path}."
        )
    most = most_things(finds) if finds is not None else 0
    return [RedactStage(settings, finder, most=most)]


def _serve(editor: RegionEditor, pipeline: Pipeline, host: str, port: int) -> None:
    """Serve the page until Ctrl-C, also after the source has ended."""
    from ....runtime.region_page import RegionServer

    ended = threading.Event()

    def stop() -> None:
        ended.set()
        pipeline.stop()

    pipeline.source.status.on_note = lambda note: say(note, err=True)
    with on_stop(stop), pipeline, RegionServer(editor, host, port) as server:
        say(f"Open {server.address} in a browser; Ctrl-C ends.", err=True)
        for _ in pipeline:
            pass
        if not ended.is_set():
            say("The source has ended; the page keeps its last picture.", err=True)
        ended.wait()
