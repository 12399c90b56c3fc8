"""Attacks that are programs of their own: damaged models, changed cards."""

from __future__ import annotations

import subprocess
import sys

from ground import ROOT, Ground, Tally


def damaged_models(ground: Ground, tally: Tally) -> str:
    """Open models that are damaged in six ways."""
    count = str(ground.times(300, 60))
    return _program(tally, "tests/mutations/run.py", "--count", count)


def changed_cards(ground: Ground, tally: Tally) -> str:
    """Change every field of cards and data files."""
    count = str(ground.times(2000, 120))
    return _program(tally, "tests/attack/mutated_cards.py", "--count", count)


def changed_apps(ground: Ground, tally: Tally) -> str:
    """Change every key of an app's file, also to secrets of the environment."""
    count = str(ground.times(3000, 200))
    return _program(tally, "tests/attack/mutated_apps.py", "--count", count)


def changed_data(ground: Ground, tally: Tally) -> str:
    """Damage labels, metadata, data sets, tables, records and profiles."""
    count = str(ground.times(8000, 1500))
    return _program(tally, "tests/attack/mutated_data.py", "--count", count)


def names(ground: Ground, tally: Tally) -> str:
    """Call every command with names of random bytes, and of 5,000 letters."""
    rounds = str(ground.times(40, 6))
    return _program(tally, "tests/attack/random_names.py", "--rounds", rounds)


def _program(tally: Tally, path: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / path), *arguments],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    lines = (done.stdout.strip() or done.stderr.strip()).splitlines()
    tally.tried += int(arguments[-1]) - 1
    tally.add(path, "" if done.returncode == 0 else " / ".join(lines[-3:])[:300])
    return path
