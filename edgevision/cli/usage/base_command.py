"""A command with sections and examples in its help, and sentences for a wrong call."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from ..parameter_types import Share
from ..process import begin_work
from .suggestions import no_such_option

GENERAL: Final = "General"
"""The last section: options that every command has."""

ARGUMENTS: Final = "edgevision.arguments"
"""Where the context keeps the words that the command was called with."""

_NARROWEST: Final = 20  # a column of help, also on a terminal of no width
_WIDEST: Final = 27  # names that are longer stand on a line of their own

_F = TypeVar("_F", bound=Callable[..., Any])


class Option(click.Option):
    """An option in a section of its command's help.

    Args:
        declarations: Its names, as click takes them.
        section: The title of the section.
        shown_default: The default in words, or a function that returns them: it is
            called when the help is shown, for what another part of EdgeVision knows.
        settings: The rest of what click's options take.
    """

    def __init__(
        self,
        *declarations: Any,
        section: str = "Options",
        shown_default: str | Callable[[], str] = "",
        **settings: Any,
    ) -> None:
        super().__init__(*declarations, **settings)
        self.section = section
        self.shown_default = shown_default


def section(title: str) -> Callable[..., Callable[[_F], _F]]:
    """Return a decorator like ``click.option`` for the options of one section."""
    return functools.partial(click.option, cls=Option, section=title)


class Command(click.Command):
    """A command with sections and examples in its help, and sentences for a wrong call.

    Args:
        name: The command's name.
        examples: Command lines that the help ends with.
        stray: What an argument too many probably was meant as: suffix of the argument
            -> option. The suffix ``""`` stands for every other.
        settings: The rest of what click's commands take.
    """

    # click's own sentence for an argument too many does not say what was meant.
    allow_extra_args = True

    def __init__(
        self,
        name: str | None,
        *,
        examples: Sequence[str] = (),
        stray: Mapping[str, str] | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(name, **settings)
        self.examples = tuple(examples)
        self.stray = dict(stray or {})

    def invoke(self, ctx: click.Context) -> Any:
        """Do the work; Ctrl-C is an exception from here on."""
        begin_work()
        return super().invoke(ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words of a call; for a wrong word, suggest the right one.

        Raises:
            click.UsageError: The command has no such option, or takes fewer arguments.
        """
        words = list(args)
        ctx.meta[ARGUMENTS] = words
        try:
            rest = super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            sentence = no_such_option(error.option_name, words, ctx)
            raise click.UsageError(sentence, ctx) from error
        if rest and not ctx.resilient_parsing:
            ctx.fail(self._too_many(ctx, rest[0]))
        return rest

    def format_options(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the options, section by section; the general ones come last."""
        sections = {
            title: [
                (record[0], help_of(option))
                for option in options
                if (record := option.get_help_record(ctx)) is not None
            ]
            for title, options in sections_of(self, ctx).items()
        }
        widths = [len(names) for rows in sections.values() for names, _ in rows]
        column = max((width for width in widths if width <= _WIDEST), default=0) + 4
        for title, rows in sections.items():
            with formatter.section(title):
                for names, text in rows:
                    formatter.write(_row(names, text, column, formatter.width))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        super().format_epilog(ctx, formatter)
        if self.examples:
            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{example}\n")

    def _too_many(self, ctx: click.Context, word: str) -> str:
        taken = " ".join(
            param.human_readable_name
            for param in self.params
            if isinstance(param, click.Argument)
        )
        what = f"takes {taken}" if taken else "takes no argument"
        option = self.stray.get(Path(word).suffix.lower()) or self.stray.get("")
        meant = f" Did you mean {option} {word}?" if option else ""
        return f"'{word}' is too many: {ctx.command_path} {what}.{meant}"


def command(
    *, examples: Sequence[str], stray: Mapping[str, str] | None = None, **settings: Any
) -> Callable[[Callable[..., Any]], Command]:
    """Return a decorator that makes a :class:`Command` of a function."""
    return click.command(cls=Command, examples=examples, stray=stray, **settings)


def sections_of(
    command: click.Command, ctx: click.Context
) -> dict[str, list[click.Option]]:
    """Return a command's options by the title of their section, in the help's order."""
    sections: dict[str, list[click.Option]] = {}
    for param in command.get_params(ctx):
        if isinstance(param, click.Option):
            title = param.section if isinstance(param, Option) else "Options"
            if param.opts[-1] == "--help":
                title = GENERAL
            sections.setdefault(title, []).append(param)
    if GENERAL in sections:
        sections[GENERAL] = sections.pop(GENERAL)
    return sections


def help_of(option: click.Option) -> str:
    """Return an option's help with its default and its limits."""
    limits = _limits(option.type)
    notes = [limits] if limits else []
    default: object = option.default
    words = option.shown_default if isinstance(option, Option) else ""
    if callable(words):
        words = words()
    if not words and not option.is_flag and isinstance(default, (str, int, float)):
        words = f"{default:g}" if isinstance(default, float) else str(default)
    if words:
        notes.append(f"default: {words}")
    if option.envvar and option.show_envvar:
        notes.append(f"or ${option.envvar}")
    if option.required:
        notes.append("required")
    text = " ".join((option.help or "").split())
    return f"{text}  [{'; '.join(notes)}]" if notes else text


def _row(names: str, text: str, column: int, width: int) -> str:
    """Return one option's lines; unlike in click, no word is broken at its hyphen."""
    lines = textwrap.wrap(
        text,
        max(width - column, _NARROWEST),
        break_on_hyphens=False,
        break_long_words=False,
    ) or [""]
    first = f"  {names}".ljust(column)
    if len(first) > column:
        lines = ["", *lines]
    rest = "".join(f"{'':{column}}{line}\n" for line in lines[1:])
    return f"{(first + lines[0]).rstrip()}\n{rest}"


def _limits(kind: object) -> str:
    """Return the ends of a range that has two."""
    if isinstance(kind, Share):
        return "0 to 1"
    if not isinstance(kind, (click.IntRange, click.FloatRange)):
        return ""
    return "" if None in (kind.min, kind.max) else f"{kind.min} to {kind.max}"
