"""The command line: one thin file per command in ``commands/``.

What lives here: options, and the translation of errors into sentences and exit codes.
What may not: work; a command calls the library and prints. Start at ``main.py``.
"""


def run_command_line() -> None:
    """Run the command that this process was started with, and exit."""
    _end_at_signals()
    import sys

    from .process import begin_signals, open_closed_streams

    # Before anything is opened, which would take the place of a closed stream.
    open_closed_streams()
    begin_signals(sys.argv[1:])
    from .main import main

    main()


def _end_at_signals() -> None:
    """Let signals end this process without a traceback while it is still starting.

    Nothing has begun yet, so ``run`` and its like end in order. What takes the signals
    then is in ``process/signals.py``, whose imports take their time.
    """
    import os
    import signal
    import sys

    # As "is_orderly" has it, whose module is not imported yet.
    looks = {"--check", "--check-cameras", "--schema"}.intersection(sys.argv)
    is_run = "".join(sys.argv[1:2]) in ("app", "regions", "run") and not looks

    is_app = is_run and sys.argv[1] == "app" and "--explain" not in sys.argv

    def end(number: int, _frame: object) -> None:
        if is_app and number == signal.SIGHUP:
            return  # its file was not read yet: there is nothing to read again
        if is_run:
            os._exit(0)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    others = (signal.SIGTERM, signal.SIGHUP) if is_run else ()
    for number in (signal.SIGINT, *others):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)
