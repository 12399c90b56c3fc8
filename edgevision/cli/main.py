"""The ``edgevision`` command: loads commands on demand, turns errors into exit codes.

Exit codes: 0 done, 1 an EdgeVision error, 2 usage, 3 a budget was missed.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, Final

import click

from ..errors import EdgeVisionError, both_ends
from ..registry import own_fault, resolve
from .faults import LogLine, escape_everything, escape_words, system_refusal
from .terminal import say
from .usage import GENERAL, Option

COMMANDS: Final[dict[str, str]] = {
    "app": "edgevision.cli.app_run.command:app",
    "benchmark": "edgevision.cli.commands.benchmark:benchmark",
    "blend": "edgevision.cli.commands.blend:blend",
    "card": "edgevision.cli.commands.card:card",
    "compare": "edgevision.cli.commands.compare:compare",
    "convert": "edgevision.cli.commands.convert:convert",
    "demo": "edgevision.cli.commands.demo:demo",
    "devices": "edgevision.cli.commands.devices:devices",
    "doctor": "edgevision.cli.commands.doctor:doctor",
    "enroll": "edgevision.cli.commands.enroll:enroll",
    "generate": "edgevision.cli.commands.generate:generate",
    "inspect": "edgevision.cli.commands.inspect:inspect",
    "regions": "edgevision.cli.commands.apps.regions:regions",
    "run": "edgevision.cli.commands.run:run",
    "train": "edgevision.cli.commands.train:train",
}

_DEBUG: Final = "edgevision.debug"
_VERBOSE: Final = "edgevision.verbose"


class CommandGroup(click.Group):
    """A group that loads a command when it is named, and suggests similar names."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command and give it the options that every command has."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = resolve("command", cmd_name, COMMANDS)
        have = {option for param in command.params for option in param.opts}
        for option in (_switch("--verbose", _VERBOSE), _switch("--debug", _DEBUG)):
            if not have.intersection(option.opts):
                command.params.append(option)
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List the commands, each with its complete first sentence."""
        commands = [(name, self.get_command(ctx, name)) for name in sorted(COMMANDS)]
        rows = [
            (name, command.get_short_help_str(limit=200))
            for name, command in commands
            if command is not None
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse what stands before the command.

        Raises:
            click.UsageError: An option that belongs behind the command.
        """
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise click.UsageError(
                f"{ctx.command_path} has no option {error.option_name}. Options of a "
                f"command stand behind it: {ctx.command_path} COMMAND "
                f"{error.option_name}",
                ctx,
            ) from error

    def make_context(self, *words: Any, **more: Any) -> click.Context:
        """Return the context of a call; its error shows no control characters."""
        try:
            return super().make_context(*words, **more)
        except click.ClickException as error:
            escape_words(error)
            raise
        except OSError as error:
            # --help and --version print here, perhaps on a full disk.
            if isinstance(error, BrokenPipeError):
                raise
            say(f"Error: {system_refusal(error) or error}", err=True)
            raise click.exceptions.Exit(1) from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; click's own suggestions would have to load all of them."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            from .usage import no_such_command

            ctx.fail(no_such_command(name, list(COMMANDS), ctx.command_path))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, and turn an error into one sentence and an exit code."""
        try:
            return super().invoke(ctx)
        except EdgeVisionError as error:
            if ctx.meta.get(_DEBUG):
                raise
            say(f"Error: {error.sentence}", err=True)
            for line in error.table:
                say(line, err=True)
            ctx.exit(error.exit_code)
        except click.ClickException as error:
            escape_words(error)
            raise
        except (click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            from .process import end_interrupted

            end_interrupted()
            raise
        except BrokenPipeError:
            # The reader of standard output is gone (`edgevision ... | head`).
            sys.stderr.close()
            ctx.exit(0)
        except Exception as error:
            if ctx.meta.get(_DEBUG):
                raise
            where = own_fault(error)
            if where:
                say(
                    f"Error: {where}: {type(error).__name__}: "
                    f"{both_ends(str(error))}. This code is not EdgeVision's: mend it "
                    "there; --debug shows the traceback.",
                    err=True,
                )
                ctx.exit(1)
            from .process import refusal_of_resources

            refusal = system_refusal(error) if isinstance(error, OSError) else ""
            refusal = refusal or refusal_of_resources(error)
            if refusal:
                say(f"Error: {refusal}", err=True)
                ctx.exit(1)
            say(
                f"Error: this is a fault in EdgeVision ({type(error).__name__}: "
                f"{both_ends(str(error))}). Run the command again with --debug "
                "and report the traceback.",
                err=True,
            )
            ctx.exit(1)


def is_verbose() -> bool:
    """Return whether the running command has ``--verbose``."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(_VERBOSE))


def _switch(name: str, key: str) -> click.Option:
    def remember(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        if value:
            ctx.meta[key] = True
            if key == _VERBOSE:
                logging.getLogger("edgevision").setLevel(logging.INFO)

    texts = {
        _VERBOSE: "Show more of what is done.",
        _DEBUG: "Show the traceback of an error.",
    }
    return Option(
        [name],
        section=GENERAL,
        is_flag=True,
        expose_value=False,
        callback=remember,
        is_eager=True,
        help=texts[key],
    )


@click.group(
    name="edgevision",
    epilog="'edgevision demo' needs no model and no camera. 'edgevision COMMAND "
    "--help' shows options and examples.",
    cls=CommandGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "-V",
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=lambda ctx, param, value: _show_versions(ctx) if value else None,
    help="Show the versions of EdgeVision, Python and the interpreter, and exit.",
)
def cli() -> None:
    """Turn trained Keras vision models into checked int8 files, and run them."""
    logger = logging.getLogger("edgevision")
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(LogLine("%(levelname)s: %(message)s"))
        logger.addHandler(handler)


def _show_versions(ctx: click.Context) -> None:
    from .versions import versions

    say(*versions())
    ctx.exit()


def main() -> None:
    """Run the command line."""
    from .process import (
        begin_signals,
        end_process,
        is_orderly,
        open_closed_streams,
        save_address_space,
    )

    open_closed_streams()
    save_address_space()
    words = sys.argv[1:]
    begin_signals(words)
    escape_everything()
    try:
        cli(prog_name="edgevision")
    except SystemExit as error:
        if not is_orderly(words):
            raise
        end_process(error.code if isinstance(error.code, int) else bool(error.code))
    except BaseException:
        if not is_orderly(words):
            raise
        sys.excepthook(*sys.exc_info())  # with --debug
        end_process(1)


if __name__ == "__main__":
    main()
