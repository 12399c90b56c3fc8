"""Kills, second runs, full disks and spreadsheets, and the files that are left."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import time
from pathlib import Path

import cv2
from ground import Ground, Tally, eventually
from models import picture

_SINKS = ("jsonl:o.jsonl", "csv:o.csv", "images:im", "video:o.mkv")


def killed(ground: Ground, tally: Tally) -> str:
    """Kill runs at random moments, look at every file, go on, and look again."""
    draw = random.Random(7)
    sinks = [word for sink in _SINKS for word in ("--sink", sink)]
    for number in range(ground.times(16, 4)):
        place = ground.folder / str(number)
        place.mkdir()
        rate = 30 if number % 2 else 0
        source = f"synthetic:?size=320x240&fps={rate}"
        run = ("run", ground.detector, "--source", source, "--quiet")
        with ground.running(*run, *sinks, cwd=place) as process:
            eventually(lambda p=place: (p / "o.jsonl").exists(), 20)
            time.sleep(draw.uniform(0.1, 3))
            os.killpg(process.pid, signal.SIGKILL)
        tally.add(f"kill {number}", _what_is_torn(place))
        again = ("jsonl:o.jsonl?append=1", "csv:o.csv?append=1", "images:im?append=1")
        more = [word for sink in again for word in ("--sink", sink)]
        done = ground.run(*run, *more, "--max-frames", "5", cwd=place)
        hidden = [p.name for p in place.rglob(".*")]
        why = done.why_bad((0,)) or _what_is_torn(place)
        why = why or (f"{hidden[0]} is left" if hidden else "")
        tally.add(f"after kill {number}", why)
    return "each file is whole, and can be continued"


def _what_is_torn(place: Path) -> str:
    records = (place / "o.jsonl").read_bytes()
    if records and not records.endswith(b"\n"):
        return "a torn record"
    for line in records.splitlines():
        json.loads(line)
    table = place / "o.csv"
    if table.exists():
        rows = list(csv.reader(table.read_text("utf-8").splitlines()))
        if len({len(row) for row in rows}) > 1:
            return "rows of different lengths"
    for path in (place / "im").glob("[!.]*") if (place / "im").is_dir() else ():
        if path.suffix in (".jpg", ".png") and cv2.imread(str(path)) is None:
            return f"{path.name} cannot be read"
    return ""


def two_runs(ground: Ground, tally: Tally) -> str:
    """Start a second run on the files of one that lives."""
    for sink in ("jsonl:o.jsonl", "csv:o.csv", "video:o.mkv", "images:im"):
        source = ("--source", "synthetic:?size=160x120&fps=20", "--quiet")
        run = ("run", ground.detector, *source, "--sink")
        with ground.running(*run, sink) as process:
            path = ground.folder / sink.partition(":")[2]
            eventually(path.exists, 20)
            time.sleep(1)
            for more in (("--force",), ()):
                done = ground.run(*run, sink, *more, "--max-frames", "5")
                tally.add(f"{sink} {' '.join(more)}", done.why_bad((1, 2)))
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)
            tally.expect(f"{sink} first", process.returncode == 0)
        done = ground.run(*run, sink, "--force", "--max-frames", "5")
        tally.add(f"{sink} after its end", done.why_bad((0,)))
    return "the second one is refused, the first one loses nothing"


def full(ground: Ground, tally: Tally) -> str:
    """Write every kind of output to a disk that is full."""
    source = picture(ground.folder)
    run = ("run", ground.detector, "--source", source, "--quiet")
    link = {}
    for suffix in ("html", "json", "csv", "jsonl", "tflite", "npz"):
        link[suffix] = ground.folder / f"full.{suffix}"
        link[suffix].symlink_to("/dev/full")
    cases = {
        "jsonl": (*run, "--sink", f"jsonl:{link['jsonl']}"),
        "csv": (*run, "--sink", f"csv:{link['csv']}"),
        "a page": ("inspect", ground.detector, "--report", link["html"], "--force"),
        "a report": ("inspect", ground.detector, "--report", link["json"], "--force"),
        "a card": (
            *("card", ground.detector, "--name", "x"),
            *("-o", link["tflite"], "--force"),
        ),
    }
    for name, arguments in cases.items():
        done = ground.run(*arguments)
        tally.add(name, done.why_bad((1, 2)))

    if ground.may_mount():
        _small_disk(ground, tally)

    def small() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    for name, arguments in {
        "a page that does not fit": ("inspect", ground.detector, "--report", "r.html"),
        "a card that does not fit": (
            *("card", ground.detector, "--name", "x", "-o", "c.tflite"),
        ),
        "records that do not fit": (
            *("run", ground.detector, "--source", "synthetic:?fps=0"),
            *("--max-frames", "50", "--quiet", "--sink", "jsonl:big.jsonl"),
        ),
    }.items():
        done = ground.run(*arguments, before=small)
        left = [p.name for p in ground.folder.glob(".*") if p.name != ".cache"]
        why = done.why_bad((1,)) or (f"{left} is left" if left else "")
        tally.add(name, why)
    records = ground.folder / "big.jsonl"
    whole = not records.exists() or records.read_bytes()[-1:] in (b"", b"\n")
    tally.expect("whole records", whole)
    return "a sentence, exit code 1, nothing half-written"


def _small_disk(ground: Ground, tally: Tally) -> None:
    """Let a disk of a megabyte run full under each sink, beside one that has room."""
    disk = ground.folder / "disk"
    disk.mkdir()
    mounts = f"mount -t tmpfs -o size=1m none {disk} && dd if=/dev/zero of={disk}/rest"
    mounts += " bs=1k count=900 2>/dev/null"
    source = ("--source", "synthetic:?size=320x240&fps=0", "--max-frames", "2000")
    run = ("run", ground.detector, *source, "--quiet", "--force")
    for sink in ("jsonl:{}/o.jsonl", "csv:{}/o.csv", "images:{}/im", "video:{}/o.mkv"):
        target = sink.format(disk)
        beside = ("--sink", "csv:beside.csv")
        done = ground.run(*run, "--sink", target, *beside, mounts=mounts)
        why = done.why_bad((1,))
        rows = (ground.folder / "beside.csv").read_bytes().count(b"\n")
        why = why or ("" if rows > 1000 else f"the other file has {rows} rows")
        tally.add(f"{sink[:6]} on a small disk", why)


def spreadsheets(ground: Ground, tally: Tally) -> str:
    """Write labels that a spreadsheet takes for formulas, and rows with line breaks."""
    source = picture(ground.folder)
    evil = (
        "=HYPERLINK(1)",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "=1\n=2",
        '"=1"',
    )
    labels = ground.folder / "labels.json"
    labels.write_text(json.dumps([evil[n] for n in range(6)]))
    run = ("run", ground.classifier, "--source", source, "--labels", labels)
    done = ground.run(*run, "--top-k", "5", "--sink", "csv:o.csv")
    tally.add("written", done.why_bad((0,)))
    path = ground.folder / "o.csv"
    if path.exists():
        text = path.read_text("utf-8", "strict")
        rows = list(csv.reader(text.splitlines(keepends=True)))
        cells = [cell for row in rows[1:] for cell in row]
        bad = [
            cell
            for cell in cells
            if cell.strip()[:1] in tuple("=+-@") and not _number(cell)
        ]
        tally.expect("no formula", not bad, f"{bad[:1]}")
        data = path.read_bytes()
        for cut in range(len(data) - 1, max(1, len(data) - ground.times(120, 20)), -1):
            path.write_bytes(data[:cut])
            if cut % 10:
                continue
            done = ground.run(*run, "--top-k", "5", "--sink", "csv:o.csv?append=1")
            with path.open(newline="") as file:
                widths = {len(row) for row in csv.reader(file)}
            why = done.why_bad((0,)) or ("" if len(widths) == 1 else f"widths {widths}")
            tally.add(f"cut at {cut}", why)
    return "quoted; a cut within a cell is mended"


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
