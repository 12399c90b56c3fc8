"""Clips that a killed process left half written: finished where they play."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import cv2

from ...files import native_path, sync_folder, utf8, write_pieces
from ..pyav import has_pyav, import_pyav
from ..wall_clock import iso_time
from .clip_file import hidden_name, stem_of_hidden
from .clip_record import KIND, VERSION
from .kept_clips import read_record

_VIDEOS: Final = (".mp4", ".mkv")
_MOST_PICTURES: Final = 100_000
_MOST_TRIES: Final = 10


def finish_dead_clips(folder: Path) -> Iterator[str]:
    """Finish or remove what the clips of a dead process are; yield a sentence for each.

    Call it with the folder locked: then none of the clips grows.
    """
    with os.scandir(folder) as entries:
        stems = {stem for entry in entries if (stem := stem_of_hidden(entry.name))}
    for stem in sorted(stems):
        try:
            yield _finish(folder, stem)
        except OSError as error:
            yield f"Cannot finish the clip {stem}: {error.strerror}."
    if stems:
        sync_folder(folder)


def _finish(folder: Path, stem: str) -> str:
    hidden = folder / hidden_name(stem, ".json")
    record = read_record(hidden) or _lost_record(stem)
    end, pictures, length_s = "", 0, 0.0
    for suffix in _VIDEOS:
        # The process may have died between the name of the video and the JSON.
        for path in (folder / hidden_name(stem, suffix), folder / (stem + suffix)):
            if end or not path.is_file() or path.is_symlink():
                continue
            pictures, length_s = _measure(path)
            if pictures:
                end = suffix
                os.replace(path, folder / (stem + suffix))
            else:
                path.unlink()
    if not end:
        with suppress(FileNotFoundError):
            hidden.unlink()
        return f"Removed the clip {stem}, which an earlier run left without a picture."
    _complete(record, pictures, length_s)
    files = {"clip": stem + end}
    for kind, name in (
        ("snapshot", f"{stem}.jpg"),
        ("snapshot_box", f"{stem}-box.jpg"),
    ):
        if (folder / name).is_file():
            files[kind] = name
    record["files"] = files
    text = json.dumps(record, indent=1, ensure_ascii=False)
    write_pieces(folder / f"{stem}.json", [utf8(text + "\n")])
    hidden.unlink(missing_ok=True)
    return (
        f"Finished the clip {stem}, which an earlier run left half written: "
        f"{length_s:.1f} s, {pictures} pictures."
    )


def _measure(path: Path) -> tuple[int, float]:
    """Return how many pictures of a video there are, and the time of the last.

    Nothing is counted where not even the first one can be shown.
    """
    with native_path(os.path.abspath(path)) as name:
        return _packets_of(name) if has_pyav() else _pictures_of(name)


def _packets_of(name: str) -> tuple[int, float]:
    """Count packets and decode the first: minutes of video take milliseconds."""
    av = import_pyav("Finishing a clip")
    packets, last_s, shown = 0, 0.0, 0
    try:
        with av.open(name, "r") as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1  # several would keep pictures back
            for packet in container.demux(stream):
                if shown == 0 and packets < _MOST_TRIES:
                    shown += len(packet.decode())
                if packet.size and packet.pts is not None:
                    packets += 1
                    last_s = max(last_s, float(packet.pts * packet.time_base))
    except (av.FFmpegError, OSError, IndexError, ValueError):
        pass  # cut off there
    return (packets, last_s) if shown else (0, 0.0)


def _pictures_of(name: str) -> tuple[int, float]:
    pictures, last_s = 0, 0.0
    capture = cv2.VideoCapture(name, cv2.CAP_FFMPEG)
    try:
        while pictures < _MOST_PICTURES and capture.grab():
            pictures += 1
            last_s = max(last_s, capture.get(cv2.CAP_PROP_POS_MSEC) / 1000)
    finally:
        capture.release()
    return pictures, last_s


def _complete(record: dict[str, Any], pictures: int, length_s: float) -> None:
    record["state"] = "complete"
    record["ended_by"] = "killed"
    record["pictures"] = pictures
    stream = record.get("stream_s")
    if isinstance(stream, dict) and isinstance(stream.get("begin"), (int, float)):
        stream["end"] = round(stream["begin"] + length_s, 3)
    times = record.get("time")
    if isinstance(times, dict):
        times["end"] = _later(times.get("begin"), length_s)


def _later(text: Any, seconds: float) -> str | None:
    from datetime import datetime

    if isinstance(text, str):
        with suppress(ValueError, OverflowError):
            begin = datetime.fromisoformat(text.replace("Z", "+00:00"))
            return iso_time(begin.timestamp() + seconds)
    return None


def _lost_record(stem: str) -> dict[str, Any]:
    return {
        "kind": KIND,
        "version": VERSION,
        "id": stem,
        "error": "The record of the event was lost when the process was killed.",
    }
