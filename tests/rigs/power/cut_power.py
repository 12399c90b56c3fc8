"""Cut the power of a virtual machine under load, and look at what its disk holds.

    cut_power.py PYTHON KERNEL_FOLDER [--cuts 20] [--more 10] [--system]

Each round boots the machine with a new ext4 disk, runs the detector of the demo with
all sinks that keep something, and kills qemu at a random moment. The disk then is what
a cut may leave: everything before the last flush, and any part of what came after it.
``--more`` looks at so many other moments of the same round, by the disk's log.
``--system`` leaves all to the system (``sync=0``), to see what our syncing is worth.
"""

from __future__ import annotations

import argparse
import bisect
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median

from left_files import SINKS, Left, look, start_anew, take_out, time_of
from power_disk import PowerDisk

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
_DISK_BYTES = 64 << 20
_START_S = 400
_HEAD = ("", "cuts", "unreadable", "torn ends", "later", "lost: median", "most")
_READ = ("readonly=on", "multidevs=remap")
_ROW = "{:8}{:>6}{:>12}{:>11}{:>7}{:>14}{:>9}"


@dataclass
class Seen:
    """What many cuts have left of one sink."""

    cuts: int = 0
    torn: int = 0
    torn_later: int = 0
    faults: list[str] = field(default_factory=list)
    lost_s: list[float] = field(default_factory=list)

    def add(self, left: Left, title: str) -> None:
        """Count what one cut has left."""
        self.cuts += 1
        self.torn += left.torn
        self.faults += [f"{title}: {fault}" for fault in left.faults]


def _empty_disk(folder: Path) -> bytes:
    image = folder / "empty.img"
    with image.open("wb") as file:
        file.truncate(_DISK_BYTES)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True, timeout=60)
    return image.read_bytes()


def _start(options: argparse.Namespace, folder: Path) -> subprocess.Popen[bytes]:
    """Start the machine; it ends with this program, however that ends."""
    outer = {path for path in (ROOT, *options.prefixes) if path.parts[1] != "usr"}
    arguments = []
    with (folder / "out" / "shares").open("w") as table:
        for number, path in enumerate([Path("/usr"), *sorted(outer)]):
            print(f"s{number} {path}", file=table)
            arguments += ["-virtfs", _share(path, f"s{number}", *_READ)]
    disk = "driver=nbd,node-name=disk,server.type=unix,server.path="
    kernel = options.kernel
    return subprocess.Popen(
        [
            *("setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64"),
            *("-accel", "tcg,thread=multi", "-cpu", "max", "-m", "768", "-smp", "2"),
            *("-display", "none", "-monitor", "none", "-no-reboot", "-nodefaults"),
            *("-serial", "stdio", "-kernel", kernel / "vmlinuz"),
            *("-initrd", kernel / "initrd.gz", "-append"),
            "console=ttyS0 loglevel=2 panic=-1 mitigations=off",
            *("-blockdev", f"{disk}{folder / 'disk'}"),
            *("-device", "virtio-blk-pci,drive=disk,write-cache=on"),
            *(*arguments, "-virtfs", _share(folder / "out", "out")),
        ],
        stdin=subprocess.DEVNULL,
        stdout=(folder / "console").open("wb"),
        stderr=subprocess.STDOUT,
    )


def _share(path: Path, tag: str, *more: str) -> str:
    # A comma in a path is doubled: it separates qemu's options.
    name = str(path).replace(",", ",,")
    words = (f"local,path={name},mount_tag={tag},security_model=none", *more)
    return ",".join(words)


