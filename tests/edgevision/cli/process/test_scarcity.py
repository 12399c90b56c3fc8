"""Commands to which the system gives little address space, threads or memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from edgevision.cli.process import refusal_of_resources, save_address_space

ROOT = Path(__file__).resolve().parents[4]
_RUN = (
    *("-m", "edgevision.cli", "run", "runtime/demo/detector.tflite", "--quiet"),
    *("--source", "synthetic:?fps=0", "--max-frames", "5"),
)


def _run_with(tmp_path: Path, **limits: int) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        for name, value in limits.items():
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))

    return subprocess.run(
        [sys.executable, *_RUN],
        cwd=ROOT,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
        preexec_fn=limit,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_half_a_gigabyte_and_64_files_are_enough_for_a_camera(tmp_path):
    done = _run_with(tmp_path, AS=512 << 20, NOFILE=64)
    assert done.returncode == 0, done.stderr
    assert "5 frames" in done.stderr


@pytest.mark.parametrize("megabytes", [400, 430, 460, 490])
def test_less_ends_in_a_sentence_if_python_gets_that_far(tmp_path, megabytes):
    done = _run_with(tmp_path, AS=megabytes << 20, NOFILE=64)
    # OpenCV itself crashes when its libraries cannot be mapped.
    assert done.returncode in (0, 1, -11, -6), done.stderr
    assert "fault in EdgeVision" not in done.stderr
    assert "Traceback" not in done.stderr or done.returncode < 0


def test_a_limited_address_space_makes_openblas_modest(monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1 << 29, 1 << 29))
    save_address_space()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    save_address_space()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"


def test_a_process_without_limits_is_left_alone(monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY,) * 2)
    save_address_space()
    assert "OPENBLAS_NUM_THREADS" not in os.environ


def test_what_the_system_refuses_is_a_sentence():
    threads = refusal_of_resources(RuntimeError("can't start new thread"))
    assert "ulimit -u" in threads
    assert "memory" in refusal_of_resources(MemoryError())
    with pytest.raises(MemoryError) as numpy_error:
        np.zeros((1 << 30, 1 << 30), np.float32)
    assert "memory" in refusal_of_resources(numpy_error.value)
    assert refusal_of_resources(RuntimeError("anything else")) == ""
    with pytest.raises(cv2.error) as wrong:
        cv2.resize(np.zeros((4, 4), np.uint8), (0, 0))
    assert refusal_of_resources(wrong.value) == ""
