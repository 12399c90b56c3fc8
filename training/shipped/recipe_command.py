"""The command line that the recipes of the shipped models share."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from ...errors import EdgeVisionError
from ..callbacks import OnLine


def recipe_parser(module: str, description: str) -> argparse.ArgumentParser:
    """Return a parser that knows ``--output`` and ``--force``.

    Args:
        module: The recipe's, in this folder.
        description: What it makes, in a sentence.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m edgevision.training.shipped.{module}", description=description
    )
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--force", action="store_true", help="replace the file")
    return parser


def run_recipe(work: Callable[[OnLine], str]) -> int:
    """Do what a recipe does, its progress on stderr; return the exit code.

    Args:
        work: Called with a function that takes a line of progress; returns the last
            line.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        _say(work(_say))
    except EdgeVisionError as error:
        _say(f"Error: {error}")
        return error.exit_code
    return 0


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
