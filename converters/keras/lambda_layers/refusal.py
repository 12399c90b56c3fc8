"""Sentences about Lambda layers: that their code does not run, and why it failed."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ....errors import ConversionError
from .lambda_layer import LambdaLayer
from .words import describe_lambda, lambda_options

_MOST_SHOWN: Final = 6
_MOST_CAUSES: Final = 50
# The layouts of stored code that this Python writes.
_OWN_LAYOUT: Final = "3.11" if sys.version_info >= (3, 11) else "3.8"


def lambda_refusal(path: Path, layers: Sequence[LambdaLayer]) -> ConversionError:
    """Return the error for code that nobody allowed to run.

    Args:
        path: The model's file.
        layers: Its Lambda layers without an expression, at least one.
    """
    ways = [f"Say what it computes: {lambda_options(layers)} (proposed below)."]
    named = _named(layers)
    if named:
        ways.append(f"Or pass the Python file that defines {named}: --custom FILE.py.")
    # Naming a way that cannot work would help nobody.
    if any(
        not _is_strange(layer) and (layer.code is not None or not layer.function)
        for layer in layers
    ):
        ways.append(
            "Or pass --allow-unsafe to run the code, if you trust the file's author."
        )
    return _with_table(
        f"{path} holds {_layers(layers)}: Python code, which is not run. "
        + " ".join(ways),
        layers,
    )


def refuse_unreadable(path: Path, layers: Sequence[LambdaLayer]) -> None:
    """Refuse code that another Python stored: running it may crash the process.

    Raises:
        ConversionError: This Python cannot read the code of a layer.
    """
    strange = [layer for layer in layers if _is_strange(layer)]
    if strange:
        raise _with_table(
            f"{path}: the code in {_layers(strange)} was stored by "
            f"{strange[0].writer} and cannot be read by Python "
            f"{platform.python_version()}, not even with --allow-unsafe. "
            f"Say what it computes: {lambda_options(strange)} (proposed below).",
            strange,
        )


def _is_strange(layer: LambdaLayer) -> bool:
    """Return whether this Python cannot read the code of a layer."""
    return layer.code is not None and layer.code.layout != _OWN_LAYOUT


def unsafe_failure(
    path: Path, layers: Sequence[LambdaLayer], error: BaseException
) -> ConversionError:
    """Return the error for code that was allowed to run, and failed.

    Args:
        path: The model's file.
        layers: Its Lambda layers whose code ran.
        error: What their code raised, or what reading it raised.
    """
    cause = _cause(error)
    what = f"{type(cause).__name__}: {_first_line(cause)}"
    named = _named(layers)
    cure = f"Say what it computes: {lambda_options(layers)} (proposed below)."
    why = ""
    if isinstance(cause, NameError):
        why = (
            " The file holds the function without the imports and variables that it "
            "uses in the author's program."
        )
    elif isinstance(cause, EOFError) or "marshal" in str(cause):
        why = (
            " Another Python stored the code, and Python "
            f"{platform.python_version()} cannot read it."
        )
    elif named:
        why = f" The file holds only the name of {named}, and no code."
        cure += f" Or pass the Python file that defines {named}: --custom FILE.py."
    return _with_table(
        f"{path} holds {_layers(layers)}, and the code cannot be run although "
        f"--allow-unsafe is given: {what}.{why} {cure}",
        layers,
    )


def _with_table(sentence: str, layers: Sequence[LambdaLayer]) -> ConversionError:
    """Return an error with a line per layer under it."""
    error = ConversionError(sentence)
    lines = [f"  {describe_lambda(layer)}" for layer in layers[:_MOST_SHOWN]]
    if len(layers) > _MOST_SHOWN:
        lines.append(f"  and {len(layers) - _MOST_SHOWN} more, which inspect shows")
    error.table = tuple(lines)
    return error


def _cause(error: BaseException) -> BaseException:
    """Return what the code raised, inside of what Keras makes of it."""
    inner: BaseException | None = error
    for _ in range(_MOST_CAUSES):
        if inner is None:
            break
        if isinstance(inner, (NameError, EOFError)) or "marshal" in str(inner)[:80]:
            return inner
        inner = inner.__cause__ or inner.__context__
    return error


def _first_line(error: BaseException) -> str:
    # Keras puts the message of what failed behind the whole configuration, and
    # Keras 2 under a line that only names the layer.
    text = str(error).rpartition("Exception encountered: ")[2].strip()
    lines = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    if len(lines) > 1 and lines[0].startswith("Exception encountered when calling"):
        lines = lines[1:]
    return lines[0][:240].rstrip(".")


def _named(layers: Sequence[LambdaLayer]) -> str:
    """Return the functions that the file only names."""
    names = [x.function for x in layers if x.code is None and x.function]
    return ", ".join(dict.fromkeys(f"'{name}'" for name in names[:_MOST_SHOWN]))


def _layers(layers: Sequence[LambdaLayer]) -> str:
    names = ", ".join(f"'{layer.name}'" for layer in layers[:_MOST_SHOWN])
    more = len(layers) - _MOST_SHOWN
    if more > 0:
        names += f" and {more} more"
    plural = "s" if len(layers) > 1 else ""
    return f"the Lambda layer{plural} {names}"
