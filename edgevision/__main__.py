"""Run the command line as ``python -m edgevision``."""

from .cli.main import main

main()
