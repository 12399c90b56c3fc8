"""Streams that the caller closed lead nowhere, and never into a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[4]
_SCRIPT = """
import os, sys
from edgevision.cli.process import open_closed_streams
open_closed_streams()
with open(sys.argv[1], "w") as file:
    print("words")
    print("errors", file=sys.stderr)
    sys.stdout.flush()
    os.write(1, b"chatter of a library")
    os.write(2, b"chatter of a library")
    assert sys.stdin.read() == ""
    file.write("kept")
"""


@pytest.mark.parametrize(
    "closed", ["<&- >&- 2>&-", "</dev/null >&-", "2>&- </dev/null"]
)
def test_what_is_printed_into_a_closed_stream_reaches_no_file(tmp_path, closed):
    kept = tmp_path / "kept.txt"
    done = subprocess.run(
        [
            *("sh", "-c", f'exec "$0" "$@" {closed}'),
            *(sys.executable, "-c", _SCRIPT, str(kept)),
        ],
        cwd=REPOSITORY,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert kept.read_text() == "kept"
