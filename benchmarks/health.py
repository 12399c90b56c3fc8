"""What one look at a board's health costs, on made trees of boards and on this machine.

The files of a made tree lie on a disk (or in memory); those of a real ``/sys`` ask the
hardware, and ``vcgencmd`` and ``nvpmodel`` are programs. So this shows our own share.

    python benchmarks/health.py [--looks 2000]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from edgevision.devices.health import HealthLog, HealthReader
from support import boards

BOARDS = {
    "Raspberry Pi 5": boards.PI5,
    "Raspberry Pi 4, old kernel": boards.OLD_PI4,
    "Jetson Orin Nano": boards.ORIN,
    "Jetson Nano": boards.NANO,
}


def cost(root: Path, looks: int) -> float:
    """Return the median of one look, in milliseconds."""
    times = []
    with HealthReader(root, tools=False) as reader:
        for _ in range(looks):
            start = time.perf_counter()
            reader.read()
            times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--looks", type=int, default=2000)
    looks = parser.parse_args().looks
    for name, files in BOARDS.items():
        with tempfile.TemporaryDirectory() as folder:
            root = boards.write_tree(Path(folder), files)
            print(f"{name}: {cost(root, looks):.3f} ms a look")
    print(f"this machine: {cost(Path('/'), looks):.3f} ms a look")
    with HealthLog() as log:
        log.start()
        start = time.perf_counter()
        for _ in range(looks):
            _ = log.newest
        spent = (time.perf_counter() - start) / looks * 1e9
    print(f"what a frame pays, the newest look of a run: {spent:.0f} ns")


if __name__ == "__main__":
    main()
