"""How many made faults the camera watch finds, how soon, and how often it is wrong.

Usage: python benchmarks/camera_watch.py faults|day|cost [--seed N] [--count N]
           [--pictures FOLDER] [--cifar10 FOLDER]

``faults`` makes cameras at a random time of day (tests/support/camera_scenes.py), each
with a fault of random parameters, and counts those that are reported within 10 s, under
any name and under their own. ``day`` makes 24 hours without a fault, a picture per
second, and prints every report. ``cost`` times a look at pictures of three sizes.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from edgevision.runtime.camera_watch import CameraJudge  # noqa: E402

from tests.support.camera_scenes import (  # noqa: E402
    DAY_S,
    CameraScene,
    draw_fault,
    made_textures,
)

KINDS = ("covered", "dark", "blurred", "moved", "frozen")
WARM_S = 45.0
WITHIN_S = 10.0
STEP_S = 0.5


def textures(rng, pictures, cifar10):
    """Return what the scenes are covered with: parts of real pictures, if there are."""
    parts = []
    for path in sorted(pictures.glob("*")) if pictures else []:
        image = cv2.imread(str(path))
        if image is None:
            continue
        for _ in range(6):
            side = int(rng.uniform(0.3, 0.9) * min(image.shape[:2]))
            y = int(rng.integers(image.shape[0] - side))
            x = int(rng.integers(image.shape[1] - side))
            parts.append(
                cv2.resize(
                    image[y : y + side, x : x + side],
                    (256, 256),
                    interpolation=cv2.INTER_AREA,
                )
            )
    small = (
        [f for f in cifar10.rglob("*") if f.suffix in (".png", ".jpg")]
        if cifar10
        else []
    )
    for path in sorted(small)[::40][:60]:
        parts.append(cv2.imread(str(path)))
    return parts or made_textures(rng, 24)


def faults(arguments):
    """Make faults and print how many are reported."""
    rng = np.random.default_rng([arguments.seed, 1])
    stock = textures(rng, arguments.pictures, arguments.cifar10)
    rows = {kind: Counter() for kind in KINDS}
    delays = {kind: [] for kind in KINDS}
    ends = []
    early = 0
    for number in range(arguments.count):
        kind = KINDS[number % len(KINDS)]
        seed = int(rng.integers(1 << 30))
        begin = float(rng.uniform(0, DAY_S))
        fault = draw_fault(rng, kind, begin + WARM_S)
        name, delay, wrong, end, judge = trial(seed, stock, begin, fault)
        early += wrong
        rows[kind][name] += 1
        if delay is not None:
            delays[kind].append(delay)
            if end is not None:
                ends.append(end)
        if arguments.verbose and name != kind:
            print(seed, round(begin), fault, name, judge.comparison, flush=True)
    total = 0
    for kind in KINDS:
        count = sum(rows[kind].values())
        reported = count - rows[kind]["nothing"]
        total += reported
        some = delays[kind] or [np.nan]
        times = "p50 {:.1f} s, p95 {:.1f} s".format(*np.percentile(some, [50, 95]))
        print(
            f"{kind:9} {reported}/{count} within {WITHIN_S:g} s, {times}, "
            f"as {dict(rows[kind].most_common())}"
        )
    print(f"all       {total}/{arguments.count} = {total / arguments.count:.1%}")
    print(f"before the fault, wrongly: {early} in {arguments.count} x {WARM_S:g} s")
    print(f"end reported within {WITHIN_S:g} s of the cure: {sum(ends)}/{len(ends)}")


def trial(seed, stock, begin, fault):
    """Return the first name, its delay, whether there was one before, and the end."""
    scene = CameraScene(seed, stock)
    judge = CameraJudge()
    wrong = False
    moment = begin
    while moment < fault.start_s:
        wrong |= judge.update(scene.frame(moment), moment).is_fault
        moment += STEP_S
    name, delay = "nothing", None
    while moment < fault.start_s + WITHIN_S:
        state = judge.update(scene.frame(moment, fault), moment)
        if state.is_fault and delay is None:
            name, delay = state.value, moment - fault.start_s
        moment += STEP_S
    if delay is None or wrong:
        return name, delay, wrong, None, judge
    final = judge.comparison
    limit = moment + WITHIN_S
    while moment < limit and judge.update(scene.frame(moment), moment).is_fault:
        moment += STEP_S
    judge.comparison = final
    return name, delay, wrong, moment < limit, judge


def day(arguments):
    """Make 24 hours of an outdoor camera without a fault and print what is reported."""
    rng = np.random.default_rng([arguments.seed, 2])
    stock = textures(rng, arguments.pictures, arguments.cifar10)
    for number in range(arguments.count):
        scene = CameraScene(int(rng.integers(1 << 30)), stock, size=(240, 180))
        judge = CameraJudge()
        before = judge.state
        reports = 0
        for second in range(0, int(DAY_S), arguments.step):
            state = judge.update(scene.frame(float(second)), float(second))
            if state is not before and state.is_fault:
                reports += 1
            if state is not before and arguments.verbose:
                print(f"  {second / 3600:.2f} h {state} {judge.comparison}", flush=True)
            before = state
        print(
            f"camera {number}: {reports} false reports in 24 h "
            f"(infrared: {scene.infrared}, rain: {len(scene.rain)})",
            flush=True,
        )


def cost(arguments):
    """Print the milliseconds of a look."""
    rng = np.random.default_rng(arguments.seed)
    cv2.setNumThreads(1)
    for width, height in ((640, 480), (1280, 720), (1920, 1080)):
        rough = rng.integers(0, 255, (height // 16, width // 16, 3)).astype(np.uint8)
        clean = cv2.resize(rough, (width, height))
        noisy = [
            cv2.add(
                clean, rng.normal(0, 3, clean.shape).astype(np.int8), dtype=cv2.CV_8U
            )
            for _ in range(4)
        ]
        judge = CameraJudge()
        spent = []
        for index in range(300):
            began = time.perf_counter()
            judge.update(noisy[index % 4], index * STEP_S)
            spent.append((time.perf_counter() - began) * 1e3)
        p50, p95 = np.percentile(spent[100:], [50, 95])
        print(f"{width}x{height}: p50 {p50:.2f} ms, p95 {p95:.2f} ms a look")
        judge.update(noisy[0], index * STEP_S + 0.01)
        began = time.perf_counter()
        for _ in range(1000):
            judge.update(noisy[0], index * STEP_S + 0.01)
        print(f"  a frame between two looks: {(time.perf_counter() - began):.4f} ms")


def main():
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("faults", "day", "cost"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--cifar10", type=Path)
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    {"faults": faults, "day": day, "cost": cost}[arguments.what](arguments)


if __name__ == "__main__":
    main()
