"""TensorFlow's native log stays off the terminal; what EdgeVision says does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
SCRIPT = """
import os
import click
from edgevision.cli.main import cli
from edgevision.cli.quiet_tensorflow import without_chatter
@click.command()
@click.pass_context
def job(ctx):
    if {verbose}:
        ctx.meta["edgevision.verbose"] = True
    with without_chatter() as stream:
        os.write(2, b"native log\\n")
        stream.write("a remark\\n")
        stream.flush()
    os.write(2, b"afterwards\\n")
job()
"""


@pytest.mark.parametrize(
    ("verbose", "lines"),
    [
        (False, ["a remark", "afterwards"]),
        (True, ["native log", "a remark", "afterwards"]),
    ],
)
def test_only_verbose_shows_the_native_log(verbose, lines):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(verbose=verbose)],
        capture_output=True,
        text=True,
        check=True,
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )
    assert done.stderr.splitlines() == lines
