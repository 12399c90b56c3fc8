"""``edgevision app``: cameras, rules and outputs out of one file."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import click

from ..options import advanced, common, echo_json, output
from ..paths import InputPath
from ..process import stoppable_opening
from ..run_loop import quieten_opencv
from ..terminal import say
from ..usage import command, section

if TYPE_CHECKING:
    from ...app import App

_trying = section("Trying")
_CLOCK: Final = "%H:%M"
_NO_YEAR: Final = 1900  # of a text without a date
_MOMENTS: Final = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")


@command(
    examples=(
        "edgevision app app.toml --check",
        "edgevision app app.toml",
        "edgevision app app.toml --source clip.mp4 --explain",
    ),
    stray={"": "--source"},
)
@click.argument("file", type=InputPath(), required=False)
@_trying(
    "--check",
    is_flag=True,
    help="Read the file, open the model, print what is going to be done, and exit. No "
    "camera is opened.",
)
@_trying(
    "--check-cameras",
    is_flag=True,
    help="As --check, and take one picture from each camera.",
)
@common(
    "--source",
    "-s",
    "sources",
    multiple=True,
    metavar="[CAMERA=]SOURCE",
    help="Another source for a camera, such as a video to try the rules on. The "
    "camera's name is needed where there are several.",
)
@_trying(
    "--explain",
    is_flag=True,
    help="Run the cameras, or a video of --source, and print what each rule believed "
    "and reported. Nothing is written or sent.",
)
@_trying(
    "--began",
    type=click.DateTime([*_MOMENTS, _CLOCK]),
    metavar="TIME",
    help="With --explain: the local time at which the video began, such as '2026-11-30 "
    "22:15', or 22:15 for today; for rules with a time of day.",
)
@common("--quiet", is_flag=True, help="Print no events.")
@output("--frames", is_flag=True, help="Print a line for each frame as well.")
@output("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@output("--force", is_flag=True, help="Let sinks replace files that exist.")
@common(
    "--max-frames",
    type=click.IntRange(1),
    metavar="N",
    help="Stop each camera after N frames.",
)
@advanced(
    "--schema",
    is_flag=True,
    help="Print the JSON schema of the file, for editors, and exit.",
)
def app(
    file: str | None,
    check: bool,
    check_cameras: bool,
    explain: bool,
    began: datetime | None,
    sources: tuple[str, ...],
    quiet: bool,
    frames: bool,
    as_json: bool,
    force: bool,
    max_frames: int | None,
    schema: bool,
) -> None:
    """Run an app: cameras, a model, rules and outputs, all in one file.

    FILE is a TOML file. Each fault in it is named with its line and a cure. Prints a
    line per event, and the figures of each camera at the end. Ctrl-C and SIGTERM are a
    normal end; SIGHUP reads the file again, and only what changed is begun anew.
    """
    quieten_opencv()
    if schema:
        from ...app.file import app_schema

        echo_json(app_schema())
        return
    if file is None:
        raise click.UsageError("Which app? Pass its file, such as app.toml.")
    if began is not None and not explain:
        raise click.UsageError("--began goes with --explain.")
    if began is not None and began.year == _NO_YEAR:
        began = datetime.combine(datetime.now().date(), began.time())
    from ...app import App
    from ...app.file import read_app_file

    described = read_app_file(file)
    chosen = _by_camera(sources, tuple(described.description.camera))
    with App(described, sources=chosen) as opened:
        if check or check_cameras:
            _check(opened, file, cameras=check_cameras, as_json=as_json)
            return
        if explain:
            from .explanation import explain_app

            explain_app(opened, began=began, as_json=as_json)
            return
        from .loop import drive_app, note, refuse_lost_events

        with stoppable_opening(opened.description.model.max_invoke):
            running = opened.run(force=force, max_frames=max_frames, on_note=note)
        drive_app(
            opened,
            running,
            shows_frames=frames or not opened.description.rule,
            quiet=quiet,
            as_json=as_json,
        )
        refuse_lost_events(running)


def _check(opened: App, file: str, *, cameras: bool, as_json: bool) -> None:
    """Print the plan, and what came from each camera."""
    with stoppable_opening(opened.description.model.max_invoke):
        plan = opened.plan()
    pictures = opened.try_cameras() if cameras else {}
    failed = [name for name, picture in pictures.items() if not picture.is_there]
    if as_json:
        tried = {name: picture.words for name, picture in pictures.items()}
        echo_json({**plan.to_dict(), **({"pictures": tried} if cameras else {})})
    else:
        say(*plan.lines())
        for name, picture in pictures.items():
            say(f"picture of {name}: {picture.words}")
        if failed:
            say(f"{file}: no picture came from {', '.join(failed)}.", err=True)
        else:
            rest = "" if cameras else " No camera was opened; --check-cameras does it."
            say(f"{file} is good.{rest}", err=True)
    if failed:
        click.get_current_context().exit(1)


def _by_camera(sources: tuple[str, ...], cameras: tuple[str, ...]) -> dict[str, str]:
    """Return the sources of ``--source`` by the names of their cameras."""
    chosen: dict[str, str] = {}
    for text in sources:
        name, equals, source = text.partition("=")
        if not (equals and name in cameras):
            if len(cameras) > 1:
                raise click.BadParameter(
                    f"{text!r} does not say which camera. Write one of "
                    f"{', '.join(f'{each}={text}' for each in cameras)}.",
                    param_hint="--source",
                )
            name, source = cameras[0], text
        if name in chosen:
            raise click.BadParameter(
                f"camera {name} has two sources; pass one.", param_hint="--source"
            )
        chosen[name] = source
    return chosen
