"""``edgevision doctor``: what will not work here, and the cure."""

from __future__ import annotations

import click

from ...devices import doctor as doctor_module
from ...devices import environment
from ...devices.finding import Finding
from ...escapes import printable
from ..options import common, echo_json, json_option
from ..terminal import say
from ..usage import command

_COLORS = {"ok": "green", "note": "cyan", "warning": "yellow", "broken": "red"}


@command(
    examples=("edgevision doctor", "edgevision doctor --want convert --want csi"),
    stray={"": "--want"},
)
@common(
    "--want",
    "wants",
    multiple=True,
    metavar="NAME",
    type=click.Choice(environment.WANTS),
    help="Also needed here; repeat for several. What is needed and absent counts as "
    f"broken. One of {', '.join(environment.WANTS)}.",
)
@json_option
def doctor(wants: tuple[str, ...], as_json: bool) -> None:
    """Check what will not work on this machine, and name the cure.

    Exits with 1 when something that is needed is broken: an interpreter, NumPy, OpenCV,
    a camera on a ribbon cable, and whatever --want names.
    """
    diagnosis = doctor_module.diagnose(environment.gather(wants=wants))
    if as_json:
        echo_json(diagnosis.to_dict())
    else:
        for name, finding in diagnosis.findings.items():
            click.echo(_line(name, finding))
        say(
            "Something that is needed is broken."
            if diagnosis.is_broken
            else "Nothing that is needed is broken.",
            err=True,
        )
    if diagnosis.is_broken:
        click.get_current_context().exit(1)


def _line(name: str, finding: Finding) -> str:
    # Colours are codes for the terminal, so that only the words are escaped.
    level = click.style(f"{finding.level:8}", fg=_COLORS[finding.level])
    cure = f" Cure: {finding.cure}" if finding.cure else ""
    return level + printable(f" {name + ':':15}{finding.what}{cure}")
