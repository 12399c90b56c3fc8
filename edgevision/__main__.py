"""Run the command line as ``python -m edgevision``."""

from .cli import run_command_line

run_command_line()
