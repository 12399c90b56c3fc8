"""Build, convert and measure every network at full size; write the page of networks.

    python benchmarks/zoo.py build --work DIR [NAMES ...]  # a record per network
    python benchmarks/zoo.py train --work DIR [NAMES ...]  # our own, on shapes
    python benchmarks/zoo.py latency --work DIR            # alone on the machine
    python benchmarks/zoo.py page                  # records -> docs/reference/models.md

`make zoo` does all four. What is done already is not done again: an interrupted run
goes on. Published networks have random weights; their agreement would say nothing,
so it is not recorded. VGG-16 takes about fourteen gigabytes of memory to convert.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from edgevision.runtime.interpreter import Interpreter  # noqa: E402
from edgevision.runtime.scenes import HARD  # noqa: E402
from edgevision.runtime.tflite import ModelFile  # noqa: E402
from edgevision.training.networks import ARCHITECTURES, input_of  # noqa: E402
from edgevision.training.shipped import FULL_SIZE  # noqa: E402

from edgevision.files import write_text  # noqa: E402
from edgevision.registry import resolve  # noqa: E402

RECORDS = Path(os.environ.get("ZOO_RECORDS", HERE / "zoo.json"))
PAGE = HERE.parent / "docs" / "reference" / "models.md"
SHIPPED = HERE.parent / "runtime" / "demo"
CLASSES = 1000
OWN = ("cnn", "cnn-deep", "cnn-separable")


def main() -> None:
    """Do what the first argument says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["build", "one", "train", "latency", "page"])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--work", type=Path, default=Path("zoo"))
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    if given.what == "one":
        one(given.names[0], given.work)
    elif given.what == "build":
        for name in given.names or [*ARCHITECTURES, *FULL_SIZE]:
            if name not in load():
                # In a process of its own: what it peaks at is then its own.
                command = [sys.executable, __file__, "one", name, "--work"]
                subprocess.run([*command, str(given.work)], check=False)
    elif given.what == "train":
        for name in given.names or OWN:
            train(name, given.work)
    elif given.what == "latency":
        latency(given.work)
    else:
        PAGE.write_text(page(load()), "utf-8")


def load() -> dict[str, Any]:
    """Return the records so far."""
    return json.loads(RECORDS.read_text("utf-8")) if RECORDS.exists() else {}


def keep(name: str, **values: Any) -> None:
    """Write values into a record."""
    records = load()
    records[name] = {**records.get(name, {}), **values}
    text = json.dumps(records, indent=1, sort_keys=True) + "\n"
    write_text(RECORDS, text, force=True)


