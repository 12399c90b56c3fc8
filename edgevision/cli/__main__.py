"""Run the command line as ``python -m edgevision.cli``."""

from . import run_command_line

run_command_line()
