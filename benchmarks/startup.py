"""Import, load and first answer against the bare interpreter, and the memory of both.

Every measurement is a fresh process; the two alternate, and the one that goes first
changes. Both read the same picture with OpenCV. A file's first opening on a machine
also tries it in a child process and finds out how it is run (both are kept); that time
stands apart. Processor time says more than the clock where other programs run.

    python benchmarks/startup.py [MODEL.tflite] [--rounds 15]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT.parent / "shared/data/models/tf2_mobilenet_v2_1.0_224_ptq.tflite"
TARGET_RATIO, TARGET_MB = 1.2, 10.0

BARE = """
import time; start = time.perf_counter()
import sys
import cv2
import numpy as np
try:
    from ai_edge_litert.interpreter import Interpreter
except ImportError:
    from tflite_runtime.interpreter import Interpreter
interpreter = Interpreter(model_path=sys.argv[1], num_threads=1)
interpreter.allocate_tensors()
tensor = interpreter.get_input_details()[0]
_, height, width, _ = tensor["shape"]
image = cv2.resize(cv2.imread(sys.argv[2]), (width, height))
interpreter.set_tensor(tensor["index"], image[np.newaxis, :, :, ::-1])
interpreter.invoke()
scores = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
answer = int(scores.argmax())
"""
OURS = """
import time; start = time.perf_counter()
import sys
import edgevision
model = edgevision.load_model(sys.argv[1], threads=1)
answer = model(sys.argv[2]).top.class_id
"""
REPORT = """
took = time.perf_counter() - start
busy = time.process_time()
import json, resource
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([took * 1e3, peak, answer, busy * 1e3]))
"""


def measure(code: str, model: Path, image: Path, cache: Path) -> tuple[float, ...]:
    """Return milliseconds, peak megabytes, the class and milliseconds of the processor.

    All are of a fresh process; the last ones include the start of Python itself.
    """
    done = subprocess.run(
        [sys.executable, "-c", code + REPORT, str(model), str(image)],
        capture_output=True,
        text=True,
        check=True,
        # As installed: modules come compiled, whatever this shell says about bytecode.
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(cache / "bytecode"),
            "XDG_CACHE_HOME": str(cache),
        },
    )
    return tuple(json.loads(done.stdout))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", type=Path, default=MODEL)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    import cv2
    import numpy as np

    with tempfile.TemporaryDirectory() as folder:
        image, cache = Path(folder, "frame.png"), Path(folder, "cache")
        colors = np.random.default_rng(0).integers(0, 256, (9, 16, 3), np.uint8)
        cv2.imwrite(str(image), cv2.resize(colors, (640, 360)))
        measure(OURS, options.model, image, cache)
        measure(BARE, options.model, image, cache)
        shutil.rmtree(cache / "edgevision")
        first = measure(OURS, options.model, image, cache)[0]
        seen: dict[str, list[tuple[float, ...]]] = {"bare": [], "edgevision": []}
        for turn in range(options.rounds):
            order = [("bare", BARE), ("edgevision", OURS)]
            for name, code in order if turn % 2 else order[::-1]:
                seen[name].append(measure(code, options.model, image, cache))
    assert len({row[2] for rows in seen.values() for row in rows}) == 1
    times = {n: statistics.median(row[0] for row in rows) for n, rows in seen.items()}
    peaks = {n: statistics.median(row[1] for row in rows) for n, rows in seen.items()}
    print(
        f"{options.model.name}: import + load + first answer, {options.rounds} rounds"
    )
    busy = {n: statistics.median(row[3] for row in rows) for n, rows in seen.items()}
    for name in seen:
        print(
            f"{name:11} {times[name]:7.1f} ms   {peaks[name]:6.1f} MB peak   "
            f"{busy[name]:7.1f} ms of the processor"
        )
    ratio = times["edgevision"] / times["bare"]
    more = peaks["edgevision"] - peaks["bare"]
    print(
        f"ratio {ratio:.2f} (target {TARGET_RATIO}), {more:+.1f} MB "
        f"(target {TARGET_MB})"
    )
    print(f"the very first opening, with its trial in a child process: {first:.0f} ms")
    return 0 if ratio <= TARGET_RATIO and more <= TARGET_MB else 1


if __name__ == "__main__":
    sys.exit(main())
