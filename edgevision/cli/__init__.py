"""The command line: one thin file per command in ``commands/``.

What lives here: options, and the translation of errors into sentences and exit codes.
What may not: work; a command calls the library and prints. Start at ``main.py``.
"""


def run_command_line() -> None:
    """Run the command that this process was started with, and exit."""
    import sys

    from .process import begin_signals, open_closed_streams

    # Before anything is opened, which would take the place of a closed stream.
    open_closed_streams()
    # Before the imports that take a while: a signal must find somebody.
    begin_signals("".join(sys.argv[1:2]))
    from .main import main

    main()
