"""Options that say for how long a command waits for what does not come."""

from __future__ import annotations

import click

from ..options import advanced
from ..parameter_types import InvokeTime

give_up_option = advanced(
    "--give-up-after",
    type=click.FloatRange(0, min_open=True),
    default=300.0,
    metavar="SECONDS",
    help="How long a lost camera is waited for before it is an error.",
)
max_invoke_option = advanced(
    "--max-invoke",
    type=InvokeTime(),
    metavar="TIME",
    help="How long a model may take for one picture before it counts as hanging, such "
    "as 500ms or 10s; 0 means any time. The command then ends with exit code 1.",
    shown_default="20 times its slowest answer so far, at least 10s",
)
