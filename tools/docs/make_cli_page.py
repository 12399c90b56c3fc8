"""Write the page of the command line from the commands themselves.

Run it from the checkout: ``python tools/docs/make_cli_page.py``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "cli.md"

HEAD = """# Command line

Made by `python tools/docs/make_cli_page.py` from the commands themselves; a test
compares.

Arguments are the files a command is about, the rest are options. Data goes to stdout,
words and progress to stderr. Exit codes: 0 done, 1 an EdgeVision error, 2 usage, 3 a
budget was missed. Every command has `--verbose`, `--debug` (the traceback of an error)
and `--help`. Files are written under a temporary name and renamed; an existing output
needs `--force`. `edgevision -V` shows the versions of EdgeVision, Python and the
interpreter.

An option that does not exist is answered with the one that was probably meant: for
`--conf`, `--score-threshold`. Percentages are written with their sign (`1%`).

## Completion

A shell completes commands, options, files and names (of decoders, boards, recipes)
after one of these lines in its start-up file:

| shell | line | file |
|---|---|---|
| bash | `eval "$(_EDGEVISION_COMPLETE=bash_source edgevision)"` | `~/.bashrc` |
| zsh | `eval "$(_EDGEVISION_COMPLETE=zsh_source edgevision)"` | `~/.zshrc` |
| fish | `_EDGEVISION_COMPLETE=fish_source edgevision \\| source` | `config.fish` |

The last is `~/.config/fish/config.fish`. Each start of the shell then starts
`edgevision` once; to avoid that, write the output into a file and source the file.
"""


def page() -> str:
    """Return the page's text."""
    sys.path.insert(0, str(ROOT))
    from edgevision.cli.main import COMMANDS, cli
    from edgevision.cli.usage import Command, sections_of

    context = click.Context(cli, info_name="edgevision")
    parts = [HEAD]
    for name in sorted(COMMANDS):
        command = cli.get_command(context, name)
        if command is None:
            raise LookupError(name)
        inner = click.Context(command, info_name=name, parent=context)
        usage = " ".join(command.collect_usage_pieces(inner))
        parts.append(f"\n## edgevision {name}\n")
        parts.append(f"`edgevision {name} {usage}`\n")
        for paragraph in (command.help or "").split("\n\n"):
            parts.append(" ".join(paragraph.split()) + "\n")
        if isinstance(command, Command) and command.examples:
            parts.append("\n".join(f"    {line}" for line in command.examples) + "\n")
        rows = []
        for title, options in sections_of(command, inner).items():
            section = [row for option in options if (row := _row(option))]
            if section:
                rows += [f"| **{title}** | |", *section]
        if rows:
            parts.append(
                "| option | what it does |\n|---|---|\n" + "\n".join(rows) + "\n"
            )
    return "\n".join(parts)


def _row(option: click.Option) -> str:
    if option.hidden or option.opts[-1] in ("--verbose", "--debug", "--help"):
        return ""
    from edgevision.cli.usage import help_of

    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    value = ""
    if isinstance(option.type, click.Choice) and option.metavar is None:
        value = " " + " ".join(f"`{choice}`" for choice in option.type.choices)
    elif not option.is_flag:
        value = f" {option.metavar or option.type.name.upper()}".replace("|", "\\|")
    text = help_of(option).replace("|", "\\|")
    return f"| {names}{value} | {text} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
