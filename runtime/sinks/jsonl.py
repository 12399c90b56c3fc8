"""One JSON object per line and frame: ``jsonl:out.jsonl``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from ...errors import SinkError
from ...files import utf8
from ..event import Event
from ..uri_options import Options
from .base import Sink
from .disk import FileOptions, GrowingFile
from .record import record_of


class JsonlSink(Sink):
    """A file with one line of JSON per event, readable as soon as it is written."""

    needs_target = True
    example = "jsonl:out.jsonl"

    def __init__(self, file: GrowingFile) -> None:
        self.name = f"jsonl:{file.path}"
        self._file = file

    @classmethod
    def open(
        cls, target: str, options: Mapping[str, str], *, force: bool = False
    ) -> JsonlSink:
        """Open by ``jsonl:FILE?append=1&max-size=10MB&keep=5&sync=5``.

        Raises:
            OutputExistsError: The file exists, without ``force`` or ``append=1``.
            SinkError: The file cannot be written, or an option is not usable.
        """
        texts = Options("the jsonl sink", options, error=SinkError)
        growth = FileOptions.take(texts)
        texts.finish()
        path = Path(target)
        return cls(GrowingFile(path, force=force, options=growth, first=b"{"))

    def write(self, event: Event) -> None:
        """Append one line.

        Raises:
            SinkError: The file did not take it.
        """
        text = json.dumps(record_of(event), ensure_ascii=False, separators=(",", ":"))
        self._file.write(utf8(text) + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()
