"""Does anything grow? A camera app watched for half an hour, or for 100,000 frames.

The shipped classifier watches the synthetic camera; jsonl, csv, images, video and the
web page with a viewer (in a process of its own) take what it finds. Every few seconds
memory, open files and threads of this process are looked at. At the end the floor of
the memory (its least value) in the last tenth is compared with that of the second
tenth: the first one is warming up, and above the floor the video's writer fills and
empties its buffer every half a minute.

    python benchmarks/soak.py --seconds 1800 --fps 10 --report soak.json
    python benchmarks/soak.py --frames 100000 --fps 0 --no-sinks
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from edgevision.runtime.demo import CLASSIFIER  # noqa: E402
from edgevision.runtime.process import resident_bytes  # noqa: E402

import edgevision  # noqa: E402

ALLOWED_MB = 2.0
VIEWER = """
import sys, urllib.request
with urllib.request.urlopen(sys.argv[1] + "stream.mjpg") as answer:
    while answer.read(65536):
        pass
"""


def sinks_in(folder: str) -> list[str]:
    """Return one sink of every kind that needs no screen."""
    return [
        f"jsonl:{folder}/out.jsonl?max-size=1MB&keep=2",
        f"csv:{folder}/out.csv?max-size=1MB&keep=2",
        f"images:{folder}/images?when=every:50&max-files=20",
        f"video:{folder}/out.mkv",
        "web:0",
    ]


@contextlib.contextmanager
def viewer_of(address: str) -> Iterator[None]:
    """Let another process watch the live picture."""
    watching = subprocess.Popen([sys.executable, "-c", VIEWER, address])
    try:
        yield
    finally:
        watching.kill()
        watching.wait()


def look(began: float, frames: int, dropped: int) -> dict[str, Any]:
    """Return what this process holds now."""
    return {
        "s": round(time.monotonic() - began, 1),
        "rss_mb": round(resident_bytes() / 1e6, 3),
        "files": len(os.listdir("/proc/self/fd")),
        "threads": threading.active_count(),
        "frames": frames,
        "dropped": dropped,
    }


def growth(looks: list[dict[str, Any]], name: str) -> float:
    """Return the least value of the last tenth less that of the second tenth."""
    tenth = max(1, len(looks) // 10)
    early = min(row[name] for row in looks[tenth : 2 * tenth] or looks)
    return float(min(row[name] for row in looks[-tenth:]) - early)


def soak(options: argparse.Namespace, folder: str) -> dict[str, Any]:
    """Run until the time or the frames are over; return the record."""
    looks: list[dict[str, Any]] = []
    began = time.monotonic()
    source = options.source or f"synthetic:?size=640x480&fps={options.fps:g}"
    sinks = [] if options.no_sinks else sinks_in(folder)
    with contextlib.ExitStack() as stack:
        model = stack.enter_context(edgevision.load_model(options.model, threads=1))
        stream = stack.enter_context(
            model.stream(source, sinks=sinks, max_frames=options.frames)
        )
        for sink in stream.sinks:
            if address := getattr(sink, "address", ""):
                stack.enter_context(viewer_of(address))
        due = began
        for number, event in enumerate(stream, 1):
            now = time.monotonic()
            if now < due:
                continue
            due = now + options.every
            looks.append(look(began, number, event.dropped))
            sys.stderr.write(json.dumps(looks[-1]) + "\n")
            if options.frames is None and now - began > options.seconds:
                break
    return {
        "source": source,
        "sinks": [sink.partition(":")[0] for sink in sinks],
        "seconds": round(time.monotonic() - began, 1),
        "growth": {
            name: round(growth(looks, name), 3)
            for name in ("rss_mb", "files", "threads")
        },
        "most_rss_mb": max(row["rss_mb"] for row in looks),
        "summary": stream.summary().to_dict(),
        "looks": looks,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=CLASSIFIER)
    parser.add_argument("--source", help="in place of the synthetic camera")
    parser.add_argument("--seconds", type=float, default=1800)
    parser.add_argument("--frames", type=int, help="so many frames, whatever the time")
    parser.add_argument("--fps", type=float, default=10)
    parser.add_argument("--every", type=float, default=5, help="seconds between looks")
    parser.add_argument("--no-sinks", action="store_true")
    parser.add_argument("--report", type=Path, help="a JSON file for the record")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        record = soak(options, folder)
        kept = sum(path.stat().st_size for path in Path(folder).rglob("*.*"))
    record["kept_mb"] = round(kept / 1e6, 2)
    if options.report:
        options.report.write_text(json.dumps(record, indent=1) + "\n")
    summary, grown = record["summary"], record["growth"]
    age = summary["stages"]["age"]
    print(
        f"{summary['frames']} frames in {record['seconds']:.0f} s, "
        f"{summary['dropped']} dropped, {summary['reconnects']} reconnects; age p50 "
        f"{age['p50_ms']:.1f} ms, p99 {age.get('p99_ms', 0):.1f} ms, max "
        f"{age['max_ms']:.1f} ms"
    )
    flat = grown["rss_mb"] <= ALLOWED_MB and grown["files"] + grown["threads"] <= 0
    print(
        f"memory at most {record['most_rss_mb']:.1f} MB; its floor grew by "
        f"{grown['rss_mb']:+.2f} MB (allowed: {ALLOWED_MB:g}), open files by "
        f"{grown['files']:+.0f}, threads by {grown['threads']:+.0f}: "
        f"{'flat' if flat else 'GROWS'}"
    )
    return 0 if flat else 1


if __name__ == "__main__":
    raise SystemExit(main())
