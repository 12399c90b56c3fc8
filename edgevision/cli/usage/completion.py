"""Completion in a shell: names from the tables that the program itself uses."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Completer = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


def names_of(
    where: str | tuple[str, ...], *, files: bool = False, suffix: str = ""
) -> Completer:
    """Return a function that offers the names of a table.

    Args:
        where: The table, as ``"module:attribute"``, which is imported when a shell
            asks; or the names themselves.
        files: Offer files as well.
        suffix: What follows every name, such as ``:``.
    """

    def complete(
        _context: click.Context, _parameter: click.Parameter, typed: str
    ) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        if isinstance(where, str):
            module, _, attribute = where.partition(":")
            names = getattr(importlib.import_module(module), attribute)
        else:
            names = where
        items = [
            CompletionItem(f"{name}{suffix}")
            for name in names
            if name.startswith(typed)
        ]
        return [*items, CompletionItem(typed, type="file")] if files else items

    return complete
