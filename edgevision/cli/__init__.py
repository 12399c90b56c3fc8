"""The command line: one thin file per command.

What lives here: options, and the translation of errors into sentences and exit codes.
What may not: work; a command calls the library and prints. Start at ``main.py``.
"""
