"""Signals at any moment, processes that stand still, and scarce resources."""

from __future__ import annotations

import itertools
import json
import os
import random
import resource
import signal
import subprocess
import time
from pathlib import Path

from ground import FAULT_WORDS, Ground, Tally

_SOURCE = "synthetic:?size=160x120&fps=30"


def at_any_moment(ground: Ground, tally: Tally) -> str:
    """Send TERM, INT and HUP at random moments, also while modules are imported."""
    draw = random.Random(5)
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    for number in range(ground.times(36, 9)):
        place = ground.folder / str(number)
        place.mkdir()
        sinks = ("--sink", "jsonl:o.jsonl", "--sink", "video:o.mkv")
        arguments = ("run", ground.detector, "--source", _SOURCE, "--quiet", *sinks)
        after = draw.uniform(0.02, 0.6) if number % 2 else draw.uniform(0.5, 2.5)
        which = numbers[number % 3]
        with ground.running(*arguments, cwd=place) as process:
            time.sleep(after)
            process.send_signal(which)
            try:
                _, errors = process.communicate(timeout=15)
            except subprocess.TimeoutExpired:
                tally.add(f"{which.name} after {after:.2f} s", "it goes on")
                continue
        words = errors.decode("utf-8", "replace")
        code = process.returncode
        records = place / "o.jsonl"
        # Before files are open there is nothing to finish: the system's way is right.
        right = (0,) if records.is_file() else (0, 128 + which, -which)
        why = "" if code in right else f"exit code {code}"
        if any(fault in words for fault in FAULT_WORDS):
            why = "a traceback"
        if records.is_file() and not _is_whole(records.read_bytes()):
            why = "a torn record"
        tally.add(f"{which.name} after {after:.2f} s", why)
    return "a normal end, without a traceback"


def _is_whole(data: bytes) -> bool:
    return not data or data.endswith(b"\n")