def _round(
    number: int, options: argparse.Namespace, empty: bytes, seen: dict[str, Seen]
) -> None:
    chance = random.Random(options.seed * 1000 + number)
    with tempfile.TemporaryDirectory(prefix="edgevision-power-") as name:
        folder = Path(name)
        out = folder / "out"
        out.mkdir()
        (out / "modules").write_text("virtio_blk\ncrc32c_generic\next4\n")
        (out / "inside.sh").write_bytes((HERE / "inside.sh").read_bytes())
        (out / "settings").write_text(
            f"ROOT='{ROOT}' PYTHON='{options.python}' SYNC='{options.sync}'\n"
        )
        disk = PowerDisk(empty, folder / "disk")
        machine = _start(options, folder)
        try:
            arrivals = _watch(machine, folder, chance.uniform(1, options.longest))
        finally:
            machine.send_signal(signal.SIGKILL)
            machine.wait()
        end = time.monotonic()
        disk.close()
        records = [json.loads(line) for line in _lines(out / "truth.jsonl")]
        times = [time_of(record["time"]) for record in records]
        # Nobody has looked for what came in the last moment.
        arrivals += [end] * (len(times) - len(arrivals))
        # The disk's log has every other moment at which the power could have been cut.
        moments = [chance.uniform(arrivals[0], end) for _ in range(options.more)]
        for at in (end, *moments):
            (folder / "cut.img").write_bytes(disk.image_after_cut(at, chance))
            title = f"round {number}, {at - arrivals[0]:.2f} s after the first record"
            damage = take_out(folder / "cut.img", folder / "files")
            seen["disk"].add(Left(faults=damage), title)
            before = times[: bisect.bisect_right(arrivals, at)]
            for kind, left in look(folder / "files").items():
                seen[kind].add(left, title)
                seen[kind].lost_s.append(_lost_s(left, before))
            for kind, left in start_anew(folder / "files").items():
                seen[kind].torn_later += left.torn
                seen[kind].faults += [f"{title}, later: {x}" for x in left.faults]
        print(
            f"round {number}: {len(times)} records, {len(disk.log)} writes and flushes"
        )
        sys.stdout.flush()


def _lost_s(left: Left, times: list[datetime]) -> float:
    """Return the seconds between the newest record and what is left of one sink."""
    if left.duration_s is not None:
        return max(0.0, (times[-1] - times[0]).total_seconds() - left.duration_s)
    return (times[-1] - (left.last or times[0])).total_seconds()


def _watch(
    machine: subprocess.Popen[bytes], folder: Path, seconds: float
) -> list[float]:
    """Wait for the first record and so many seconds more; return when each one came."""
    arrivals: list[float] = []
    latest = time.monotonic() + _START_S
    while (now := time.monotonic()) < latest:
        if machine.poll() is not None:
            break
        count = len(_lines(folder / "out" / "truth.jsonl"))
        if count and not arrivals:
            latest = now + seconds
        arrivals += [now] * (count - len(arrivals))
        time.sleep(0.05)
    if not arrivals:
        said = (folder / "console").read_text(errors="replace")[-3000:]
        raise SystemExit(f"The virtual machine wrote no records:\n{said}")
    return arrivals


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().split(b"\n")[:-1] if path.exists() else []


def _print(seen: dict[str, Seen]) -> None:
    print(_ROW.format(*_HEAD))
    for kind, one in seen.items():
        lost = (median(one.lost_s), max(one.lost_s)) if one.lost_s else (0.0, 0.0)
        words = [f"{value:.1f} s" for value in lost]
        counts = (one.cuts, len(one.faults), one.torn, one.torn_later)
        print(_ROW.format(kind, *counts, *words))


def main() -> int:
    """Cut the power so many times; return 1 when a file is unreadable or stays torn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python", type=Path)
    parser.add_argument("kernel", type=Path, help="folder of vmlinuz and initrd.gz")
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--more", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=40.0, help="seconds of a run")
    parser.add_argument(
        "--system", action="store_const", const="0", dest="sync", default=""
    )
    options = parser.parse_args()
    ask = "import sys; print(sys.prefix); print(sys.base_prefix)"
    said = subprocess.check_output([options.python, "-c", ask], text=True)
    options.prefixes = [Path(line) for line in said.splitlines()]
    seen = {kind: Seen() for kind in (*SINKS, "disk")}
    with tempfile.TemporaryDirectory(prefix="edgevision-power-") as name:
        empty = _empty_disk(Path(name))
    try:
        for number in range(options.cuts):
            _round(number, options, empty, seen)
    finally:  # also of what was seen when it is interrupted
        _print(seen)
    faults = [fault for one in seen.values() for fault in one.faults]
    print("\n".join(faults[:40]))
    return 1 if faults or any(one.torn_later for one in seen.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
