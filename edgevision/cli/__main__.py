"""Run the command line as ``python -m edgevision.cli``."""

from .main import main

main()
