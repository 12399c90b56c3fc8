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
needs `--force`.
"""


def page() -> str:
    """Return the page's text."""
    sys.path.insert(0, str(ROOT))
    from edgevision.cli.main import COMMANDS, cli

    context = click.Context(cli, info_name="edgevision")
    parts = [HEAD]
    for name in sorted(COMMANDS):
        command = cli.get_command(context, name)
        if command is None:
            raise LookupError(name)
        inner = click.Context(command, info_name=name, parent=context)
        usage = " ".join(command.collect_usage_pieces(inner))
        help_text = " ".join((command.help or "").split())
        parts.append(f"\n## edgevision {name}\n")
        parts.append(f"`edgevision {name} {usage}`\n")
        parts.append(f"{help_text}\n")
        rows = [_row(p) for p in command.params if isinstance(p, click.Option)]
        rows = [row for row in rows if row]
        if rows:
            parts.append(
                "| option | what it does |\n|---|---|\n" + "\n".join(rows) + "\n"
            )
    return "\n".join(parts)


def _row(option: click.Option) -> str:
    if option.hidden or option.opts[-1] in ("--verbose", "--debug", "--help"):
        return ""
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    value = ""
    if isinstance(option.type, click.Choice):
        value = " " + " ".join(f"`{choice}`" for choice in option.type.choices)
    elif not option.is_flag:
        value = f" {option.metavar or option.type.name.upper()}"
    text = " ".join((option.help or "").split()).replace("|", "\\|")
    return f"| {names}{value} | {text} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