def stopped(ground: Ground, tally: Tally) -> str:
    """Stop a run with SIGSTOP as a suspended board would, and let it go on."""
    sink = ("--sink", "jsonl:o.jsonl")
    arguments = ("run", ground.detector, "--source", _SOURCE, "--quiet", *sink)
    pause = ground.times(8, 3)
    with ground.running(*arguments) as process:
        time.sleep(3)
        process.send_signal(signal.SIGSTOP)
        time.sleep(pause)
        process.send_signal(signal.SIGCONT)
        time.sleep(2)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    lines = (ground.folder / "o.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    tally.expect("exit code 0", process.returncode == 0, f"{process.returncode}")
    # At most the frames that were in hand when it stood still are old.
    old = sum(r["timing"]["age_ms"] > 1000 for r in records)
    tally.expect("old frames", old <= 3, f"{old} of them")
    times = [r["time"] for r in records]
    tally.expect("times rise", times == sorted(times))
    return f"{pause} s later it goes on with fresh frames"


def standard_output(ground: Ground, tally: Tally) -> str:
    """Write lines to a full disk, and to a reader that goes away."""
    run = ("run", ground.detector, "--source", "synthetic:?size=160x120&fps=0")
    some = ("--max-frames", "60")
    for lines in ((), ("--json",)):
        for name in ("a full disk", "a dead reader"):
            for sinks in ((), ("--sink", "jsonl:o.jsonl", "--force")):
                arguments = (*run, *some, *lines, *sinks)
                if name == "a full disk":
                    with open("/dev/full", "wb") as full:
                        done = ground.run(*arguments, stdout=full)
                else:
                    reader, writer = os.pipe()
                    os.close(reader)
                    done = ground.run(*arguments, stdout=writer)
                    os.close(writer)
                why = done.why_bad((1,))
                if sinks and not why:
                    records = ground.folder / "o.jsonl"
                    count = records.read_bytes().count(b"\n")
                    why = "" if count == 60 else f"{count} of 60 records"
                said = done.err.count("standard output")
                why = why or ("" if said >= 1 else "nothing is said")
                why = why or ("" if said <= 3 else f"said {said} times")
                tally.add(f"{name} {' '.join((*lines, *sinks))}", why)
    return "said once; the other sinks get all; exit code 1"


def scarce(ground: Ground, tally: Tally) -> str:
    """Take away files, memory, the home, the cache, the temporary folder, the disk."""

    def limit(kind: int, most: int):
        return lambda: resource.setrlimit(kind, (most, most))

    source = ("--source", _SOURCE, "--max-frames", "30", "--quiet")
    run = ("run", ground.detector, *source, "--sink", "jsonl:/dev/null")
    cases = {
        "64 open files": {"before": limit(resource.RLIMIT_NOFILE, 64)},
        "20 open files": {"before": limit(resource.RLIMIT_NOFILE, 20)},
        "512 MB": {"before": limit(resource.RLIMIT_DATA, 512 << 20)},
        "no HOME": {"env": {"HOME": "", "XDG_CACHE_HOME": ""}},
        "HOME is a file": {"env": {"HOME": "/dev/null", "XDG_CACHE_HOME": ""}},
        "no cache": {"env": {"XDG_CACHE_HOME": "/proc/none"}},
        "no temporary folder": {"env": {"TMPDIR": "/proc/none"}},
        "no PATH": {"env": {"PATH": ""}},
        "no environment": {"env": dict.fromkeys(os.environ, "")},
        "no core": {"before": limit(resource.RLIMIT_CORE, 0)},
        "files of 1 MB": {"before": limit(resource.RLIMIT_FSIZE, 1 << 20)},
        "low stack": {"before": limit(resource.RLIMIT_STACK, 1 << 20)},
    }
    if ground.may_mount():
        cases["a read-only root"] = {"mounts": "mount -o remount,bind,ro /"}
        cases["a read-only root, no HOME"] = {
            "mounts": "mount -o remount,bind,ro /",
            "env": {"HOME": "", "XDG_CACHE_HOME": "", "TMPDIR": "/proc/none"},
        }
    for name, more in cases.items():
        if name == "no environment":
            more = {"env": {**more["env"], "PYTHONPATH": ground.env["PYTHONPATH"]}}
        done = ground.run(*run, **more)
        codes = (0, 1) if name == "20 open files" else (0,)
        tally.add(name, done.why_bad(codes))
    return "runs, or says what is missing"


def clock(ground: Ground, tally: Tally) -> str:
    """Set the clock a day forward and two days back while a run goes on."""
    libraries = [
        path
        for place in ("/usr/lib", "/usr/local/lib")
        for path in Path(place).glob("**/faketime/libfaketime.so.1")
    ]
    if not libraries:
        return "not tried: Debian's package faketime is not installed"
    shift = ground.folder / "shift"
    shift.write_text("+0")
    env = {
        "LD_PRELOAD": str(libraries[0]),
        "FAKETIME_TIMESTAMP_FILE": str(shift),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    sinks = ("jsonl:o.jsonl", "csv:o.csv", "images:im?when=every:10", "video:o.mkv")
    # Python's own time.sleep fails now and then under this library (EINVAL), and so
    # does subprocess.run, which waits by it: no child tries the file first.
    run = ("run", ground.detector, "--source", _SOURCE, "--quiet", "--trust")
    words = [word for sink in sinks for word in ("--sink", sink)]
    words += ["--max-invoke", "5s"]
    with ground.running(*run, *words, env=env) as process:
        time.sleep(4)
        for jump in ("+1d", "-2d", "+0"):
            shift.write_text(jump)
            time.sleep(2)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    tally.expect("exit code 0", process.returncode == 0, errors.decode()[-200:])
    lines = (ground.folder / "o.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    days = {record["time"][:10] for record in records}
    tally.expect("the clock was set", len(days) >= 3, f"{len(days)} days in records")
    worst = max(record["timing"]["age_ms"] for record in records)
    tally.expect("ages", 0 <= worst < 2000, f"{worst:.0f} ms")
    most = max(record["timing"]["total_ms"] for record in records)
    tally.expect("times of stages", most < 5000, f"{most:.0f} ms")
    tally.expect("no gap", records[-1]["gap_s"] == 0, f"{records[-1]['gap_s']} s")
    steps = [b["index"] - a["index"] for a, b in itertools.pairwise(records)]
    tally.expect("it never stood still", max(steps) < 90, f"{max(steps)} frames")
    return "ages and stages keep to the monotonic clock"
