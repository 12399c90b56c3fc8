"""One JSON object per line and frame: ``jsonl:out.jsonl``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ...errors import SinkError
from ...files import utf8
from ..event import Event
from ..rule_event import RuleEvent
from ..uri_options import Options
from .base import Sink
from .disk import FileOptions, GrowingFile
from .record import record_of

_WHAT: Final = ("frames", "events")


class JsonlSink(Sink):
    """A file with one line of JSON per event, readable as soon as it is written.

    Args:
        file: Where the lines go.
        what: ``frames`` writes a line for each frame; ``events`` one for each report of
            a rule, and none for frames.
    """

    needs_target = True
    example = "jsonl:out.jsonl"

    def __init__(self, file: GrowingFile, *, what: str = "frames") -> None:
        self.name = f"jsonl:{file.path}"
        self._file = file
        self._is_of_frames = what == "frames"

    @classmethod
    def open(
        cls, target: str, options: Mapping[str, str], *, force: bool = False
    ) -> JsonlSink:
        """Open by ``jsonl:FILE?what=events&append=1&max-size=10MB&keep=5&sync=5``.

        Raises:
            OutputExistsError: The file exists, without ``force`` or ``append=1``.
            SinkError: The file cannot be written, or an option is not usable.
        """
        texts = Options("the jsonl sink", options, error=SinkError)
        what = texts.text("what", "frames", one_of=_WHAT)
        growth = FileOptions.take(texts)
        texts.finish()
        path = Path(target)
        file = GrowingFile(path, force=force, options=growth, first=b"{")
        return cls(file, what=what)

    def write(self, event: Event) -> None:
        """Append one line.

        Raises:
            SinkError: The file did not take it.
        """
        if self._is_of_frames:
            self._append(record_of(event))

    def write_rule_event(self, rule_event: RuleEvent) -> None:
        """Append one line for a report, where these are wanted.

        Raises:
            SinkError: The file did not take it.
        """
        if not self._is_of_frames:
            self._append(rule_event.to_dict())

    def _append(self, record: dict[str, Any]) -> None:
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        self._file.write(utf8(text) + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()
