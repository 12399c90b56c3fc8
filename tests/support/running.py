"""``edgevision run`` as a process of its own that a test watches while it runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
MODEL = REPOSITORY / "runtime" / "demo" / "shapes.tflite"


class Run:
    """Run the command in the background, and know when it said what.

    Args:
        arguments: What stands behind ``edgevision run MODEL``.
        folder: Where its records go, one JSON object per frame.

    Attributes:
        said: Pairs of ``time.monotonic()`` and a line of its standard error.
    """

    def __init__(self, *arguments: str, folder: Path) -> None:
        self.records_file = folder / "watched.jsonl"
        self.said: list[tuple[float, str]] = []
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "edgevision", "run", str(MODEL), *arguments),
                *("--trust", "--quiet", "--sink", f"jsonl:{self.records_file}"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.said.append((time.monotonic(), line.rstrip("\n")))

    @property
    def process_id(self) -> int:
        """Return the number of its process."""
        return self._process.pid

    @property
    def text(self) -> str:
        """Return everything that it said so far."""
        return "\n".join(line for _, line in self.said)

    def records(self) -> list[dict[str, Any]]:
        """Return the whole records written so far."""
        if not self.records_file.exists():
            return []
        text = self.records_file.read_text("utf-8")
        return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]

    def wait_for(self, words: str, *, since: float = 0.0, limit_s: float = 90) -> str:
        """Wait for a line that holds some words; return it.

        Raises:
            AssertionError: It ended, or did not say so in time.
        """
        end = time.monotonic() + limit_s
        while True:
            ended = self._process.poll() is not None
            for moment, line in tuple(self.said):
                if words in line and moment >= since:
                    return line
            assert not ended, f"it ended without saying '{words}':\n{self.text}"
            assert time.monotonic() < end, f"it did not say '{words}':\n{self.text}"
            time.sleep(0.02)

    def when(self, words: str) -> float:
        """Return the moment at which it said some words first."""
        return next(moment for moment, line in self.said if words in line)

    def wait_for_records(self, more: int, *, limit_s: float = 90) -> None:
        """Wait until so many more records are there than now."""
        wanted = len(self.records()) + more
        end = time.monotonic() + limit_s
        while len(self.records()) < wanted:
            assert self._process.poll() is None, f"it ended:\n{self.text}"
            assert time.monotonic() < end, f"no records came:\n{self.text}"
            time.sleep(0.02)

    def stop(self) -> int:
        """Send SIGTERM as systemd does; return the exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self, limit_s: float = 60) -> int:
        """Wait for its end; return the exit status."""
        status = self._process.wait(limit_s)
        self._listener.join(10)
        return status

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._listener.join(10)
        if self._process.stderr is not None:
            self._process.stderr.close()
