"""The child process of a conversion, started by :mod:`.parent`.

TensorFlow lives and dies here, so that a crash or a peak of many gigabytes is a
sentence in the caller and not its end. Events go to the original standard output as
JSON lines; whatever libraries print goes to standard error, which the parent keeps.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import traceback
from pathlib import Path
from threading import Thread
from typing import IO, Any

from ...errors import BudgetError, EdgeVisionError
from ..progress import Journal, ProgressEvent
from .request import Request


def main(arguments: list[str]) -> int:
    """Carry out the request that the one argument names.

    Returns:
        0 when the last line is a result or one of our errors, 1 for a fault.
    """
    request = Request.from_json(Path(arguments[0]).read_text("utf-8"))
    Thread(target=_end_with_parent, args=(request.workspace,), daemon=True).start()
    with _private_stdout() as pipe:
        try:
            return _run(request, pipe)
        except BrokenPipeError:
            # The parent is gone; the thread that watches it tidies up.
            return 1


def _end_with_parent(workspace: Path) -> None:
    """Wait for the parent to close our standard input, then leave nothing behind."""
    while os.read(0, 64):
        pass
    shutil.rmtree(workspace, ignore_errors=True)
    # No way out through TensorFlow's threads: what they do is for nobody.
    os._exit(1)


def _run(request: Request, pipe: IO[str]) -> int:
    def send(record: dict[str, Any]) -> None:
        pipe.write(json.dumps(record, allow_nan=False) + "\n")
        pipe.flush()

    def on_progress(event: ProgressEvent) -> None:
        send(event.to_dict())

    # Chosen before TensorFlow is imported, which reads them once.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    from ..conversion import carry_out

    try:
        report = carry_out(request, Journal(on_progress))
    except EdgeVisionError as error:
        # The traceback is for --verbose; the parent shows the sentence.
        traceback.print_exc()
        send(
            {
                "kind": "error",
                "type": type(error).__name__,
                "text": error.sentence,
                "table": list(error.table),
                "report": error.report if isinstance(error, BudgetError) else {},
                "conversion": (
                    error.conversion if isinstance(error, BudgetError) else {}
                ),
            }
        )
    except MemoryError:
        traceback.print_exc()
        send({"kind": "memory"})
    else:
        send({"kind": "done", "report": report.to_dict()})
    return 0


def _private_stdout() -> IO[str]:
    """Return the original standard output; later prints go to standard error."""
    sys.stdout.flush()
    private = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(private, "w", encoding="utf-8")
