"""The place where an attack happens, and what a command of ours does there."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FAULT_WORDS = ("fault in EdgeVision", "Traceback (most recent call last)")
# Nothing that is tried here may take the machine with it.
_LIMIT_BYTES = 12 << 30


@dataclass(frozen=True)
class Done:
    """A command that ended, or was stopped.

    Attributes:
        code: Its exit code; negative for a signal; None means that it had to be killed.
        out: Its standard output.
        err: Its standard error.
        seconds: How long it ran.
        peak_mb: The most memory that it or a child of it had at once.
    """

    code: int | None
    out: str
    err: str
    seconds: float
    peak_mb: float

    @property
    def last(self) -> str:
        """Return the last line of its errors."""
        lines = self.err.strip().splitlines()
        return lines[-1] if lines else ""

    def why_bad(
        self,
        codes: Sequence[int] = (0, 1, 2),
        *,
        seconds: float = 60.0,
        peak_mb: float = 1e9,
    ) -> str:
        """Return what is wrong with how it ended; empty when nothing is.

        Args:
            codes: Exit codes that are right.
            seconds: The longest time that is right.
            peak_mb: The most memory that is right.
        """
        if self.code is None:
            return f"had to be killed after {self.seconds:.0f} s"
        if self.code not in codes:
            return f"exit code {self.code}: {self.last[:120]}"
        for words in FAULT_WORDS:
            if words in self.err:
                return f"{words}: {self.last[:120]}"
        if self.seconds > seconds:
            return f"{self.seconds:.0f} s"
        if self.peak_mb > peak_mb:
            return f"{self.peak_mb:.0f} MB"
        return ""


class Tally:
    """What was tried, and what did not hold.

    Attributes:
        tried: How many attempts there were.
        bad: A clause for each that did not hold.
    """

    def __init__(self) -> None:
        self.tried = 0
        self.bad: list[str] = []

    def add(self, what: str, why_bad: str) -> None:
        """Count an attempt.

        Args:
            what: Its name.
            why_bad: What did not hold; empty when it held.
        """
        self.tried += 1
        if why_bad:
            self.bad.append(f"{what}: {why_bad}")

    def expect(self, what: str, holds: bool, otherwise: str = "it does not") -> None:
        """Count an attempt that holds or does not."""
        self.add(what, "" if holds else otherwise)


class Ground:
    """A folder of its own, and commands that run in it.

    Args:
        folder: Where files may be written.
        python: The interpreter that has EdgeVision's packages.
        short: Fewer attempts of each kind.

    Attributes:
        folder: As above.
        short: As above.
        classifier: A tiny model of the product's own.
        detector: Another one.
    """

    def __init__(self, folder: Path, *, python: str, short: bool) -> None:
        self.folder = folder
        self.short = short
        self._python = python
        models = ROOT / "runtime/demo"
        self.classifier = models / "shapes.tflite"
        self.detector = models / "detector.tflite"
        self.env = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }

    def times(self, whole: int, short: int) -> int:
        """Return how often something is tried."""
        return short if self.short else whole

    def command(self, *arguments: object) -> list[str | bytes]:
        """Return the command line of one of our commands."""
        words = [a if isinstance(a, (str, bytes)) else str(a) for a in arguments]
        return [self._python, "-m", "edgevision.cli", *words]

    def may_mount(self) -> bool:
        """Return whether a command can have mounts of its own here, as root."""
        if os.geteuid() != 0 or shutil.which("unshare") is None:
            return False
        trial = ["unshare", "-m", "mount", "-t", "tmpfs", "none", str(self.folder)]
        return subprocess.run(trial, capture_output=True, check=False).returncode == 0

    def start(
        self,
        *arguments: object,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        before: Callable[[], None] | None = None,
        mounts: str = "",
        **streams: object,
    ) -> subprocess.Popen[bytes]:
        """Start a command in a process group of its own.

        Args:
            arguments: Behind ``edgevision``.
            cwd: Where it stands; the ground's folder by default.
            env: More variables; an empty text removes one.
            before: Called in the child before it starts.
            mounts: Shell commands that mount something for this command alone; only
                where :meth:`may_mount` is true.
            streams: stdin, stdout and stderr of ``Popen``.
        """

        def prepare() -> None:
            resource.setrlimit(resource.RLIMIT_AS, (_LIMIT_BYTES, _LIMIT_BYTES))
            if before is not None:
                before()

        variables = {**self.env, **(env or {})}
        variables = {name: value for name, value in variables.items() if value}
        settings = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            **streams,
        }
        command = self.command(*arguments)
        if mounts:
            shell = f'{mounts} && exec "$@"'
            command = ["unshare", "-m", "sh", "-c", shell, "sh", *command]
        return subprocess.Popen(
            command,
            cwd=cwd or self.folder,
            env=variables,
            start_new_session=True,
            preexec_fn=prepare,
            **settings,
        )

    def run(self, *arguments: object, seconds: float = 60.0, **more: object) -> Done:
        """Run a command to its end, or kill it and all its children.

        Args:
            arguments: Behind ``edgevision``.
            seconds: When it is killed.
            more: Those of :meth:`start`.
        """
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            streams = {"stdout": out, "stderr": err, **more}
            began = time.monotonic()
            process = self.start(*arguments, **streams)
            code, peak = _wait(process, began + seconds)
            spent = time.monotonic() - began
            texts = []
            for stream in (out, err):
                stream.seek(0)
                texts.append(stream.read(1 << 20).decode("utf-8", "backslashreplace"))
        return Done(code, *texts, spent, peak)

    @contextmanager
    def running(
        self, *arguments: object, **more: object
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Yield a command that runs; it is killed at the end if it still does."""
        process = self.start(*arguments, **more)
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def _wait(process: subprocess.Popen[bytes], until: float) -> tuple[int | None, float]:
    """Return the exit code (None: killed) and the peak of memory in megabytes."""
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage.ru_maxrss / 1024
        if time.monotonic() > until:
            os.killpg(process.pid, signal.SIGKILL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            return None, usage.ru_maxrss / 1024
        time.sleep(0.01)


def eventually(holds: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Return whether something becomes true within so many seconds."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def python_of_this_checkout() -> str:
    """Return the interpreter that runs the battery."""
    return sys.executable
