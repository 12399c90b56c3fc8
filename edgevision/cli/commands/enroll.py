"""``edgevision enroll``: pictures of known things become a gallery."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click

from ..options import (
    card_option,
    common,
    decoder_option,
    echo_json,
    max_pixels_option,
    names_of_decoders,
    normalize_option,
    resize_option,
    trust_option,
    usage_errors,
)
from ..options import model as model_options
from ..paths import InputPath, ModelPath
from ..terminal import TerminalLine, say
from ..usage import command


@command(
    examples=(
        "edgevision enroll embedder.tflite people/ -o people.npz",
        "edgevision enroll embedder.tflite anna/ ben/ -o people.npz --threshold 0.6",
        "edgevision run embedder.tflite --gallery people.npz",
    ),
)
@click.argument("model", type=ModelPath())
@click.argument(
    "folders", nargs=-1, required=True, type=InputPath("folder", path_type=Path)
)
@common(
    "--output",
    "-o",
    required=True,
    metavar="FILE.npz",
    type=click.Path(path_type=Path),
    help="The gallery to write.",
)
@common(
    "--threshold",
    metavar="SIMILARITY",
    type=click.FloatRange(-1, 1),
    help="A picture that is less similar than this to all others is unknown.",
    shown_default="half-way between same and different names",
)
@common("--force", is_flag=True, help="Replace a gallery that exists.")
@common("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
@normalize_option
@resize_option
@model_options(
    "--decoder",
    metavar="NAME",
    help="embedding, where the outputs do not prove it.",
    shell_complete=names_of_decoders,
)
@decoder_option
@card_option
@trust_option
@max_pixels_option
def enroll(
    model: str,
    folders: tuple[Path, ...],
    output: Path,
    threshold: float | None,
    force: bool,
    as_json: bool,
    **settings: Any,
) -> None:
    """Make a gallery of known things from folders of pictures.

    MODEL is a .tflite file that makes embeddings. Each of FOLDERS holds the pictures of
    one name; a folder that holds folders has one name per folder in it. 'edgevision run
    MODEL --gallery FILE' then names what a camera sees, or says unknown.
    """
    from ...files import refuse_existing
    from ...runtime.gallery import enroll as work
    from ...runtime.interpreter import Interpreter
    from ...runtime.opening import OpenOptions, open_model

    refuse_existing(output, force=force)
    chosen = {name: value for name, value in settings.items() if value}
    with usage_errors():
        loaded = open_model(model, OpenOptions(**chosen))
    # Of what was opened, and not of what lies at the path by now.
    used = loaded.interpreter
    sha256 = used.content.sha256 if isinstance(used, Interpreter) else ""
    with loaded, TerminalLine() as line:
        enrolled = work(
            loaded,
            folders,
            threshold=threshold,
            model_sha256=sha256,
            on_progress=lambda done, total: line.show(f"{done} of {total} pictures"),
            on_note=line.say,
        )
    enrolled.gallery.save(output, force=force)
    for path in enrolled.unreadable:
        line.say(f"Not read: {path}")
    if as_json:
        echo_json(
            {
                "gallery": str(output),
                "pictures": len(enrolled.gallery.labels),
                "names": dict(enrolled.counts),
                "threshold": enrolled.gallery.threshold,
                "recall": enrolled.recall,
            }
        )
        return
    names = ", ".join(f"{name} ({count})" for name, count in enrolled.counts.items())
    say(f"{output}: {len(enrolled.gallery.labels)} pictures of {names}")
    if enrolled.recall is not None:
        say(
            f"The nearest other picture has the same name for {enrolled.recall:.1%}; "
            f"unknown below a similarity of {enrolled.gallery.threshold:.3f}."
        )
    run = ["edgevision", "run", model, "--gallery", str(output)]
    say(f"next: {shlex.join([*run, '--source', str(folders[0])])}", err=True)
