"""What to do where TensorFlow is absent: install it, or use a PC instead of a board."""

from __future__ import annotations

import contextlib
import importlib.util
import shlex
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

import click

from ..errors import MissingDependencyError
from .usage import ARGUMENTS

_ARM: Final = ("aarch64", "armv7l")


def require_tensorflow(
    doing: str, *, product: str | PurePath, otherwise: str = ""
) -> None:
    """Refuse a command that needs TensorFlow where it is not installed.

    Args:
        doing: What the command does, such as "Converting".
        product: The file that it makes, which is copied to the board in the end.
        otherwise: What can be done without TensorFlow, such as ", or run 'x'".

    Raises:
        MissingDependencyError: TensorFlow is absent. On a board the sentence names the
            command to run on a PC.
    """
    if importlib.util.find_spec("tensorflow") is not None:
        return
    from ..devices import detect
    from ..devices.wheels import tensorflow_hint

    board = detect.board()
    if not board or detect.python_facts().machine not in _ARM:
        raise MissingDependencyError(
            f"{doing} needs TensorFlow, which is not installed. "
            f"{tensorflow_hint()}{otherwise}"
        )
    context = click.get_current_context()
    line = shlex.join([*context.command_path.split(), *context.meta.get(ARGUMENTS, ())])
    raise MissingDependencyError(
        f"{doing} needs TensorFlow and is work for a PC; this is a {board}. On the PC "
        f"run: {line} , then copy {product} to this board, for example with scp"
        f"{otherwise}."
    )


@contextlib.contextmanager
def explained_without_tensorflow(
    doing: str, *, product: str | PurePath
) -> Iterator[None]:
    """Explain an absent TensorFlow as :func:`require_tensorflow` does.

    For commands whose own checks, of options and files, come first.

    Raises:
        MissingDependencyError: The library raised it.
    """
    try:
        yield
    except MissingDependencyError:
        require_tensorflow(doing, product=product)
        raise
