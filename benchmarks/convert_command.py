"""What the whole command ``edgevision convert`` costs, next to a plain script.

Both are processes of their own: they start, load MobileNetV2 (random weights: they say
nothing about accuracy), read 100 pictures, convert to int8 and write the file. Ours
also compares the file with the float model, on two sets of kernels, and writes the
card. Seconds are wall time; memory is the largest proportional set size (PSS) of a
process with its children, so that pages which they share count once. The order
alternates, because who runs second finds a warm disk cache.

    python benchmarks/convert_command.py PICTURES [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]

PLAIN: Final = """
import os, sys
import cv2, keras, numpy as np, tensorflow as tf
model = keras.models.load_model(sys.argv[1], compile=False)
files = sorted(os.path.join(sys.argv[2], f) for f in os.listdir(sys.argv[2]))
files = [f for f in files if f.lower().endswith((".jpg", ".jpeg", ".png"))][:100]
def pictures():
    for path in files:
        picture = cv2.resize(cv2.imread(path)[..., ::-1], (224, 224))
        yield [picture[None].astype(np.float32) / 127.5 - 1]
c = tf.lite.TFLiteConverter.from_keras_model(model)
c.optimizations = [tf.lite.Optimize.DEFAULT]
c.representative_dataset = pictures
c.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
c.inference_input_type = c.inference_output_type = tf.uint8
open(sys.argv[3], "wb").write(c.convert())
"""

SAVE: Final = """
import sys, keras
keras.utils.set_random_seed(1)
keras.applications.MobileNetV2(weights=None).save(sys.argv[1])
"""


def tree_of(pid: int) -> list[int]:
    """Return a process and all that come from it."""
    pids = [pid]
    for one in pids:
        try:
            for thread in os.listdir(f"/proc/{one}/task"):
                text = Path(f"/proc/{one}/task/{thread}/children").read_text()
                pids += map(int, text.split())
        except OSError:
            continue  # it has ended
    return pids


def memory_of(pid: int) -> float:
    """Return the proportional set size of a process with its children, in MB."""
    total = 0
    for one in tree_of(pid):
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        found = re.search(r"^Pss:\s+(\d+) kB", text, re.M)
        total += int(found[1]) if found else 0
    return total / 1024


def measure(command: list[str]) -> dict[str, Any]:
    """Run a command; return its seconds and its peak memory in MB."""
    began, peak = time.perf_counter(), 0.0
    with tempfile.TemporaryFile("w+") as words:
        running = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=words, cwd=ROOT
        )
        while running.poll() is None:
            peak = max(peak, memory_of(running.pid))
            time.sleep(0.05)
        seconds = time.perf_counter() - began
        words.seek(0)
        text = words.read()
    if running.returncode:
        raise SystemExit(f"{' '.join(command[:4])} failed:\n{text[-2000:]}")
    return {"seconds": seconds, "megabytes": peak}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path, help="A folder of 100 photographs.")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    with tempfile.TemporaryDirectory() as folder:
        model = f"{folder}/net.keras"
        pictures = str(options.pictures.resolve())
        quiet = subprocess.DEVNULL
        subprocess.run([sys.executable, "-c", SAVE, model], check=True, stderr=quiet)
        ours = [sys.executable, "-m", "edgevision", "convert", model, "--force"]
        ours += ["--calibration", pictures, "--normalize", "signed", "-o"]
        ours += [f"{folder}/ours.tflite", "--task", "classification", "--allow-flat"]
        plain = [sys.executable, "-c", PLAIN, model, pictures, f"{folder}/plain.tflite"]
        ways = {"plain": plain, "edgevision": ours}
        runs: dict[str, list[dict[str, Any]]] = {name: [] for name in ways}
        for turn in range(options.rounds):
            for name in sorted(ways, reverse=turn % 2 == 0):
                runs[name].append(measure(ways[name]))
                run = runs[name][-1]
                print(
                    f"{name}: {run['seconds']:.1f} s, {run['megabytes']:.0f} MB",
                    file=sys.stderr,
                )
    ratios = {
        what: statistics.median(
            one[what] / other[what]
            for one, other in zip(runs["edgevision"], runs["plain"], strict=True)
        )
        for what in ("seconds", "megabytes")
    }
    print(json.dumps({"ratios": ratios, "runs": runs}, indent=1))


if __name__ == "__main__":
    main()
