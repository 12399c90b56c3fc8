"""Run a conversion in a child process, and say how that process ended."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from ... import errors
from ...child import child_command, child_environment
from ...errors import BudgetError, ConversionError, EdgeVisionError
from ..progress import OnProgress, ProgressEvent
from .request import Request

_TAIL: Final = 20


def run_child(
    request: Request, on_progress: OnProgress, *, verbose: bool = False
) -> dict[str, Any]:
    """Carry out a request in a fresh interpreter.

    Args:
        request: What to do.
        on_progress: Called with each event when it happens.
        verbose: Pass on what the libraries print to standard error.

    Returns:
        The report, as plain JSON types.

    Raises:
        EdgeVisionError: The child raised it, or a signal ended the child.
    """
    order = request.workspace / "request.json"
    order.write_text(request.to_json(), "utf-8")
    log = request.workspace / "output.txt"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            child_command("edgevision.converters.child.worker", str(order)),
            # Its end tells the child that this process is gone.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if verbose else sink,
            env=child_environment(all_of_them=True),
            text=True,
            encoding="utf-8",
        )
        try:
            last = _follow(_lines(process.stdout), on_progress)
            code = process.wait()
        except BaseException:
            # Ctrl-C above all: the child must not go on converting for nobody.
            process.kill()
            process.wait()
            raise
        finally:
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
    if last.get("kind") == "done":
        report: dict[str, Any] = last["report"]
        return report
    if last.get("kind") == "error":
        raise _raised(last)
    if last.get("kind") == "memory":
        raise ConversionError(_MEMORY)
    tail = _tail(log)
    error = ConversionError(_death(code) + (" Its last output:" if tail else ""))
    error.table = tail
    raise error


_MEMORY: Final = (
    "The conversion ran out of memory. Close other programs, or convert on a machine "
    "with more memory; large models need several gigabytes."
)


def _lines(stream: IO[str] | None) -> Iterator[dict[str, Any]]:
    for line in stream or ():
        try:
            record = json.loads(line)
        except ValueError:
            # A child that dies may leave half a line.
            continue
        if isinstance(record, dict):
            yield record


def _follow(
    records: Iterator[dict[str, Any]], on_progress: OnProgress
) -> dict[str, Any]:
    last: dict[str, Any] = {}
    for record in records:
        last = record
        if record.get("kind") in ("step", "advance", "note", "warning"):
            on_progress(ProgressEvent.from_dict(record))
    return last


def _raised(record: dict[str, Any]) -> EdgeVisionError:
    """Return the child's error as the same type here."""
    kind: Any = getattr(errors, str(record["type"]), ConversionError)
    text = str(record["text"])
    table = tuple(map(str, record.get("table", ())))
    if issubclass(kind, BudgetError):
        missed: BudgetError = kind(
            text, report=record.get("report"), conversion=record.get("conversion")
        )
        missed.table = table
        return missed
    error: EdgeVisionError = kind(text)
    error.table = table
    return error


def _death(code: int) -> str:
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        cures = {
            "SIGKILL": "The system most likely ran out of memory; close other "
            "programs, or convert on a machine with more memory.",
            "SIGSEGV": "TensorFlow's converter crashes on some layers; replace unusual "
            "ones (recurrent layers: unroll=True), or try --recipe float16.",
            "SIGABRT": "TensorFlow's converter gave up on a layer; replace unusual "
            "ones, or try --recipe float16.",
            "SIGILL": "This TensorFlow was built for a newer processor.",
        }
        cure = cures.get(name, "Run the command again with --verbose.")
        return f"The conversion was ended by {name}. {cure}"
    return (
        f"The conversion stopped with exit code {code} and without an error message. "
        "Run the command again with --verbose."
    )


def _tail(log: Path) -> tuple[str, ...]:
    try:
        lines = log.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ()
    return tuple(line[:200] for line in lines if line.strip())[-_TAIL:]
