"""A hundred damaged models: none gets through the gate and then hurts the process."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from edgevision.runtime.interpreter.backends import installed_backends


@pytest.mark.slow
@pytest.mark.skipif(not installed_backends(), reason="no TFLite interpreter")
def test_a_hundred_damaged_models_do_no_harm(repository, shared):
    # A process of its own: it forks, which a test process with threads must not.
    done = subprocess.run(
        [sys.executable, "tests/mutations/run.py", "--count", "100"],
        cwd=repository,
        env={**os.environ, "EDGEVISION_SHARED": str(shared.parent)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    counts = {
        row[0]: int(row[1])
        for row in re.findall(r"^\| ([^|]+?) \|.* (\d+) \|$", done.stdout, re.MULTILINE)
    }
    assert sum(counts.values()) == 100
    assert counts["ESCAPED"] == 0
    # The check finds what old runtimes crash on; truncations are all of it.
    assert counts["refused by the check"] > 40
