"""Let all that Python itself prints of an error pass ``printable``."""

from __future__ import annotations

import codecs
import contextlib
import io
import logging
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

import click

from ...errors import both_ends
from ...escapes import printable
from ...redaction import hide_user_info

if TYPE_CHECKING:
    import threading

ESCAPES: Final = "edgevision.escapes"
"""The error handler of streams: what an encoding lacks is written as ``\\uXXXX``."""


def escape_everything() -> None:
    """Escape what tracebacks, warnings and logs of this process show of others' texts.

    What the encoding of standard output or standard error lacks is written as an
    escape, too.
    """
    import threading
    import warnings

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A label may hold characters that the terminal's encoding lacks.
            stream.reconfigure(errors=ESCAPES)
    sys.excepthook = _show
    threading.excepthook = _show_of_thread
    sys.unraisablehook = _show_ignored
    as_python_does = warnings.formatwarning

    def formatted(*words: Any, **more: Any) -> str:
        return _by_lines(as_python_does(*words, **more))

    warnings.formatwarning = formatted
    if logging.lastResort is not None:
        # For the loggers of other packages, which have no handler.
        logging.lastResort.setFormatter(LogLine("%(message)s"))


def escape_words(error: click.ClickException) -> None:
    """Hide passwords in click's error for a wrong call, escape it, and cut it."""
    # Its words are as they were typed; click declares them final.
    vars(error)["message"] = printable(both_ends(hide_user_info(error.message)))


class LogLine(logging.Formatter):
    """One line per record, without control characters and passwords.

    A traceback keeps its lines.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """Return the record's sentence."""
        return printable(hide_user_info(super().formatMessage(record)))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """Return the traceback of a record's error."""
        return _by_lines(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        """Return where a record was made."""
        return _by_lines(super().formatStack(stack_info))


def _escaped(error: UnicodeError) -> tuple[str, int]:
    r"""Write what an encoding lacks as ``\uXXXX``: what --json prints stays JSON.

    Python's own ``backslashreplace`` writes ``\xe9`` and ``\U0001f600``, which JSON
    does not have.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    units = lacking.encode("utf-16-be", "surrogatepass").hex()
    words = [f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4)]
    return "".join(words), error.end


codecs.register_error(ESCAPES, _escaped)


def _show(
    kind: type[BaseException],
    error: BaseException | None,
    trace: TracebackType | None,
    before: str = "",
) -> None:
    import traceback

    text = "".join([before, *traceback.format_exception(kind, error, trace)])
    # As Python's own hooks: nobody reads a stream that is gone.
    with contextlib.suppress(OSError, AttributeError):
        sys.stderr.write(_by_lines(hide_user_info(text)))
        sys.stderr.flush()


def _show_of_thread(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_type is SystemExit:
        return  # the usual end of a thread
    name = failed.thread.name if failed.thread is not None else "unknown"
    before = f"Exception in thread {name}:\n"
    _show(failed.exc_type, failed.exc_value, failed.exc_traceback, before)


def _show_ignored(failed: sys.UnraisableHookArgs) -> None:
    try:
        place = repr(failed.object)
    except Exception:
        place = object.__repr__(failed.object)
    before = f"{failed.err_msg or 'Exception ignored in'}: {place}\n"
    _show(failed.exc_type, failed.exc_value, failed.exc_traceback, before)


def _by_lines(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))
