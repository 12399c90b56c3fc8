"""How a command is called: its help, sentences for a wrong call, and completion.

What lives here: the classes that every command and its options are made of. What may
not: options of a command. Start reading at ``base_command.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .base_command import (
        ARGUMENTS,
        GENERAL,
        Command,
        Option,
        command,
        help_of,
        section,
        sections_of,
    )
    from .completion import names_of
    from .suggestions import OTHER_COMMANDS, OTHER_TOOLS, no_such_command
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "base_command": (
                "ARGUMENTS Command GENERAL Option command help_of section sections_of"
            ),
            "completion": "names_of",
            "suggestions": "OTHER_COMMANDS OTHER_TOOLS no_such_command",
        },
    )
