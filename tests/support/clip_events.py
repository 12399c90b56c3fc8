"""Frames and reports for tests of clips, and what a clip of them holds."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from edgevision.runtime.frame import Frame
from edgevision.runtime.rule_event import RuleEvent
from support.clips import number_of, picture

SIZE = (64, 48)
WALL_S = 1_796_000_000.0


def frame(number: int, time_s: float, *, live: bool = False) -> Frame:
    """Return a numbered frame of a file, or of a camera that began at 1000 s."""
    image = picture(number, SIZE)
    if live:
        return Frame(image, int(time_s * 1e9), number, "cam")
    return Frame(image, int(1e12), number, "clip.mp4", None, time_s)


def report(
    phase: str,
    time_s: float,
    *,
    event_id: str = "e1",
    started_s: float | None = None,
    **more: Any,
) -> RuleEvent:
    """Return a report of the rule ``intruder``."""
    began_s = time_s if started_s is None else started_s
    return RuleEvent(
        event_id, "intruder", phase, time_s, began_s, WALL_S + time_s, **more
    )


def record(folder: Path, stem: str = "e1") -> dict[str, Any]:
    """Return the JSON of a clip."""
    return json.loads((folder / f"{stem}.json").read_text("utf-8"))


def shown(path: Path) -> tuple[list[int], list[float]]:
    """Return numbers of the pictures of a clip, by OpenCV, and times, by ffprobe."""
    capture = cv2.VideoCapture(str(path))
    numbers = []
    while (read := capture.read())[0]:
        numbers.append(number_of(np.asarray(read[1])))
    capture.release()
    return numbers, times(path)


def times(path: Path) -> list[float]:
    """Return the times of the pictures of a video, in seconds, as ffprobe has them."""
    program = shutil.which("ffprobe")
    if program is None:
        pytest.skip("needs ffprobe")
    command = [program, "-v", "error", "-show_entries", "packet=pts_time"]
    out = subprocess.run(
        [*command, "-of", "csv=p=0", str(path)],
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
    ).stdout
    return sorted(float(line.strip(",")) for line in out.split())