def one(name: str, work: Path) -> None:
    """Build one network with random weights and convert it to int8."""
    from edgevision.training.keras_import import load_keras
    from edgevision.training.loop import save

    import edgevision

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    load_keras().utils.set_random_seed(0)
    net = full_size(name)
    keras_file = work / f"{name}.keras"
    save(net.model, keras_file)
    began = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = edgevision.convert(
        keras_file, work / f"{name}.tflite", force=True, **net.options
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    keep(
        name,
        input=net.takes,
        classes=net.gives,
        parameters=int(net.model.count_params()),
        int8_bytes=report.bytes,
        float_operators=sum(report.float_operators.values()),
        convert_cpu_seconds=round(
            after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1
        ),
        convert_wall_seconds=round(time.monotonic() - began, 1),
        convert_peak_mb=round(after.ru_maxrss / 1024),
    )
    keras_file.unlink()
    sys.stdout.write(f"{name}: {load()[name]}\n")
    sys.stdout.flush()


def full_size(name: str) -> Any:
    """Return a network at full size and what its conversion wants."""
    from edgevision.training.networks import build
    from edgevision.training.shipped import FULL_SIZE, FullSize

    if name in FULL_SIZE:
        return resolve("network", name, FULL_SIZE)()
    side, color = input_of(name)
    side = 32 if name in ("cnn", "cnn-deep") else side
    classes = 10 if name.startswith("cnn") else CLASSES
    pixels = np.random.default_rng(0).integers(0, 256, (12, side, side, 3), np.uint8)
    options: dict[str, Any] = {"calibration": pixels}
    if color == "bgr":
        options |= {"normalize": "raw", "color": "bgr"}
    model = build(name, (side, side, 3), classes)
    return FullSize(model, f"{side}x{side}", f"{classes:,} classes", options)


def train(name: str, work: Path) -> None:
    """Train one of our own networks on generated shapes, convert and verify it."""
    from edgevision.training.shipped import write_crops

    import edgevision

    key = f"{name} on shapes"
    if key in load():
        return
    data, test = work / "shapes", work / "test"
    if not data.exists():
        write_crops(data, 9000, 40, seed=11, difficulty=HARD)
        write_crops(test, 1200, 40, seed=12, difficulty=HARD)
    trained = edgevision.train(
        data,
        work / f"{name}-shapes.keras",
        arch=name,
        input_size=(32, 32),
        epochs=10,
        augment="none",
        batch_size=64,
        validation_share=0.1,
        force=True,
    )
    report = edgevision.convert(
        trained.path,
        work / f"{name}-shapes.tflite",
        calibration=data,
        verify=test,
        force=True,
    )
    found = report.verification
    keep(
        key,
        input="32x32",
        classes="6 classes",
        parameters=trained.parameters,
        int8_bytes=report.bytes,
        float_operators=sum(report.float_operators.values()),
        trained={
            "metric": found["metric"],
            "n": found["n"],
            "agreement": found["agreement"],
            "float": found["float"],
            "quantized": found["quantized"],
        },
        file=f"{name}-shapes.tflite",
    )


def latency(work: Path) -> None:
    """Measure every converted file: the median of one thread's invokes."""
    for name, record in load().items():
        path = work / record.get("file", f"{name}.tflite")
        if not path.exists():
            continue
        interpreter = Interpreter(path, threads=1)
        spec = interpreter.inputs[0]
        low, high = (-128, 128) if spec.dtype == np.int8 else (0, 256)
        rng = np.random.default_rng(0)
        given = rng.integers(low, high, spec.shape).astype(spec.dtype)
        times = []
        until = time.monotonic() + 2.0
        while len(times) < 12 or (time.monotonic() < until and len(times) < 200):
            began = time.perf_counter()
            interpreter.run(given)
            times.append(1000 * (time.perf_counter() - began))
        interpreter.close()
        keep(name, latency_ms=round(statistics.median(times[2:]), 3))
    keep("machine", text=machine())


def machine() -> str:
    """Return what the processor calls itself."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def page(records: dict[str, Any]) -> str:
    """Return the text of docs/reference/models.md."""
    where = records.get("machine", {}).get("text", "this machine")
    full = [name for name in (*ARCHITECTURES, *FULL_SIZE) if name in records]
    lines = [
        "# Networks",
        "",
        "Made by `make zoo` from real runs. Every network has its full size and random "
        "weights,",
        "and is converted to int8 by `edgevision convert` with 12 pictures. Those *on "
        "shapes* are trained by",
        "`edgevision train` on 9,000 generated pictures and compared on 1,200 others; "
        "only trained networks have an agreement.",
        "Conversion time is processor time, and memory is the peak of the converting "
        "process. Latency is the median invoke",
        f"with one thread on {where}; boards differ.",
        "",
        "| network | input | output | parameters | int8 file | conversion | "
        "memory | latency |",
        "|---|--:|---|--:|--:|--:|--:|--:|",
    ]
    for name in full:
        item = records[name]
        lines.append(
            f"| `{name}` | {item['input']} | {item['classes']} | "
            f"{item['parameters']:,} | {_size(item['int8_bytes'])} | "
            f"{item['convert_cpu_seconds']:.0f} s | "
            f"{item['convert_peak_mb'] / 1024:.1f} GB | {_ms(item)} |"
        )
    lines += [
        "",
        "## Trained",
        "",
        "| network | parameters | int8 file | compared | float | int8 | agreement | "
        "latency |",
        "|---|--:|--:|---|--:|--:|--:|--:|",
    ]
    for name, item in sorted(records.items()):
        if "trained" in item:
            found = item["trained"]
            lines.append(
                f"| {name} | {item['parameters']:,} | {_size(item['int8_bytes'])} | "
                f"{found['metric']}, {found['n']:,} pictures | "
                f"{_share(found['float'])} | {_share(found['quantized'])} | "
                f"{found['agreement']:.1%} | {_ms(item)} |"
            )
    lines += _shipped()
    return "\n".join(lines) + "\n"


def _shipped() -> list[str]:
    lines = [
        "",
        "## Shipped in the package",
        "",
        "Made by committed recipes; each carries its card (`edgevision inspect FILE`).",
        "",
        "| file | task | size | compared | agreement with float |",
        "|---|---|--:|---|--:|",
    ]
    for path in sorted(SHIPPED.glob("*.tflite")):
        card = ModelFile.open(path).card
        if card is None:
            continue
        found = card.verification
        compared = f"{found['metric']}, {found['n']:,} samples" if found else ""
        agreement = f"{found['agreement']:.1%}" if found else ""
        lines.append(
            f"| `{path.name}` | {card.task} | {_size(path.stat().st_size)} | "
            f"{compared} | {agreement} |"
        )
    return lines


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def _ms(item: dict[str, Any]) -> str:
    return f"{item['latency_ms']:.3g} ms" if "latency_ms" in item else ""


if __name__ == "__main__":
    main()
