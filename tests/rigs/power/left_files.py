"""What a power cut has left of the files of each sink: whole, torn, lost."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
from edgevision.runtime.sinks import open_sink

SINKS = ("jsonl", "csv", "images", "mkv", "mp4")


@dataclass
class Left:
    """What is left of one sink's output.

    Attributes:
        records: Whole records, pictures or frames.
        torn: Records that are there in part, at the end of a file; hidden pictures.
        faults: What is unreadable, in words.
        last: Time of the newest record.
        duration_s: Of a video: how long it plays.
    """

    records: int = 0
    torn: int = 0
    faults: list[str] = field(default_factory=list)
    last: datetime | None = None
    duration_s: float | None = None


def take_out(image: Path, folder: Path) -> list[str]:
    """Repair a disk image as a boot does, and copy its files; return what is wrong."""
    repair = subprocess.run(
        ["e2fsck", "-fy", image], capture_output=True, text=True, timeout=120
    )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run(
        ["debugfs", "-R", f"rdump / {folder}", image],
        capture_output=True,
        timeout=120,
        check=True,
    )
    # 1: the journal was replayed, or something small was set right.
    return [] if repair.returncode in (0, 1) else [repair.stdout.strip()]


def start_anew(folder: Path) -> dict[str, Left]:
    """Open the files as the next start of a run does, and look at them again."""
    for name in ("jsonl:a.jsonl", "csv:a.csv"):
        kind, _, file = name.partition(":")
        if (folder / file).exists():
            open_sink(f"{kind}:{folder / file}?append=1&max-size=1GB&keep=500").close()
    if (folder / "pictures").exists():
        open_sink(f"images:{folder / 'pictures'}?append=1").close()
    return look(folder)


def look(folder: Path) -> dict[str, Left]:
    """Look at every file that a run has left."""
    left = {kind: Left() for kind in SINKS}
    for path in sorted(folder.glob("a.jsonl*")):
        _look_at_lines(path, left["jsonl"])
    for path in sorted(folder.glob("a.csv*")):
        _look_at_rows(path, left["csv"])
    pictures = folder / "pictures"
    left["images"].torn = len(list(pictures.glob(".*")))
    for path in sorted(pictures.glob("[!.]*")):
        _look_at_picture(path, left["images"])
    for kind in ("mkv", "mp4"):
        if (folder / f"a.{kind}").exists():
            _look_at_video(folder / f"a.{kind}", left[kind])
    return left


def time_of(text: str) -> datetime:
    """Return the time of a record."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _newer(left: Left, text: str) -> None:
    left.last = max(time_of(text), left.last) if left.last else time_of(text)


def _look_at_lines(path: Path, left: Left) -> None:
    *lines, rest = path.read_bytes().split(b"\n")
    left.torn += bool(rest)
    for number, line in enumerate(lines):
        try:
            _newer(left, json.loads(line)["time"])
            left.records += 1
        except ValueError as error:
            left.faults.append(f"{path.name}, line {number + 1}: {error}")


def _look_at_rows(path: Path, left: Left) -> None:
    data = path.read_bytes()
    if not data:
        return
    whole = data.rfind(b"\n") + 1
    left.torn += whole < len(data)
    try:
        text = data[:whole].decode()
        header, *rows = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    except ValueError as error:
        left.faults.append(f"{path.name}: {error}")
        return
    for row in rows:
        if len(row) != len(header):
            left.faults.append(f"{path.name}: a row of {len(row)} columns")
            continue
        _newer(left, row[header.index("time")])
        left.records += 1


def _look_at_picture(path: Path, left: Left) -> None:
    data = path.read_bytes()
    whole = data.startswith(b"\xff\xd8") and data.endswith(b"\xff\xd9")
    if not whole or cv2.imdecode(np.frombuffer(data, np.uint8), 1) is None:
        left.faults.append(f"{path.name}: {len(data)} bytes, no whole picture")
        return
    left.records += 1
    day, time = path.name.split("Z-")[0].split("T")
    _newer(
        left,
        f"{day[:4]}-{day[4:6]}-{day[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}+00:00",
    )


def _look_at_video(path: Path, left: Left) -> None:
    left.duration_s = 0.0
    if not path.stat().st_size:
        return  # nothing has reached the disk so far
    video = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    while video.read()[0]:
        left.records += 1
        left.duration_s = video.get(cv2.CAP_PROP_POS_MSEC) / 1000
    if not left.records:
        left.faults.append(f"{path.name}: {path.stat().st_size} bytes, no frame")
