"""Run strict mypy on the installed package, and fail if it saw too few files.

Run with the Python of an environment that has EdgeVision installed (`make types`).
mypy runs in an empty folder: in the checkout it would see the bare folders instead.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDERS = ("edgevision", "training", "converters", "runtime", "devices")


def main() -> int:
    """Return mypy's exit code, or 1 when it saw fewer files than there are."""
    expected = sum(1 for f in FOLDERS for _ in (REPOSITORY / f).rglob("*.py"))
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "mypy",
                f"--config-file={REPOSITORY / 'setup.cfg'}",
                f"--cache-dir={REPOSITORY / '.mypy_cache'}",
                "-p",
                "edgevision",
            ],
            cwd=empty,
            capture_output=True,
            text=True,
            check=False,
        )
    print(done.stdout, end="")
    print(done.stderr, end="", file=sys.stderr)
    if done.returncode:
        return done.returncode
    match = re.search(r"no issues found in (\d+) source files", done.stdout)
    seen = int(match[1]) if match else 0
    if seen < expected:
        print(f"mypy saw {seen} files, but the checkout has {expected}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
